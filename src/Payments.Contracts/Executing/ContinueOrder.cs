namespace Payments.Contracts;

/// <summary>
/// Command, of the executor to itself: an operation that waited unsent for its PSP has another go, under its own id.
/// </summary>
public sealed record ContinueOrder
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    public required string OperationId { get; init; }

    public required string Connection { get; init; }
}
