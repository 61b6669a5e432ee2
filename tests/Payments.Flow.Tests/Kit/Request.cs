using System.Text.Json;
using System.Text.Json.Nodes;
using Payments.Contracts;

namespace Payments.Flow.Tests.Kit;

/// <summary>A payment request as any client would write it: JSON of its own, not our types.</summary>
internal sealed class Request
{
    private readonly List<JsonObject> _orders = [];

    /// <summary>Approved everywhere.</summary>
    public const string Approved = "pm_card_visa";

    public Ulid PaymentId { get; init; } = Ulid.NewUlid();

    public string IdempotencyKey { get; init; } = $"key-{Ulid.NewUlid()}";

    public string MerchantId { get; init; } = "flow-shop";

    public string Token { get; init; } = Approved;

    /// <summary>Where it is not a credential of Stripe alone: the PSPs that have one, each with its token.</summary>
    public IReadOnlyList<(string Psp, string Token)>? Credentials { get; init; }

    public string Country { get; init; } = Kit.Country.Usual;

    public string Policy { get; init; } = "AllOrNothing";

    public string Currency { get; init; } = "EUR";

    /// <summary>The sellers, in the order of the orders; each request has sellers of its own, so that balances are exact.</summary>
    public List<string> Sellers { get; } = [];

    public static Request OfOne(string token = Approved, string? country = null, long amount = 10_000, long fee = 1_000) =>
        new Request { Token = token, Country = country ?? Kit.Country.Usual }.With("order-1", amount, fee);

    /// <summary>One order that the share draws to the connection.</summary>
    public static Request OfOneAt(string connection)
    {
        var request = new Request { Country = Kit.Country.Split };
        return request.With(Kit.Country.OrderAt(request.PaymentId, connection), 10_000, 1_000);
    }

    /// <summary>One order at stripe-a, of 10000, and one at stripe-b, of 5000; a tenth of each is the fee.</summary>
    public static Request OfTwoConnections(string token, string policy = "AllOrNothing")
    {
        var request = new Request { Token = token, Country = Kit.Country.Split, Policy = policy };
        return request
            .With(Kit.Country.OrderAt(request.PaymentId, "stripe-a"), 10_000, 1_000)
            .With(Kit.Country.OrderAt(request.PaymentId, "stripe-b"), 5_000, 500);
    }

    public static Request OfThree(string token = Approved, string policy = "AllOrNothing") =>
        new Request { Token = token, Policy = policy }
            .With("order-1", 10_000, 1_000).With("order-2", 5_000, 500).With("order-3", 2_500, 0);

    public Request With(string orderId, long amount, long fee, string? sellerId = null)
    {
        sellerId ??= $"seller-{Ulid.NewUlid()}";
        Sellers.Add(sellerId);
        _orders.Add(new JsonObject
        {
            ["orderId"] = orderId,
            ["sellerId"] = sellerId,
            ["amount"] = Money(amount),
            ["platformFee"] = Money(fee),
            ["description"] = $"Order {orderId}",
        });
        return this;
    }

    public JsonObject ToJson() => new()
    {
        ["paymentId"] = PaymentId.ToString(),
        ["idempotencyKey"] = IdempotencyKey,
        ["merchantId"] = MerchantId,
        ["paymentMethod"] = new JsonObject
        {
            ["type"] = "card",
            ["country"] = Country,
            ["credentials"] = new JsonArray(
            [
                .. (Credentials ?? [("stripe", Token)]).Select(
                    c => new JsonObject { ["psp"] = c.Psp, ["token"] = c.Token, ["reusable"] = true }),
            ]),
        },
        ["fulfilmentPolicy"] = Policy,
        ["orders"] = new JsonArray([.. _orders.Select(o => o.DeepClone())]),
    };

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(ToJson());

    private JsonObject Money(long amount) => new() { ["amount"] = amount, ["currency"] = Currency };
}
