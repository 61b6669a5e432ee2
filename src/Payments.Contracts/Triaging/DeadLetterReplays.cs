namespace Payments.Contracts;

/// <summary>One try to send a letter on; the answer to <c>POST /v1/dead-letters/{id}/replay</c>.</summary>
public sealed record DeadLetterReplay
{
    public required Ulid ReplayId { get; init; }

    public required Ulid LetterId { get; init; }

    /// <summary>
    /// <c>awaiting_approval</c> by a second person, <c>claimed</c> and about to be published, <c>published</c> and its outcome
    /// not known yet, <c>settled</c>, or <c>withdrawn</c> before it was published.
    /// </summary>
    public required string State { get; init; }

    /// <summary>The queue it goes to, or the exchange, for a letter that no queue took.</summary>
    public required string Destination { get; init; }

    /// <summary>One of <see cref="Verdicts"/>, as it was when it was claimed.</summary>
    public required string Verdict { get; init; }

    /// <summary>One sentence: why that verdict.</summary>
    public required string VerdictBecause { get; init; }

    /// <summary>In spite of a dangerous verdict.</summary>
    public required bool Forced { get; init; }

    /// <summary>The name given; nobody is signed in yet.</summary>
    public required string RequestedBy { get; init; }

    public required string Reason { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public string? ApprovedBy { get; init; }

    public DateTimeOffset? ApprovedAt { get; init; }

    public DateTimeOffset? PublishedAt { get; init; }

    public DateTimeOffset? SettledAt { get; init; }

    /// <summary>
    /// <c>succeeded</c>, <c>no_op</c> (had been done before), <c>failed_again</c>, <c>superseded</c> (nobody waited for it any
    /// more), <c>not_sent</c> (no queue took it) or <c>uncertain</c> (a process died over it; it may have gone out).
    /// </summary>
    public string? Outcome { get; init; }

    /// <summary>
    /// One sentence: what the outcome was learnt from; of a published one whose outcome nobody can learn that it is so.
    /// </summary>
    public string? OutcomeBecause { get; init; }

    /// <summary>What the letter came back as, after it failed again.</summary>
    public Ulid? SuccessorId { get; init; }
}

/// <summary>The answer to <c>POST /v1/dead-letters/replays</c>: one for each letter, in the order asked for.</summary>
public sealed record DeadLetterReplayList
{
    public required IReadOnlyList<DeadLetterReplayAnswer> Letters { get; init; }
}

/// <summary>What became of the wish to replay a letter: one of the two.</summary>
public sealed record DeadLetterReplayAnswer
{
    public required Ulid LetterId { get; init; }

    public DeadLetterReplay? Replay { get; init; }

    /// <summary>Nothing was changed.</summary>
    public DeadLetterRefusal? Refusal { get; init; }
}

/// <summary>Why a letter is not replayed.</summary>
/// <param name="Type">For programs, as in the type of a problem: <c>letter-not-open</c>.</param>
/// <param name="Detail">A sentence.</param>
public sealed record DeadLetterRefusal(string Type, string Detail);
