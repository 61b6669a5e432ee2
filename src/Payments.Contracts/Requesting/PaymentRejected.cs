namespace Payments.Contracts;

/// <summary>The request broke rules; nothing was charged. All broken rules are listed.</summary>
public sealed record PaymentRejected
{
    /// <summary>Null when the request named no readable payment id.</summary>
    public Ulid? PaymentId { get; init; }

    public string? MerchantId { get; init; }

    public string? IdempotencyKey { get; init; }

    public required IReadOnlyList<FieldError> Errors { get; init; }
}
