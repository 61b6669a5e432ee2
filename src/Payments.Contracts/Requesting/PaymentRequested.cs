namespace Payments.Contracts;

/// <summary>
/// A buyer clicked "Buy". Published by clients to the exchange <c>Payments.Contracts:PaymentRequested</c>, as plain JSON
/// or in MassTransit's envelope; posted to <c>/v1/payments</c>. Answered by <see cref="PaymentRejected"/>,
/// <see cref="PaymentDeduplicated"/>, <see cref="PaymentRefused"/> or, in the end, by one of
/// <see cref="PaymentCompleted"/>, <see cref="PaymentPartiallyCompleted"/> and <see cref="PaymentFailed"/>.
/// </summary>
public sealed record PaymentRequested
{
    /// <summary>Made and kept by the caller. The same id with another body is refused.</summary>
    public required Ulid PaymentId { get; init; }

    /// <summary>1 to 255 characters, unique per merchant for ever: one key is one payment.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>1 to 64 characters of <c>A-Z a-z 0-9 . _ -</c>.</summary>
    public required string MerchantId { get; init; }

    /// <summary>The merchant's own name for the payment, up to 128 characters.</summary>
    public string? MerchantReference { get; init; }

    /// <summary>Up to 64 characters of <c>A-Z a-z 0-9 . _ -</c>.</summary>
    public string? BuyerId { get; init; }

    public required PaymentMethod PaymentMethod { get; init; }

    /// <summary>What happens to the other orders when one fails. Default: all or nothing.</summary>
    public FulfilmentPolicy FulfilmentPolicy { get; init; }

    /// <summary>1 to 100 orders, one currency.</summary>
    public required IReadOnlyList<OrderRequest> Orders { get; init; }

    /// <summary>Up to 20 entries, keys up to 40 and values up to 500 characters.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The client's clock; informative, never compared with ours.</summary>
    public DateTimeOffset? RequestedAt { get; init; }
}
