namespace Payments.Executor.Psp;

/// <summary>What the caller's record says about an operation that is about to be sent.</summary>
internal sealed record PspSend
{
    /// <summary>
    /// True where an earlier run ended in doubt, or a crash left a run without an outcome: then this run is a replay,
    /// and "not attempted" and "invalid request" are out of reach.
    /// </summary>
    public bool MayHaveArrived { get; init; }

    /// <summary>When the first try of all started; null where there was none. The key's life counts from it.</summary>
    public DateTimeOffset? FirstTriedAt { get; init; }

    /// <summary>
    /// Whether what may have arrived may be sent again, under the same key: while the payment moves forward and, for a
    /// void or refund, always. False when aborting; ask with <see cref="PspConnection.ResolveAsync"/> instead.
    /// </summary>
    public bool ReplayAllowed { get; init; } = true;

    /// <summary>The first run of an operation.</summary>
    public static PspSend First { get; } = new();
}
