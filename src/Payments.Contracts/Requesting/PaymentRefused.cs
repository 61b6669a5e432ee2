namespace Payments.Contracts;

/// <summary>Another body came under a known payment id. The known payment is untouched.</summary>
public sealed record PaymentRefused
{
    public required Ulid PaymentId { get; init; }

    public required string MerchantId { get; init; }

    public required IReadOnlyList<FieldError> Errors { get; init; }
}
