namespace Payments.Contracts;

/// <summary>The body of a 202: the broker has confirmed the request. What becomes of it: <c>GET /v1/payments/{id}</c>.</summary>
public sealed record PaymentAccepted
{
    public required Ulid PaymentId { get; init; }
}
