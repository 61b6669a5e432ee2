namespace Payments.Orchestrator.Paying;

/// <summary>When PSPs are asked about operations without a certain end; bound from the section <c>Resolution</c>.</summary>
internal sealed class ResolutionOptions
{
    public const string Section = "Resolution";

    /// <summary>By the PSP's name, such as <c>adyen</c>; what is not said here is as in <see cref="ResolutionDefaults"/>.</summary>
    public Dictionary<string, TimetableOptions> Psps { get; init; } = [];
}

/// <summary>
/// Ages at which a PSP is asked: counted from the moment since when it is unclear. 2 to 50 of them, each above the one
/// before, none above 30 days. A minute after the last look the payment parks.
/// </summary>
internal sealed class TimetableOptions
{
    /// <summary>While it may have happened or not: the look-ups. Also the pauses between sendings of what did not happen.</summary>
    public TimeSpan[]? InDoubt { get; init; }

    /// <summary>While the PSP has promised an answer.</summary>
    public TimeSpan[]? Pending { get; init; }

    /// <summary>
    /// After a refund was refused for now: when it is sent again, counted from the first refusal. Refused once more after the
    /// last one it is a debt.
    /// </summary>
    public TimeSpan[]? RefundRetry { get; init; }
}
