namespace Payments.Executor.Psp;

/// <summary>How a look at the PSP ended.</summary>
internal enum FindingKind
{
    /// <summary>
    /// The PSP holds a record of the operation, or a state that settles it; see <see cref="Finding.Outcome"/>.
    /// </summary>
    Known,

    /// <summary>The PSP shows no trace of the operation: now. See <see cref="Finding.IsProof"/>.</summary>
    Absent,

    /// <summary>The look itself got no usable answer.</summary>
    Unclear,

    /// <summary>Not yet seen; there are more pages. The pipeline asks on and never returns this.</summary>
    More,
}

/// <summary>
/// What a look (retrieve or look-up) says about an operation whose answer was lost. "Not found" is an answer of its
/// own, because a request may still be under way: the caller decides when absence is proof (<see cref="IsProof"/>).
/// </summary>
internal sealed record Finding
{
    private Finding(FindingKind kind) => Kind = kind;

    public FindingKind Kind { get; }

    /// <summary>
    /// Known: the operation's outcome (in doubt only for <see cref="Reasons.IntegrityMismatch"/>,
    /// <see cref="Reasons.DuplicateAtPsp"/> and states nobody expects). Unclear: in doubt, with the reason. Otherwise
    /// null.
    /// </summary>
    public Outcome? Outcome { get; private init; }

    /// <summary>Absent: how far the looked-at index may lag behind the PSP's own state.</summary>
    public TimeSpan IndexLag { get; private init; }

    /// <summary>
    /// Unclear, and always will be: the PSP offers no way to look the operation up. Only a replay or a webhook tells.
    /// </summary>
    public bool IsNotOffered { get; private init; }

    /// <summary>More: where to go on.</summary>
    public string? Cursor { get; private init; }

    public static Finding Known(Outcome outcome) => new(FindingKind.Known) { Outcome = outcome };

    public static Finding Absent(TimeSpan indexLag) => new(FindingKind.Absent) { IndexLag = indexLag };

    public static Finding Unclear(string reason, string? message = null) =>
        new(FindingKind.Unclear) { Outcome = Outcome.InDoubt(reason, message) };

    /// <summary>The look was answered with an error, which says nothing of the operation.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="message">A sentence of ours for people and logs.</param>
    public static Finding Unanswered(int status, string message) => Unclear(
        status switch
        {
            401 or 403 => Reasons.Configuration,
            404 => Reasons.NotFound,
            429 => Reasons.RateLimited,
            >= 500 => Reasons.PspError,
            _ => Reasons.UnclassifiedAnswer,
        },
        message);

    public static Finding NotOffered() =>
        Unclear(Reasons.NotFound, "The PSP offers no way to look this operation up.") with { IsNotOffered = true };

    public static Finding More(string cursor) => new(FindingKind.More) { Cursor = cursor };

    /// <summary>
    /// Whether this finding, as a second look, proves that the operation did not happen: both looks were absent, they
    /// are two, and this one came after the last try, the call limit and the index lag had passed.
    /// </summary>
    /// <param name="lastTriedAt">When the last try started, or may have started.</param>
    /// <param name="firstLookAt">When the first look was absent; null where this is the first.</param>
    /// <param name="lookedAt">When this look was made.</param>
    /// <param name="callLimit">
    /// How long one run of tries may take, see <see cref="PspPipelineOptions.TotalLimitSeconds"/>.
    /// </param>
    public bool IsProof(
        DateTimeOffset lastTriedAt, DateTimeOffset? firstLookAt, DateTimeOffset lookedAt, TimeSpan callLimit) =>
        Kind == FindingKind.Absent
        && firstLookAt is { } first
        && first < lookedAt
        && lookedAt - lastTriedAt >= callLimit + IndexLag;
}
