using Payments.Contracts;
using Payments.Operations.Auditing;

namespace Payments.Operations.Ramping;

/// <summary>States of a ramp, as they are stored.</summary>
internal static class RampState
{
    public const string Running = "running";
    public const string Paused = "paused";
    public const string Stopped = "stopped";
    public const string Cancelled = "cancelled";
    public const string Finished = "finished";
}

/// <summary>What somebody wants to be sent on step by step.</summary>
/// <param name="GroupId">Whose letters.</param>
/// <param name="Letters">How many of them were open when it was looked at.</param>
/// <param name="Through">The newest of them; later ones are left alone. Null: there must be none.</param>
/// <param name="Include">Verdicts.</param>
/// <param name="MaxStep">Letters of a step, at most.</param>
/// <param name="MaxPerSecond">Letters per second; null: as fast as it goes.</param>
/// <param name="ErrorShare">Of failures among the outcomes, above which it stops.</param>
/// <param name="By">Who, and why.</param>
internal sealed record RampOrder(
    Ulid GroupId, int Letters, Ulid? Through, IReadOnlyList<string> Include, int MaxStep, double? MaxPerSecond, double ErrorShare,
    OperatorRequest By);

/// <summary>A running ramp under its lock, and what is known of the letters it has sent on.</summary>
/// <param name="RampId">Its id.</param>
/// <param name="GroupId">Whose letters.</param>
/// <param name="Include">Verdicts.</param>
/// <param name="MaxStep">Letters of a step, at most.</param>
/// <param name="MaxPerSecond">Letters per second; null: as fast as it goes.</param>
/// <param name="ErrorShare">Of failures among the outcomes, above which it stops.</param>
/// <param name="By">Who, and why.</param>
/// <param name="Step">Claimed last.</param>
/// <param name="StepSize">Letters it was meant to have.</param>
/// <param name="SinceStep">How long ago that was; null before the first.</param>
/// <param name="Waited">How long its outcomes are waited for.</param>
/// <param name="Good">Outcomes of the steps before that one: succeeded, done before, or not wanted any more.</param>
/// <param name="Failed">Outcomes of the steps before that one: failed again, not sent, or uncertain.</param>
internal sealed record Ramp(
    Ulid RampId, Ulid GroupId, IReadOnlyList<string> Include, int MaxStep, double? MaxPerSecond, double ErrorShare,
    OperatorRequest By, int Step, int StepSize, TimeSpan? SinceStep, TimeSpan Waited, int Good, int Failed);

/// <summary>The outcomes of a ramp's replays.</summary>
/// <param name="Waiting">The turn of a letter has not come.</param>
/// <param name="UnderWay">Replays without an outcome.</param>
/// <param name="Good">Succeeded, done before, or not wanted any more.</param>
/// <param name="Failed">Failed again, not sent, or uncertain.</param>
/// <param name="Returned">A letter that failed again in the same way, and what it came back as.</param>
internal sealed record RampTally(bool Waiting, int UnderWay, int Good, int Failed, (Ulid Letter, Ulid Successor)? Returned);
