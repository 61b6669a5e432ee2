using System.Globalization;

namespace Payments.Operations.Ramping;

internal enum RampMoveKind
{
    Wait,
    Step,
    Pause,
    Stop,
    Finish,
}

/// <summary>What a ramp does next.</summary>
/// <param name="Kind">See there.</param>
/// <param name="Size">Of a step, in letters.</param>
/// <param name="Because">One sentence, where it ends or pauses.</param>
internal sealed record RampMove(RampMoveKind Kind, int Size = 0, string? Because = null)
{
    public static RampMove Of(Ramp ramp, RampTally tally, TimeSpan patience)
    {
        if (Failure(ramp, tally) is { } failure)
            return new RampMove(RampMoveKind.Stop, Because: failure);
        if (tally.UnderWay > 0)
        {
            return ramp.Waited <= patience
                ? new RampMove(RampMoveKind.Wait)
                : new RampMove(RampMoveKind.Pause, Because: string.Create(
                    CultureInfo.InvariantCulture,
                    $"Step {ramp.Step} has been without the outcome of {tally.UnderWay} letters for {patience.TotalSeconds:0} s."));
        }

        if (!tally.Waiting)
        {
            return new RampMove(RampMoveKind.Finish, Because: string.Create(
                CultureInfo.InvariantCulture, $"The turn of every letter has come: {tally.Good} went well, {tally.Failed} failed."));
        }

        return ramp.SinceStep < Least(ramp) ? new RampMove(RampMoveKind.Wait) : new RampMove(RampMoveKind.Step, Next(ramp));
    }

    /// <summary>Why it must not go on; null when it may.</summary>
    private static string? Failure(Ramp ramp, RampTally tally)
    {
        if (tally.Returned is (var letter, var successor))
            return $"The failure has returned: letter {letter} failed again in the same way, as letter {successor}.";
        var known = tally.Good + tally.Failed;
        return tally.Failed > ramp.ErrorShare * known
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{tally.Failed} of {known} letters with an outcome have failed: more than the share of {ramp.ErrorShare} that is allowed.")
            : null;
    }

    /// <summary>Twice as many as the last time, within both limits.</summary>
    private static int Next(Ramp ramp)
    {
        var size = ramp.StepSize == 0 ? 1 : Math.Min(2L * ramp.StepSize, ramp.MaxStep);
        return (int)(ramp.MaxPerSecond is { } rate ? Math.Min(size, Math.Max(1, Math.Floor(rate))) : size);
    }

    /// <summary>From one step to the next, so that the rate is kept.</summary>
    private static TimeSpan Least(Ramp ramp) =>
        ramp.MaxPerSecond is { } rate ? TimeSpan.FromSeconds(ramp.StepSize / rate) : TimeSpan.Zero;
}
