using System.Collections.Frozen;

namespace Payments.Orchestrator.Requesting;

/// <summary>
/// The members that a request may have. What is not named here is kept as it came, but for money, which is closed. This
/// is also the one place that says which fields may look like a card number.
/// </summary>
internal sealed class RequestShape
{
    private static readonly RequestShape Text = new();

    /// <summary>Ids, keys and amounts: digits that are a card number only by chance, and must not be changed.</summary>
    private static readonly RequestShape IdOrKeyOrAmount = new() { MayLookLikeCardNumber = true };

    private static readonly RequestShape Money = Object(
        isClosed: true,
        ("amount", IdOrKeyOrAmount),
        ("currency", Text));

    private static readonly RequestShape Order = Object(
        isClosed: false,
        ("orderId", IdOrKeyOrAmount),
        ("sellerId", IdOrKeyOrAmount),
        ("amount", Money),
        ("platformFee", Money),
        ("description", Text));

    private static readonly RequestShape Credential = Object(
        isClosed: false,
        ("psp", Text),
        ("token", new RequestShape { IsToken = true }),
        ("customerReference", Text),
        ("reusable", Text));

    private static readonly RequestShape PaymentMethod = Object(
        isClosed: false,
        ("type", Text),
        ("country", Text),
        ("credentials", new RequestShape { Item = Credential }));

    public static RequestShape Request { get; } = Object(
        isClosed: false,
        ("paymentId", IdOrKeyOrAmount),
        ("idempotencyKey", IdOrKeyOrAmount),
        ("merchantId", IdOrKeyOrAmount),
        ("merchantReference", Text),
        ("buyerId", IdOrKeyOrAmount),
        ("paymentMethod", PaymentMethod),
        ("fulfilmentPolicy", Text),
        ("orders", new RequestShape { Item = Order }),
        ("metadata", Text),
        ("requestedAt", Text));

    /// <summary>Whether a card number in the value, a string or a number, is taken for chance.</summary>
    public bool MayLookLikeCardNumber { get; private init; }

    /// <summary>Whether this is where a token belongs; it is encrypted here only.</summary>
    public bool IsToken { get; private init; }

    /// <summary>Whether unknown members are refused.</summary>
    public bool IsClosed { get; private init; }

    /// <summary>The known members by name, in any case; null for what is not an object of ours.</summary>
    public FrozenDictionary<string, (string Name, RequestShape Shape)>? Members { get; private init; }

    /// <summary>The shape of an array's items.</summary>
    public RequestShape? Item { get; private init; }

    private static RequestShape Object(bool isClosed, params (string Name, RequestShape Shape)[] members) => new()
    {
        IsClosed = isClosed,
        Members = members.ToFrozenDictionary(m => m.Name, StringComparer.OrdinalIgnoreCase),
    };
}
