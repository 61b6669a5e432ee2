using Payments.Cli.Checking.Evidence;
using Payments.Contracts;

namespace Payments.Cli.Tests.Checking;

/// <summary>Payments whose books are right, as a start for breaking them.</summary>
internal static class SoundBooks
{
    public const string Connection = "stripe-a";
    public const string Seller = "seller-a";
    public const string Order = "order-1";

    public static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-01-31T13:00:00Z");
    public static readonly Ulid CaptureJournal = Ulid.Parse("01ARZ3NDEKTSV4RRFFQ69G5FA1");

    /// <summary>One order of 100.00 with a fee of 10.00, charged, credited and recorded.</summary>
    public static PaymentEvidence Completed() => new()
    {
        PaymentId = Ulid.Parse("01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        State = "Completed",
        Settled = true,
        AmountMinor = 10000,
        Currency = "EUR",
        UpdatedAt = Now,
        Now = Now,
        Orders = [new OrderRow(Order, Seller, 10000, 1000, "EUR", "Recorded", Connection)],
        Operations = [new OperationRow("op-1", Order, "charge", Connection, "approved", 10000, "EUR")],
        Lots = [new LotRow(Order, Seller, "EUR", 9000, 9000, 0)],
        Entries = [new EntryRow(Seller, "EUR", 9000, 0)],
        Journals = [new JournalRow(CaptureJournal, Order, "Capture")],
        Postings =
        [
            new PostingRow(CaptureJournal, Order, $"psp-receivable:{Connection}", "EUR", 10000, 0),
            new PostingRow(CaptureJournal, Order, $"seller-payable:{Seller}", "EUR", 0, 9000),
            new PostingRow(CaptureJournal, Order, "platform-fees", "EUR", 0, 1000),
        ],
        Charges = [Charge(10000, 0)],
    };

    /// <summary>The same order, captured, refused by the wallet, and given back.</summary>
    public static PaymentEvidence Failed()
    {
        var unallocated = Ulid.Parse("01ARZ3NDEKTSV4RRFFQ69G5FA2");
        var refunded = Ulid.Parse("01ARZ3NDEKTSV4RRFFQ69G5FA3");
        var paid = Completed();
        return paid with
        {
            State = "Failed",
            Reason = "account_closed",
            Orders = [paid.Orders[0] with { Status = "Refunded" }],
            Operations =
            [
                .. paid.Operations,
                new OperationRow("op-2", Order, "refund", Connection, "approved", 10000, "EUR"),
            ],
            Lots = [],
            Entries = [],
            Journals =
            [
                new JournalRow(unallocated, Order, "CaptureUnallocated"),
                new JournalRow(refunded, Order, "RefundUnallocated"),
            ],
            Postings =
            [
                new PostingRow(unallocated, Order, $"psp-receivable:{Connection}", "EUR", 10000, 0),
                new PostingRow(unallocated, Order, "unallocated-captures", "EUR", 0, 10000),
                new PostingRow(refunded, Order, "unallocated-captures", "EUR", 10000, 0),
                new PostingRow(refunded, Order, $"psp-receivable:{Connection}", "EUR", 0, 10000),
            ],
            Charges = [Charge(10000, 10000)],
        };
    }

    /// <summary>Credited, not recorded yet: its books differ by right.</summary>
    public static PaymentEvidence Moving() => Completed() with
    {
        State = "Recording",
        Settled = false,
        WaitsUntil = Now.AddMinutes(1),
        Orders = [Completed().Orders[0] with { Status = "Recording" }],
        Journals = [],
        Postings = [],
    };

    public static ChargeRow Charge(long captured, long refunded) => new(
        Connection, "pi_1", "succeeded", "01ARZ3NDEKTSV4RRFFQ69G5FAV", Order, "EUR", 10000, captured, refunded,
        Canceled: false);

    /// <summary>The totals that belong to these payments.</summary>
    public static Totals TotalsOf(params IReadOnlyList<PaymentEvidence> payments) => new()
    {
        Accounts = [.. payments.SelectMany(p => p.Entries).GroupBy(e => (e.OwnerId, e.Currency))
            .Select(g => new AccountRow(g.Key.OwnerId, g.Key.Currency, g.Sum(e => e.WalletMinor), 0, 0))],
        Receivables = [.. payments.SelectMany(p => p.Entries).GroupBy(e => (e.OwnerId, e.Currency))
            .Select(g => new ReceivableRow(g.Key.OwnerId, g.Key.Currency, g.Sum(e => e.OwedMinor)))],
        Balances = [.. payments.SelectMany(p => p.Postings).GroupBy(e => (e.Account, e.Currency))
            .Select(g => new BalanceRow(
                g.Key.Account, g.Key.Currency, g.Sum(p => p.DebitMinor), g.Sum(p => p.CreditMinor)))],
        Rows = new Dictionary<string, long>
        {
            ["executor.ops_operation_v1"] = payments.Sum(p => p.Operations.Count),
            ["wallets.ops_lot_v1"] = payments.Sum(p => p.Lots.Count),
            ["wallets.ops_entry_v1"] = payments.Sum(p => p.Entries.Count),
            ["ledger.ops_journal_v1"] = payments.Sum(p => p.Journals.Count),
            ["ledger.ops_posting_v1"] = payments.Sum(p => p.Postings.Count),
        },
    };
}
