namespace Payments.Contracts;

/// <summary>Command, front door to saga: the request named a payment but broke rules; keep it as <c>Rejected</c>.</summary>
public sealed record RejectPayment
{
    public required Ulid PaymentId { get; init; }

    public string? MerchantId { get; init; }

    public string? IdempotencyKey { get; init; }

    public required IReadOnlyList<FieldError> Errors { get; init; }
}
