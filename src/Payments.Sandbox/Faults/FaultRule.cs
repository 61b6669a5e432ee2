namespace Payments.Sandbox.Faults;

/// <summary>A fault as <c>POST /sandbox/faults</c> takes it.</summary>
internal sealed record FaultOrder
{
    public FaultKind? Fault { get; init; }

    /// <summary>At this account only. Default: at every one.</summary>
    public string? Account { get; init; }

    /// <summary>At every account of this PSP, such as <c>adyen</c>. Default: at every one.</summary>
    public string? Psp { get; init; }

    /// <summary>Only what is about a payment made with this token. Default: any request.</summary>
    public string? Token { get; init; }

    /// <summary>Of each request that it may meet, from above 0 to 1. Default 1.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Draws the probability: the same requests in the same order meet the same faults. Default: a new one.</summary>
    public int? Seed { get; init; }

    /// <summary>So many times, and then no more. Default: without end; a certain maintenance window once.</summary>
    public int? Count { get; init; }

    /// <summary>
    /// How slow, how late, or how long a maintenance window is: from 0 to 3600. Default: <c>Sandbox:StalledSeconds</c> for what is
    /// slow, <c>Sandbox:SlowSeconds</c> for what is late, 30 for a window.
    /// </summary>
    public double? Seconds { get; init; }

    /// <summary>Sent with 429 and 503, from 0 to 3600. Default: 1 with a 429, what is left of the window with a 503.</summary>
    public int? RetryAfterSeconds { get; init; }
}

/// <summary>A fault that is in force.</summary>
/// <param name="Id">Names it until it is cleared.</param>
/// <param name="Fault">What goes wrong.</param>
/// <param name="Account">Null for every one.</param>
/// <param name="Psp">Null for every one.</param>
/// <param name="Token">Null for any.</param>
/// <param name="Probability">Of each request that it may meet.</param>
/// <param name="Seed">What it is drawn with.</param>
/// <param name="Left">How often it may still happen; null without end.</param>
/// <param name="Seconds">How slow, how late, how long; null where that means nothing.</param>
/// <param name="RetryAfterSeconds">As ordered.</param>
/// <param name="Happened">How often it has happened.</param>
internal sealed record FaultRule(
    int Id,
    FaultKind Fault,
    string? Account,
    string? Psp,
    string? Token,
    double Probability,
    int Seed,
    int? Left,
    double? Seconds,
    int? RetryAfterSeconds,
    long Happened);

/// <summary>A fault that one request meets.</summary>
internal sealed record MetFault(FaultKind Kind, TimeSpan Time, int? RetryAfterSeconds);
