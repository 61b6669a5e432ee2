using System.Globalization;
using Payments.Contracts;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary>A ramp's progress for people.</summary>
internal static class RampText
{
    public static int Failed(DeadLetterRamp ramp) => ramp.FailedAgain + ramp.NotSent + ramp.Uncertain;

    /// <summary>On one line.</summary>
    public static string Progress(DeadLetterRamp ramp)
    {
        var rate = ramp.PerSecond is { } perSecond ? $", {perSecond.ToString("0.0", CultureInfo.InvariantCulture)}/s" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Done(ramp)} of {ramp.Letters} letters, step {ramp.Step}: {ramp.Succeeded} succeeded, {ramp.NoOp} no-op, {ramp.Superseded} superseded, {Failed(ramp)} failed, {ramp.LeftOut} left out, {ramp.UnderWay} under way{rate}");
    }

    /// <summary>Such as <c>[######........] 12 of 30 letters ...</c></summary>
    public static string Bar(DeadLetterRamp ramp) => $"{ProgressBar.Of(Done(ramp), ramp.Letters)} {ramp.State}, {Progress(ramp)}";

    private static int Done(DeadLetterRamp ramp) => ramp.Letters - ramp.Waiting - ramp.UnderWay;
}
