using System.Text;
using Payments.Contracts;

namespace Payments.Benchmark.Loading;

/// <summary>What every payment of a load is like, and how each has to end.</summary>
internal sealed record Variant(string Name, int Orders)
{
    private const int Sellers = 1000;

    public string Policy { get; init; } = "AllOrNothing";

    /// <summary>Take turns; each payment has one.</summary>
    public IReadOnlyList<PspToken> Credentials { get; init; } = [new("stripe", "pm_card_visa")];

    /// <summary>The one seller of every order; null spreads the orders evenly over a thousand.</summary>
    public string? OnlySeller { get; init; }

    /// <summary>Take turns.</summary>
    public int Merchants { get; init; } = 1;

    /// <summary><see cref="PaymentEnd.None"/>: that is not known before.</summary>
    public PaymentEnd End { get; init; } = PaymentEnd.Completed;

    public static Variant Single { get; } = new("single", 1);

    public static Variant ThreeSellers { get; } = new("three-sellers", 3);

    public static Variant Declines { get; } =
        new("declines", 1) { Credentials = [new("stripe", "pm_card_visa_chargeDeclined")], End = PaymentEnd.Failed };

    public static Variant ThreePsps { get; } = new("single", 1)
    {
        Credentials = [new("stripe", "pm_card_visa"), new("braintree", "fake-valid-nonce"), new("square", "cnon:card-nonce-ok")],
    };

    public static Variant HotSeller { get; } = new("hot-seller", 1) { OnlySeller = "seller-hot" };

    /// <summary>One sale per order, so that the steps per order are the same for any number of orders.</summary>
    public static Variant OfOrders(int orders) => new($"orders-{orders}", orders) { Policy = "BestEffort" };

    public PspToken CredentialOf(uint number) => Credentials[(int)(number % (uint)Credentials.Count)];

    /// <summary>The request as any client would write it: plain JSON.</summary>
    public byte[] Request(Ulid paymentId, uint number)
    {
        var (psp, token) = CredentialOf(number);
        var text = new StringBuilder(512)
            .Append("{\"paymentId\":\"").Append(paymentId).Append("\",\"idempotencyKey\":\"key-").Append(paymentId)
            .Append("\",\"merchantId\":\"bench-shop").Append(Merchants == 1 ? "" : $"-{number % Merchants:00}")
            .Append("\",\"paymentMethod\":{\"type\":\"card\",\"country\":\"DE\",")
            .Append("\"credentials\":[{\"psp\":\"").Append(psp).Append("\",\"token\":\"").Append(token).Append("\",\"reusable\":true}]},")
            .Append("\"fulfilmentPolicy\":\"").Append(Policy).Append("\",\"orders\":[");
        for (var order = 1; order <= Orders; order++)
        {
            var seller = OnlySeller ?? $"seller-{((long)number * Orders + order) % Sellers:0000}";
            text.Append(order == 1 ? "" : ",").Append("{\"orderId\":\"order-").Append(order)
                .Append("\",\"sellerId\":\"").Append(seller)
                .Append("\",\"amount\":{\"amount\":10000,\"currency\":\"EUR\"},")
                .Append("\"platformFee\":{\"amount\":1000,\"currency\":\"EUR\"}}");
        }

        return Encoding.UTF8.GetBytes(text.Append("]}").ToString());
    }
}

/// <summary>A payment method, as one PSP knows it.</summary>
internal sealed record PspToken(string Psp, string Token);
