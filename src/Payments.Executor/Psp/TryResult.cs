namespace Payments.Executor.Psp;

/// <summary>What one try was.</summary>
internal enum TryPurpose
{
    /// <summary>The operation itself.</summary>
    Send,

    /// <summary>A read after a refusal that our own earlier try may have caused.</summary>
    Read,
}

/// <summary>One try, for the record: safe to store and to log.</summary>
internal sealed record TryResult
{
    public required TryPurpose Purpose { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required TimeSpan Took { get; init; }

    /// <summary>Null where no response came.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>The PSP's own id of the request, for its support.</summary>
    public string? PspRequestId { get; init; }

    /// <summary>What this try says, taken alone.</summary>
    public required Outcome Outcome { get; init; }
}

/// <summary>All tries of one run, folded.</summary>
/// <param name="Outcome">What to commit and answer.</param>
/// <param name="Tries">In the order made; empty where nothing was sent.</param>
internal sealed record PspResult(Outcome Outcome, IReadOnlyList<TryResult> Tries);
