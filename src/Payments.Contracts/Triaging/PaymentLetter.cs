namespace Payments.Contracts;

/// <summary>A message of a payment that ended in a dead-letter queue, and what was done with it last.</summary>
public sealed record PaymentLetter
{
    public required Ulid LetterId { get; init; }

    /// <summary>The queue it failed in; for an unrouted one the exchange.</summary>
    public required string Endpoint { get; init; }

    public string? MessageType { get; init; }

    public required DateTimeOffset FailedAt { get; init; }

    /// <summary><c>open</c>, <c>replaying</c>, <c>resolved</c> or <c>discarded</c>.</summary>
    public required string State { get; init; }

    /// <summary>Of the replay that resolved it: <c>succeeded</c>, <c>no_op</c>, <c>failed_again</c> or <c>superseded</c>.</summary>
    public string? Outcome { get; init; }

    /// <summary>What was done last, snake_case, for instance <c>replay</c>; null while nothing was.</summary>
    public string? Action { get; init; }

    /// <summary>The name given; nobody is signed in yet.</summary>
    public string? By { get; init; }

    public DateTimeOffset? At { get; init; }

    public string? Why { get; init; }
}
