using Payments.Contracts;

namespace Payments.Cli.Tests.Commands;

/// <summary>A payment as the API shows it, at a step of its way.</summary>
internal static class Examples
{
    public static readonly Ulid PaymentId = Ulid.Parse("01ARZ3NDEKTSV4RRFFQ69G5FAV");

    private static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-01-31T13:00:00Z");

    private static readonly HistoryEntry[] Steps =
    [
        Step(0, "Initial", "StartPayment", "Authorizing", null, "AuthorizeOrder", "AuthorizeOrder") with
        {
            Evidence = new HistoryEvidence { Routes = [Route("order-1"), Route("order-2")] },
        },
        Step(1, "Authorizing", "OrderAuthorized", "Authorizing", "order-2") with
        {
            Evidence = new HistoryEvidence { OperationId = $"{PaymentId}/order-2/authorize/1", PspReference = "pi_order-2" },
        },
        Step(2, "Authorizing", "OrderAuthorized", "Capturing", "order-1", "CaptureOrder", "CaptureOrder"),
        Step(3, "Recording", "JournalRecorded", "Completed", null, "PaymentCompleted"),
    ];

    /// <summary>After so many steps; the last one is the end.</summary>
    public static PaymentDetails After(int steps, string end = "Completed")
    {
        var isEnd = steps >= Steps.Length;
        return new PaymentDetails
        {
            PaymentId = PaymentId,
            MerchantId = "demo-shop",
            MerchantReference = "basket-[7]",
            IdempotencyKey = "key-7",
            State = isEnd ? end : Steps[steps - 1].To,
            Amount = new Money(5000, Currency.Eur),
            FulfilmentPolicy = FulfilmentPolicy.AllOrNothing,
            WaitsFor = isEnd ? null : "the PSP's answers",
            WaitsUntil = isEnd ? null : Start.AddMinutes(1),
            AcceptedAt = Start,
            UpdatedAt = Steps[Math.Min(steps, Steps.Length) - 1].At,
            Orders = [Order("order-1", "seller-a", 3000), Order("order-2", "seller-b", 2000)],
            History = Steps[..Math.Min(steps, Steps.Length)],
        };
    }

    public static PaymentBooks Books() => new()
    {
        PaymentId = PaymentId,
        Lots = [],
        Journals =
        [
            new JournalDetails
            {
                JournalId = Ulid.MinValue(Start),
                OrderId = "order-1",
                OperationId = "op",
                Kind = "Capture",
                RecordedAt = Start,
                Postings =
                [
                    Posting("psp-receivable:stripe-a", 3000, 0), Posting("platform-fees", 0, 300),
                    Posting("seller-payable:seller-a", 0, 2700),
                ],
            },
        ],
    };

    public static SellerBalances Balances(string sellerId) => new()
    {
        SellerId = sellerId,
        Balances =
        [
            new SellerBalance
            {
                Currency = "EUR", PendingMinor = 2700, AvailableMinor = 0, HeldMinor = 0, OwedMinor = 5, Closed = false,
            },
            new SellerBalance
            {
                Currency = "JPY", PendingMinor = 100, AvailableMinor = 0, HeldMinor = 0, OwedMinor = 0, Closed = true,
            },
        ],
    };

    private static HistoryEntry Step(
        int sequence, string from, string @event, string to, string? order, params string[] sent) => new()
        {
            Sequence = sequence,
            From = from,
            Event = @event,
            To = to,
            At = Start.AddMilliseconds(40 * sequence),
            OrderId = order,
            MessageId = Ulid.MinValue(Start),
            Sent = sent,
        };

    private static RouteChoice Route(string orderId) => new()
    {
        OrderId = orderId,
        Cause = "first_choice",
        Connection = "stripe-a",
        Rule = "rule 1 (any currency, any country, any method)",
        Candidates =
        [
            new RouteCandidate { Connection = "stripe-a", Psp = "stripe", Share = 1, Standing = "chosen" },
            new RouteCandidate { Connection = "stripe-b", Psp = "stripe", Share = 0, Standing = "in_reserve" },
        ],
    };

    private static OrderDetails Order(string orderId, string sellerId, long amount) => new()
    {
        OrderId = orderId,
        SellerId = sellerId,
        Amount = new Money(amount, Currency.Eur),
        PlatformFee = new Money(amount / 10, Currency.Eur),
        Status = "Recorded",
        Connection = "stripe-a",
        PspReference = $"pi_{orderId}",
    };

    private static PostingDetails Posting(string account, long debit, long credit) => new()
    {
        Account = account,
        Debit = new Money(debit, Currency.Eur),
        Credit = new Money(credit, Currency.Eur),
    };
}
