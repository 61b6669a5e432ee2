using Payments.Executor.Psp;

namespace Payments.Executor.Tests.Psp;

public sealed class OutcomeFoldTests
{
    private static readonly OutcomeKind[] Kinds = Enum.GetValues<OutcomeKind>();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fold_EverySequenceOfUpToFourTries_FollowsTheRules(bool mayHaveArrived)
    {
        var count = 0;
        foreach (var kinds in Sequences(4))
        {
            OutcomeFold.Fold([.. kinds.Select(Of)], mayHaveArrived).Kind.ShouldBe(
                Expected(kinds, mayHaveArrived), string.Join(' ', kinds));
            count++;
        }

        count.ShouldBe(1 + 7 + 49 + 343 + 2401);
    }

    [Fact]
    public void Fold_OfAnEarlierFoldAndLaterTries_IsTheFoldOfAll()
    {
        foreach (var first in Sequences(2))
        {
            foreach (var second in Sequences(2))
            {
                var earlier = OutcomeFold.Fold([.. first.Select(Of)]);
                var stepwise = OutcomeFold.Fold([earlier, .. second.Select(Of)]);
                var atOnce = OutcomeFold.Fold([.. first.Concat(second).Select(Of)]);
                stepwise.Kind.ShouldBe(atOnce.Kind, $"{string.Join(' ', first)} | {string.Join(' ', second)}");
            }
        }
    }

    [Fact]
    public void Fold_NotAttemptedAfterACrash_IsInDoubt()
    {
        var outcome = OutcomeFold.Fold([Of(OutcomeKind.NotAttempted)], mayHaveArrived: true);

        outcome.Kind.ShouldBe(OutcomeKind.InDoubt);
        outcome.Reason.ShouldBe(Reasons.EarlierTryUnknown);
    }

    [Theory]
    [InlineData(Reasons.IntegrityMismatch)]
    [InlineData(Reasons.DuplicateAtPsp)]
    [InlineData(Reasons.ContradictoryAnswers)]
    public void Fold_ApprovedBesideASuspicion_StaysInDoubt(string reason)
    {
        var suspicion = Outcome.InDoubt(reason);

        OutcomeFold.Fold([suspicion, Of(OutcomeKind.Approved)]).ShouldBe(suspicion);
        OutcomeFold.Fold([Of(OutcomeKind.Approved), suspicion]).ShouldBe(suspicion);
    }

    [Fact]
    public void Fold_ApprovedAndDeclined_IsInDoubtAndNamesThePayment()
    {
        var outcome = OutcomeFold.Fold([Of(OutcomeKind.Declined), Of(OutcomeKind.Approved)]);

        outcome.Reason.ShouldBe(Reasons.ContradictoryAnswers);
        outcome.PspReference.ShouldBe("pi_1");
    }

    // The rules in other words than the code's.
    private static OutcomeKind Expected(OutcomeKind[] tries, bool mayHaveArrived)
    {
        bool Any(OutcomeKind kind) => Array.IndexOf(tries, kind) >= 0;
        if (Any(OutcomeKind.Approved))
            return Any(OutcomeKind.Declined) ? OutcomeKind.InDoubt : OutcomeKind.Approved;
        if (Any(OutcomeKind.Declined))
            return OutcomeKind.Declined;
        var waiting = Array.FindLast(tries, t => t is OutcomeKind.Pending or OutcomeKind.ActionRequired);
        if (waiting != default)
            return waiting;
        if (mayHaveArrived || Any(OutcomeKind.InDoubt))
            return OutcomeKind.InDoubt;
        return Any(OutcomeKind.InvalidRequest) ? OutcomeKind.InvalidRequest : OutcomeKind.NotAttempted;
    }

    private static IEnumerable<OutcomeKind[]> Sequences(int longest)
    {
        IEnumerable<OutcomeKind[]> all = [[]];
        IEnumerable<OutcomeKind[]> last = all;
        for (var length = 1; length <= longest; length++)
        {
            last = [.. last.SelectMany(s => Kinds.Select(k => (OutcomeKind[])[.. s, k]))];
            all = all.Concat(last);
        }

        return all;
    }

    private static Outcome Of(OutcomeKind kind) => kind switch
    {
        OutcomeKind.Approved => Outcome.Approved("pi_1", "succeeded", 100, "USD"),
        OutcomeKind.Pending => Outcome.Pending(Reasons.Processing, "pi_1", "processing"),
        OutcomeKind.ActionRequired => Outcome.ActionRequired(Reasons.ShopperAction, "pi_1", "requires_action"),
        OutcomeKind.Declined => Outcome.Declined(DeclineKind.Soft, DeclineReasons.GenericDecline),
        OutcomeKind.NotAttempted => Outcome.NotAttempted(Reasons.ConnectionRefused),
        OutcomeKind.InvalidRequest => Outcome.InvalidRequest(Reasons.InvalidRequest),
        OutcomeKind.InDoubt => Outcome.InDoubt(Reasons.NoAnswer),
    };
}
