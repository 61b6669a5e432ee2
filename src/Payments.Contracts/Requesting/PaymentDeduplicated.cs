namespace Payments.Contracts;

/// <summary>The same request came again under another payment id: that id is an alias, which queries follow.</summary>
public sealed record PaymentDeduplicated
{
    /// <summary>The alias.</summary>
    public required Ulid PaymentId { get; init; }

    /// <summary>The payment that was started first under the same merchant and idempotency key.</summary>
    public required Ulid OriginalPaymentId { get; init; }

    public required string MerchantId { get; init; }
}
