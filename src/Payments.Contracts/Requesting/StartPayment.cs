namespace Payments.Contracts;

/// <summary>Command, front door to saga: the request is valid, deduplicated and its tokens are encrypted.</summary>
public sealed record StartPayment
{
    public required Ulid PaymentId { get; init; }

    public required PaymentRequested Request { get; init; }
}
