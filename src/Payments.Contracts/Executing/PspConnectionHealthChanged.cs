namespace Payments.Contracts;

/// <summary>
/// Event, executor to saga: a circuit breaker changed its state. Routing prefers other connections while one is not
/// closed, and forgets a state that is old, so that a connection nobody tries any more gets its probe.
/// </summary>
public sealed record PspConnectionHealthChanged
{
    /// <summary>The account at a PSP, for instance <c>stripe-a</c>.</summary>
    public required string Connection { get; init; }

    /// <summary>The operation that the breaker guards, for instance <c>charge</c>; null: all of them.</summary>
    public string? Step { get; init; }

    /// <summary><c>closed</c>, <c>open</c> or <c>half_open</c>.</summary>
    public required string State { get; init; }

    /// <summary>The executor's clock; tells the newer of two events.</summary>
    public required DateTimeOffset At { get; init; }
}
