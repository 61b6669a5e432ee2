namespace Payments.Contracts;

/// <summary>The body of <c>GET /v1/dead-letters/ramps</c>: begun last first, up to 200.</summary>
public sealed record DeadLetterRampList
{
    public required IReadOnlyList<DeadLetterRamp> Ramps { get; init; }
}

/// <summary>A group's letters, sent on in growing steps; the body of <c>GET /v1/dead-letters/ramps/{id}</c>.</summary>
public sealed record DeadLetterRamp
{
    public required Ulid RampId { get; init; }

    public required Ulid GroupId { get; init; }

    /// <summary>
    /// <c>running</c>; <c>paused</c> by an operator, or by itself when outcomes do not come; <c>stopped</c> by itself after
    /// failures; <c>cancelled</c> by an operator; <c>finished</c>.
    /// </summary>
    public required string State { get; init; }

    /// <summary>One sentence: why it is not running.</summary>
    public string? Because { get; init; }

    /// <summary>Letters of the group that were open when it was begun; later ones are no part of it.</summary>
    public required int Letters { get; init; }

    /// <summary>Verdicts of letters that are sent on; others are left out.</summary>
    public required IReadOnlyList<string> Include { get; init; }

    public required int MaxStep { get; init; }

    /// <summary>Letters per second; null: as fast as it goes.</summary>
    public double? MaxPerSecond { get; init; }

    /// <summary>The share of failures among the outcomes above which it stops.</summary>
    public required double ErrorShare { get; init; }

    /// <summary>The name given; nobody is signed in yet.</summary>
    public required string RequestedBy { get; init; }

    public required string Reason { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When it came into this state.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>The step claimed last, from 1; 0: none yet.</summary>
    public required int Step { get; init; }

    /// <summary>How many letters that step was meant to have.</summary>
    public required int StepSize { get; init; }

    /// <summary>Letters whose turn has not come.</summary>
    public required int Waiting { get; init; }

    /// <summary>Letters that are sent on, and their outcome not known yet.</summary>
    public required int UnderWay { get; init; }

    public required int Succeeded { get; init; }

    public required int NoOp { get; init; }

    public required int Superseded { get; init; }

    public required int FailedAgain { get; init; }

    public required int NotSent { get; init; }

    public required int Uncertain { get; init; }

    public required int LeftOut { get; init; }

    /// <summary>Most letters first, up to 20.</summary>
    public required IReadOnlyList<RampLeftOut> LeftOutBecause { get; init; }

    /// <summary>Outcomes per second since it was begun; null without any.</summary>
    public double? PerSecond { get; init; }
}

/// <summary>Letters that were not sent on for the same reason.</summary>
/// <param name="Because">One sentence.</param>
/// <param name="Letters">How many.</param>
public sealed record RampLeftOut(string Because, int Letters);
