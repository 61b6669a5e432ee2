using Payments.Contracts;
using Payments.Operations.Auditing;
using Payments.Operations.Ramping;

namespace Payments.Operations.Tests.Ramping;

public sealed class RampDecisionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly Ramp Begun = new(
        Ulid.NewUlid(), Ulid.NewUlid(), [Verdicts.Safe], 8, null, 0, new OperatorRequest("ann", "mended"), 0, 0, null, TimeSpan.Zero, 0, 0);

    [Fact]
    public void Of_EachStep_IsTwiceTheLastUpToTheLimit()
    {
        var sizes = new List<int>();
        var ramp = Begun;
        for (var i = 0; i < 6; i++)
        {
            var move = RampMove.Of(ramp, new RampTally(true, 0, 1, 0, null), Patience);
            sizes.Add(move.Size);
            ramp = ramp with { Step = ramp.Step + 1, StepSize = move.Size, SinceStep = TimeSpan.Zero };
        }

        sizes.ShouldBe([1, 2, 4, 8, 8, 8]);
    }

    [Theory]
    [InlineData(0.5, 1, 0.1, "Wait", 0)]
    [InlineData(0.5, 1, 2.1, "Step", 1)]
    [InlineData(3.0, 2, 0.6, "Wait", 0)]
    [InlineData(3.0, 2, 0.7, "Step", 3)]
    public void Of_ARate_IsKept(double rate, int last, double seconds, string kind, int size)
    {
        var ramp = Begun with { MaxPerSecond = rate, Step = 1, StepSize = last, SinceStep = TimeSpan.FromSeconds(seconds) };

        var move = RampMove.Of(ramp, new RampTally(true, 0, 1, 0, null), Patience);

        ($"{move.Kind}", move.Size).ShouldBe((kind, size));
    }

    [Theory]
    [InlineData(0, 10, 1, true)]
    [InlineData(0.1, 9, 1, false)]
    [InlineData(0.1, 8, 1, true)]
    [InlineData(1, 0, 5, false)]
    public void Of_Failures_StopAboveTheShare(double share, int good, int failed, bool stops)
    {
        var move = RampMove.Of(Begun with { ErrorShare = share }, new RampTally(true, 3, good, failed, null), Patience);

        (move.Kind == RampMoveKind.Stop).ShouldBe(stops);
        if (stops)
            move.Because.ShouldBe(FormattableString.Invariant($"{failed} of {good + failed} letters with an outcome have failed: more than the share of {share} that is allowed."));
    }

    [Fact]
    public void Of_TheSameFailure_StopsWhateverTheShare()
    {
        var (letter, successor) = (Ulid.NewUlid(), Ulid.NewUlid());

        RampMove.Of(Begun with { ErrorShare = 1 }, new RampTally(true, 0, 99, 1, (letter, successor)), Patience).ShouldBe(new RampMove(
            RampMoveKind.Stop, Because: $"The failure has returned: letter {letter} failed again in the same way, as letter {successor}."));
    }

    [Fact]
    public void Of_OutcomesThatDoNotCome_AreWaitedForAndThenPause()
    {
        var ramp = Begun with { Step = 3, StepSize = 4, Waited = Patience };

        RampMove.Of(ramp, new RampTally(true, 2, 3, 0, null), Patience).Kind.ShouldBe(RampMoveKind.Wait);
        RampMove.Of(ramp with { Waited = Patience + TimeSpan.FromSeconds(1) }, new RampTally(true, 2, 3, 0, null), Patience)
            .ShouldBe(new RampMove(RampMoveKind.Pause, Because: "Step 3 has been without the outcome of 2 letters for 300 s."));
    }

    [Fact]
    public void Of_NoLetterLeft_IsTheEnd() =>
        RampMove.Of(Begun with { ErrorShare = 0.5 }, new RampTally(false, 0, 7, 1, null), Patience).ShouldBe(
            new RampMove(RampMoveKind.Finish, Because: "The turn of every letter has come: 7 went well, 1 failed."));
}
