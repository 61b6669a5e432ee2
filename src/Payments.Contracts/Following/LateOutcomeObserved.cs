namespace Payments.Contracts;

/// <summary>Event: an answer came for an order whose fate was already settled otherwise. Stored and shown; it changes no terminal state.</summary>
public sealed record LateOutcomeObserved
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    public required string OperationId { get; init; }

    /// <summary>The name of the late event, for instance <c>OrderCaptured</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>What the order's status was.</summary>
    public required string Status { get; init; }
}
