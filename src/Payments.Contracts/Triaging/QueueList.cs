namespace Payments.Contracts;

/// <summary>The body of <c>GET /v1/queues</c>: every queue of the broker, by name. Its figures are up to 5 s old.</summary>
public sealed record QueueList
{
    public required IReadOnlyList<QueueDetails> Queues { get; init; }
}

/// <summary>A queue as the broker sees it.</summary>
public sealed record QueueDetails
{
    public required string Queue { get; init; }

    /// <summary>Only failures reach it; it is emptied into the dead letters.</summary>
    public required bool HoldsDeadLetters { get; init; }

    /// <summary>Messages that wait.</summary>
    public required long Ready { get; init; }

    /// <summary>Messages that a consumer has and has not acknowledged.</summary>
    public required long Unacknowledged { get; init; }

    public required int Consumers { get; init; }

    /// <summary>Messages per second.</summary>
    public required double PublishedPerSecond { get; init; }

    /// <summary>Messages per second, again included.</summary>
    public required double DeliveredPerSecond { get; init; }

    /// <summary>Messages per second.</summary>
    public required double AcknowledgedPerSecond { get; init; }

    /// <summary>Messages per second that were delivered again.</summary>
    public required double RedeliveredPerSecond { get; init; }

    /// <summary>When the oldest message was published; null where the broker does not know, as with quorum queues of 3.10.</summary>
    public DateTimeOffset? OldestAt { get; init; }

    /// <summary>
    /// When it was certainly empty last, to 15 s: its oldest message is not older. Null while it is empty, and where it has
    /// not been seen empty since Operations began to look.
    /// </summary>
    public DateTimeOffset? NotEmptySince { get; init; }
}
