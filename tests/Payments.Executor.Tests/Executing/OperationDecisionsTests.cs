using Payments.Contracts;
using Payments.Executor.Executing;
using Payments.Executor.Psp;

namespace Payments.Executor.Tests.Executing;

public sealed class OperationDecisionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly Ulid Payment = Ulid.NewUlid();
    private static readonly Guid Me = Ulid.NewUlid().ToGuid();
    private static readonly Guid Another = Ulid.NewUlid().ToGuid();

    private static readonly string Charge = $"{Payment}/order-1/charge/1";
    private static readonly string Undo = $"{Payment}/order-1/void/1";

    [Fact]
    public void Begin_New_StoresAndCallsUnderALease()
    {
        var plan = Begin(Rows(null));

        plan.Verdict.ShouldBe(Verdict.Call);
        plan.Save.ShouldBeTrue();
        plan.Operation.LeaseOwner.ShouldBe(Me);
        plan.Operation.LeaseUntil.ShouldBe(Now + OperationRunner.Lease);
        plan.Operation.FirstTriedAt.ShouldBe(Now);
    }

    [Fact]
    public void Begin_NewAfterItsLimit_IsNotAttempted()
    {
        var plan = Begin(Rows(null), notAfter: Now.AddSeconds(-1));

        plan.Verdict.ShouldBe(Verdict.Answer);
        plan.Save.ShouldBeTrue("a repetition must get the same answer");
        plan.Operation.Outcome.ShouldBe(OutcomeKind.NotAttempted);
        plan.Operation.State.ShouldBe(OperationState.Settled);
    }

    /// <summary>The process died at the call, and its time is up since: sent once more, it would charge a buyer too late.</summary>
    [Fact]
    public void Begin_KnownAfterItsLimit_IsLookedAtAndNotSent()
    {
        var plan = Begin(Rows(Sent() with { LeaseUntil = Now.AddSeconds(-1), NotAfter = Now.AddSeconds(-1) }), notAfter: Now.AddSeconds(-1));

        (plan.Verdict, plan.Save, plan.Operation.LeaseOwner).ShouldBe((Verdict.Look, true, Me));
        plan.Operation.Forward.ShouldBeTrue("the saga may know better, and says so when it asks");
    }

    /// <summary>The row was stored before rows had a limit: the command's counts.</summary>
    [Fact]
    public void Begin_KnownWithoutALimitOfItsOwn_HasTheCommands() =>
        Begin(Rows(Sent() with { LeaseUntil = Now.AddSeconds(-1) }), notAfter: Now.AddSeconds(-1)).Verdict.ShouldBe(Verdict.Look);

    /// <summary>Our own commit, whose answer was lost, decides again.</summary>
    [Theory]
    [InlineData(-60, Verdict.Look)]
    [InlineData(0, Verdict.Call)]
    internal void Begin_UnderOurOwnLeaseAfterTheLimit_SendsOnlyWhatNobodySentBefore(int firstTriedSeconds, Verdict expected)
    {
        var known = Sent() with
        {
            FirstTriedAt = Now.AddSeconds(firstTriedSeconds),
            LastTriedAt = Now,
            NotAfter = Now.AddSeconds(-1),
        };

        var plan = Begin(Rows(known), known.NotAfter);

        (plan.Verdict, plan.Save).ShouldBe((expected, false));
    }

    [Fact]
    public void Begin_AnUndoWhoseLeaseHasRunOut_HasNoLimit() =>
        Begin(Rows(Void() with { Version = 1, LeaseOwner = Another, LeaseUntil = Now.AddSeconds(-1) })).Verdict.ShouldBe(Verdict.Call);

    [Fact]
    public void Begin_WhileAnotherRunHoldsTheLease_Waits() =>
        Begin(Rows(Sent() with { LeaseOwner = Another, LeaseUntil = Now.AddSeconds(1) })).Verdict.ShouldBe(Verdict.WaitForLease);

    [Fact]
    public void Begin_WhenTheLeaseHasRunOut_TakesOverAsATryThatMayHaveArrived()
    {
        var first = Now.AddSeconds(-40);
        var plan = Begin(Rows(Sent() with { LeaseOwner = Another, LeaseUntil = Now.AddSeconds(-1), FirstTriedAt = first }));

        plan.Verdict.ShouldBe(Verdict.Call);
        plan.Operation.LeaseOwner.ShouldBe(Me);
        plan.Operation.FirstTriedAt.ShouldBe(first, "the key's life counts from the first try");
        plan.Operation.Replay.MayHaveArrived.ShouldBeTrue();
    }

    [Theory]
    [InlineData(nameof(OperationState.Open))]
    [InlineData(nameof(OperationState.Settled))]
    [InlineData(nameof(OperationState.Abandoned))]
    public void Begin_Answered_AnswersAgainWithoutACall(string state)
    {
        var plan = Begin(Rows(Sent() with { State = Enum.Parse<OperationState>(state), Outcome = OutcomeKind.Approved }));

        plan.Verdict.ShouldBe(Verdict.Answer);
        plan.Save.ShouldBeFalse();
    }

    [Fact]
    public void Begin_VoidOfTheUnknown_BuriesItAndIsDone()
    {
        var plan = OperationDecisions.Begin(Rows(null), Void(), Charge, null, Me);

        plan.Verdict.ShouldBe(Verdict.Answer);
        plan.Operation.Outcome.ShouldBe(OutcomeKind.Approved);
        plan.Tombstone!.OperationId.ShouldBe(Charge);
        plan.Tombstone.State.ShouldBe(OperationState.Abandoned);
        plan.Tombstone.Step.ShouldBe(PspStep.Sale);
    }

    [Fact]
    public void Begin_VoidOfWhatIsInDoubt_StaysInDoubt()
    {
        var rows = new OperationRows(Now, null, Sent());

        var plan = OperationDecisions.Begin(rows, Void(), Charge, null, Me);

        plan.Verdict.ShouldBe(Verdict.Answer);
        plan.Operation.Outcome.ShouldBe(OutcomeKind.InDoubt);
        plan.Tombstone.ShouldBeNull();
    }

    [Fact]
    public void Begin_VoidOfWhatIsInDoubt_CallsWhereOurReferenceIsEnough()
    {
        var doubtful = Sent() with { State = OperationState.Open, Outcome = OutcomeKind.InDoubt, LeaseUntil = null };
        var rows = new OperationRows(Now, null, doubtful);

        var plan = OperationDecisions.Begin(rows, Void(), Charge, null, Me, voidsByOurReference: true);

        plan.Verdict.ShouldBe(Verdict.Call);
        plan.Operation.TargetReference.ShouldBeNull();
        plan.Tombstone.ShouldBeNull();
    }

    [Fact]
    public void Begin_VoidOfWhatSomebodyIsAt_WaitsThoughOurReferenceWereEnough()
    {
        var rows = new OperationRows(Now, null, Sent() with { LeaseOwner = Another, LeaseUntil = Now.AddSeconds(1) });

        var plan = OperationDecisions.Begin(rows, Void(), Charge, null, Me, voidsByOurReference: true);

        plan.Operation.Outcome.ShouldBe(OutcomeKind.InDoubt, "it may reach the PSP after the void of it");
    }

    /// <summary>The PSP offers no look: what to do instead.</summary>
    [Theory]
    [InlineData(PspStep.Sale, OutcomeKind.InDoubt, true, true, WithoutLook.Replay)]
    [InlineData(PspStep.Sale, null, true, true, WithoutLook.Replay)]
    [InlineData(PspStep.Sale, OutcomeKind.InDoubt, true, false, WithoutLook.Replay)]
    [InlineData(PspStep.Capture, OutcomeKind.InDoubt, true, true, WithoutLook.Replay)]
    [InlineData(PspStep.Void, OutcomeKind.InDoubt, true, true, WithoutLook.Replay)]
    [InlineData(PspStep.Refund, OutcomeKind.InDoubt, true, true, WithoutLook.Replay)]
    [InlineData(PspStep.Sale, OutcomeKind.InDoubt, false, true, WithoutLook.Release)]
    [InlineData(PspStep.Authorize, null, false, true, WithoutLook.Release)]
    [InlineData(PspStep.Sale, OutcomeKind.InDoubt, false, false, WithoutLook.StayInDoubt)]
    [InlineData(PspStep.Capture, OutcomeKind.InDoubt, false, true, WithoutLook.StayInDoubt)]
    [InlineData(PspStep.Sale, OutcomeKind.Pending, true, true, WithoutLook.Wait)]
    [InlineData(PspStep.Sale, OutcomeKind.Pending, false, true, WithoutLook.Wait)]
    [InlineData(PspStep.Refund, OutcomeKind.Pending, true, true, WithoutLook.Wait)]
    internal void Otherwise_AnOperation_IsAskedAbout(
        PspStep step, OutcomeKind? outcome, bool forward, bool voidsByOurReference, WithoutLook expected) =>
        OperationDecisions.Otherwise(Sent() with { Step = step, Outcome = outcome, Forward = forward }, voidsByOurReference)
            .ShouldBe(expected);

    [Theory]
    [InlineData(PspStep.Sale, null, true)]
    [InlineData(PspStep.Authorize, null, false)]
    [InlineData(PspStep.Capture, OutcomeKind.InDoubt, true)]
    internal void Otherwise_WhereOnlyALookIsAllowed_SendsNothing(PspStep step, OutcomeKind? outcome, bool forward) =>
        OperationDecisions
            .Otherwise(Sent() with { Step = step, Outcome = outcome, Forward = forward }, voidsByOurReference: true, onlyLooks: true)
            .ShouldBe(WithoutLook.StayInDoubt);

    /// <summary>Seen in a storm: looks over many pages failed again and again, where a replay would have told at once.</summary>
    [Theory]
    [InlineData("unclear", true, true, false, true)]
    [InlineData("unclear", false, true, false, false)]
    [InlineData("unclear", true, false, false, false)]
    [InlineData("unclear", true, true, true, false)]
    [InlineData("absent", true, true, false, true)]
    [InlineData("absent", false, true, false, true)]
    [InlineData("absent", true, false, false, false)]
    [InlineData("absent", true, true, true, false)]
    [InlineData("known", true, true, false, false)]
    public void ReplaysAfter_ALook_OnlyForwardAndBeforeTheFirstAbsence(
        string found, bool hasKey, bool forward, bool wasAbsent, bool expected)
    {
        var finding = found switch
        {
            "absent" => Finding.Absent(TimeSpan.Zero),
            "unclear" => Finding.Unclear(Reasons.PspError),
            _ => Finding.Known(Outcome.Approved("pi_1", "succeeded", 1000, "EUR")),
        };
        var operation = Sent() with { Forward = forward, FirstAbsentAt = wasAbsent ? Now : null };

        OperationDecisions.ReplaysAfter(finding, operation, hasKey).ShouldBe(expected);
    }

    [Theory]
    [InlineData(true, true, null, false, Reasons.PspError, true)]
    [InlineData(true, true, null, false, null, true)]
    [InlineData(false, true, null, false, Reasons.PspError, false)]
    [InlineData(true, false, null, false, Reasons.PspError, false)]
    [InlineData(true, true, "pi_1", false, Reasons.PspError, false)]
    [InlineData(true, true, null, true, Reasons.NotFound, false)]
    [InlineData(true, true, null, false, Reasons.DuplicateAtPsp, false)]
    public void ReplaysFirst_OnlyForwardUnderAKeyAndBeforeAnythingElseIsKnown(
        bool hasKey, bool forward, string? reference, bool wasAbsent, string? reason, bool expected)
    {
        var operation = Sent() with
        {
            Forward = forward,
            PspReference = reference,
            FirstAbsentAt = wasAbsent ? Now : null,
            Reason = reason,
        };

        OperationDecisions.ReplaysFirst(operation, hasKey).ShouldBe(expected);
    }

    [Theory]
    [InlineData(Reasons.IntegrityMismatch)]
    [InlineData(Reasons.DuplicateAtPsp)]
    [InlineData(Reasons.ContradictoryAnswers)]
    public void Otherwise_WhatNeedsAPerson_StaysAsItIs(string reason)
    {
        foreach (var forward in new[] { true, false })
        {
            var operation = Sent() with { Outcome = OutcomeKind.InDoubt, Reason = reason, Forward = forward };
            OperationDecisions.Otherwise(operation, voidsByOurReference: true).ShouldBe(WithoutLook.StayInDoubt);
        }
    }

    [Fact]
    public void Begin_VoidOfWhatWasDeclined_NeedsNoCall()
    {
        var rows = new OperationRows(Now, null, Sent() with { State = OperationState.Settled, Outcome = OutcomeKind.Declined });

        OperationDecisions.Begin(rows, Void(), Charge, null, Me).Operation.Outcome.ShouldBe(OutcomeKind.Approved);
    }

    [Fact]
    public void Begin_VoidOfWhatIsHeld_CallsWithItsReference()
    {
        var rows = new OperationRows(
            Now, null, Sent() with { State = OperationState.Settled, Outcome = OutcomeKind.Approved, PspReference = "pi_1" });

        var plan = OperationDecisions.Begin(rows, Void(), Charge, null, Me);

        plan.Verdict.ShouldBe(Verdict.Call);
        plan.Operation.TargetReference.ShouldBe("pi_1");
    }

    [Fact]
    public void Resolve_NeverBegunWhileForward_IsLeftToCome() =>
        OperationDecisions.Resolve(Rows(null), Sent(), Question(forward: true, Now.AddMinutes(1)), Me)
            .Verdict.ShouldBe(Verdict.StayInDoubt);

    [Theory]
    [InlineData(true, -1)]
    [InlineData(false, 1)]
    public void Resolve_NeverBegunPastItsLimitOrOnTheWayBack_IsBuried(bool forward, int minutes)
    {
        var plan = OperationDecisions.Resolve(Rows(null), Sent(), Question(forward, Now.AddMinutes(minutes)), Me);

        plan.Verdict.ShouldBe(Verdict.Answer);
        plan.Save.ShouldBeTrue();
        plan.Operation.State.ShouldBe(OperationState.Abandoned);
    }

    [Fact]
    public void Resolve_OnTheWayBack_ForbidsReplaysFromThenOn()
    {
        var open = Sent() with { State = OperationState.Open, LeaseOwner = null, LeaseUntil = null };

        var plan = OperationDecisions.Resolve(Rows(open), Sent(), Question(forward: false, null), Me);

        plan.Verdict.ShouldBe(Verdict.Call);
        plan.Operation.Forward.ShouldBeFalse();
        plan.Operation.Replay.ReplayAllowed.ShouldBeFalse();
        var later = OperationDecisions.Resolve(Rows(plan.Operation with { LeaseUntil = Now.AddSeconds(-1) }), Sent(), Question(forward: true, null), Me);
        later.Operation.Forward.ShouldBeFalse("a payment does not turn forward again");
    }

    [Fact]
    public void Resolve_WhileARunIsUnderWay_DoesNotInterfere() =>
        OperationDecisions.Resolve(Rows(Sent() with { LeaseOwner = Another, LeaseUntil = Now.AddSeconds(1) }), Sent(), Question(true, null), Me)
            .Verdict.ShouldBe(Verdict.StayInDoubt);

    [Fact]
    public void Conclude_OwnLease_TakesTheOutcome()
    {
        var plan = OperationDecisions.Conclude(Rows(Sent()), Me, Outcome.Approved("pi_1", "succeeded", 100, "EUR"), tries: 2);

        plan.Save.ShouldBeTrue();
        plan.Operation.State.ShouldBe(OperationState.Settled);
        plan.Operation.Tries.ShouldBe(2);
        plan.Operation.LeaseOwner.ShouldBeNull();
    }

    [Fact]
    public void Conclude_ALookThatReplayed_PutsTheProofOfAbsenceOffUntilTheReplayCannotArriveAnyMore()
    {
        var look = Now.AddSeconds(-29);
        var open = Sent() with { FirstTriedAt = look.AddSeconds(-5), LastTriedAt = look };
        var absent = Finding.Absent(TimeSpan.Zero);

        var replayed = OperationDecisions.Conclude(Rows(open), Me, Outcome.InDoubt(Reasons.NoAnswer), tries: 3, absentAt: look).Operation;
        var looked = OperationDecisions.Conclude(Rows(open), Me, Outcome.InDoubt(Reasons.NotFound), tries: 0, absentAt: look).Operation;

        IsProof(replayed, 19).ShouldBeFalse("the replay's last try may have begun just now");
        IsProof(replayed, 20).ShouldBeTrue();
        IsProof(looked, 0).ShouldBeTrue();

        bool IsProof(Operation operation, int seconds) => absent.IsProof(
            operation.LastTriedAt!.Value, operation.FirstAbsentAt, Now.AddSeconds(seconds), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Conclude_LostLeaseWithoutCertainty_LeavesItToTheOtherRun()
    {
        var plan = OperationDecisions.Conclude(
            Rows(Sent() with { LeaseOwner = Another }), Me, Outcome.NotAttempted(Reasons.ConnectionRefused), tries: 1);

        plan.Verdict.ShouldBe(Verdict.StayInDoubt);
        plan.Save.ShouldBeFalse();
    }

    [Fact]
    public void Conclude_LostLeaseWithCertainty_IsKept() =>
        OperationDecisions.Conclude(Rows(Sent() with { LeaseOwner = Another }), Me, Outcome.Approved("pi_1", "succeeded", 100, "EUR"), 1)
            .Save.ShouldBeTrue();

    [Fact]
    public void Conclude_AlreadySettled_SaysWhatWasSaid()
    {
        var settled = Sent() with { State = OperationState.Settled, Outcome = OutcomeKind.Approved, PspReference = "pi_1" };

        var plan = OperationDecisions.Conclude(Rows(settled), Me, Outcome.InDoubt(Reasons.NoAnswer), tries: 1);

        plan.Verdict.ShouldBe(Verdict.Answer);
        plan.Save.ShouldBeFalse();
        plan.Operation.Outcome.ShouldBe(OutcomeKind.Approved);
    }

    [Fact]
    public void Conclude_CertaintyAgainstWhatWasSettled_IsSaidAndNotSaved()
    {
        var settled = Sent() with { State = OperationState.Settled, Outcome = OutcomeKind.NotAttempted, Reason = Reasons.NotFound };

        var plan = OperationDecisions.Conclude(Rows(settled), Me, Outcome.Approved("pi_1", "succeeded", 100, "EUR"), tries: 1);

        plan.Verdict.ShouldBe(Verdict.Answer);
        plan.Save.ShouldBeFalse("terminal states never regress");
        plan.Operation.Outcome.ShouldBe(OutcomeKind.Approved);
        plan.Operation.PspReference.ShouldBe("pi_1");
    }

    /// <summary>A charge that shows up after its absence was settled is reported; nothing is ever sent again for it.</summary>
    [Fact]
    public void Resolve_SettledAsAbsent_LooksAgainWithoutTouchingTheRow()
    {
        var settled = Sent() with
        {
            State = OperationState.Settled,
            Outcome = OutcomeKind.NotAttempted,
            Reason = Reasons.NotFound,
            FirstAbsentAt = Now.AddHours(-1),
            LeaseOwner = null,
            LeaseUntil = null,
        };

        var plan = OperationDecisions.Resolve(Rows(settled), Sent(), Question(forward: true, null), Me);

        (plan.Verdict, plan.Save).ShouldBe((Verdict.Call, false));
        plan.Operation.FirstAbsentAt.ShouldNotBeNull("a look that is not the first never replays");
        var late = OperationDecisions.Conclude(Rows(settled), Me, Outcome.Approved("pi_1", "succeeded", 100, "EUR"), tries: 0);
        (late.Operation.Outcome, late.Save).ShouldBe((OutcomeKind.Approved, false));
        var still = OperationDecisions.Conclude(Rows(settled), Me, Outcome.InDoubt(Reasons.NoAnswer), tries: 0);
        still.Operation.Outcome.ShouldBe(OutcomeKind.NotAttempted);
    }

    /// <summary>A void by our reference that finds no payment has done all it can; one whose payment is still held has not.</summary>
    [Theory]
    [InlineData(PspStep.Void, null, OutcomeKind.Approved)]
    [InlineData(PspStep.Void, "payment", OutcomeKind.NotAttempted)]
    [InlineData(PspStep.Authorize, null, OutcomeKind.NotAttempted)]
    [InlineData(PspStep.Refund, "payment", OutcomeKind.NotAttempted)]
    internal void WhenAbsent_OnlyAVoidThatNamesNoPayment_HoldsNothing(PspStep step, string? target, OutcomeKind kind)
    {
        var outcome = OperationDecisions.WhenAbsent(Sent() with { Step = step, TargetReference = target });

        (outcome.Kind, outcome.PspStatus ?? outcome.Reason)
            .ShouldBe((kind, kind == OutcomeKind.Approved ? "nothing_held" : Reasons.NotFound));
    }

    [Theory]
    [InlineData(nameof(OutcomeKind.NotAttempted), Reasons.ConnectionRefused)]
    [InlineData(nameof(OutcomeKind.Declined), Reasons.NotFound)]
    [InlineData(nameof(OutcomeKind.Approved), null)]
    public void Resolve_SettledOtherwise_AnswersWithoutALook(string outcome, string? reason) =>
        OperationDecisions.Resolve(
            Rows(Sent() with
            {
                State = OperationState.Settled,
                Outcome = Enum.Parse<OutcomeKind>(outcome),
                Reason = reason,
                FirstAbsentAt = Now,
            }),
            Sent(),
            Question(forward: true, null),
            Me)
            .Verdict.ShouldBe(Verdict.Answer);

    [Fact]
    public void Begin_OwnFirstCommitWhoseAnswerWasLost_GoesOn()
    {
        var plan = Begin(Rows(Sent()));

        plan.Verdict.ShouldBe(Verdict.Call);
        plan.Save.ShouldBeFalse();
    }

    [Theory]
    [InlineData(nameof(OutcomeKind.InDoubt), nameof(OperationState.Open))]
    [InlineData(nameof(OutcomeKind.Pending), nameof(OperationState.Open))]
    [InlineData(nameof(OutcomeKind.Approved), nameof(OperationState.Settled))]
    [InlineData(nameof(OutcomeKind.Declined), nameof(OperationState.Settled))]
    [InlineData(nameof(OutcomeKind.ActionRequired), nameof(OperationState.Settled))]
    [InlineData(nameof(OutcomeKind.NotAttempted), nameof(OperationState.Settled))]
    [InlineData(nameof(OutcomeKind.InvalidRequest), nameof(OperationState.Settled))]
    public void Conclude_EveryOutcome_IsOpenOrSettled(string outcome, string state) =>
        Sent().Conclude(new Outcome { Kind = Enum.Parse<OutcomeKind>(outcome) }).State.ShouldBe(Enum.Parse<OperationState>(state));

    [Fact]
    public void Words_EveryStateStepAndOutcome_ReadBack()
    {
        foreach (var step in Enum.GetValues<PspStep>())
            Words.StepIn($"{Payment}/order/{Words.Of(step)}/1").ShouldBe(step);
        foreach (var outcome in Enum.GetValues<OutcomeKind>())
            Words.OutcomeOf(Words.Of(outcome)).ShouldBe(outcome);
    }

    [Fact]
    public void ConcludeUnsent_WithoutARouteLeft_WaitsAsIfNeverBegun()
    {
        var plan = OperationDecisions.ConcludeUnsent(Rows(Begun()), Me, Unsent, routeLeft: false);

        plan.Verdict.ShouldBe(Verdict.Wait);
        plan.Save.ShouldBeTrue();
        plan.Operation.State.ShouldBe(OperationState.Waiting);
        (plan.Operation.LeaseOwner, plan.Operation.FirstTriedAt, plan.Operation.LastTriedAt).ShouldBe((null, null, null));
    }

    [Fact]
    public void ConcludeUnsent_WithARouteLeft_IsNotAttempted() =>
        IsNotAttempted(OperationDecisions.ConcludeUnsent(Rows(Begun()), Me, Unsent, routeLeft: true), Reasons.BreakerOpen);

    [Fact]
    public void ConcludeUnsent_PastItsLimit_IsNotAttempted() =>
        IsNotAttempted(
            OperationDecisions.ConcludeUnsent(
                Rows(Begun() with { NotAfter = Now.AddSeconds(-1) }), Me, Unsent, routeLeft: false),
            Reasons.BreakerOpen);

    [Fact]
    public void ConcludeUnsent_OfAnUndo_IsNotAttempted() =>
        IsNotAttempted(
            OperationDecisions.ConcludeUnsent(Rows(Begun() with { NotAfter = null }), Me, Unsent, routeLeft: false),
            Reasons.BreakerOpen);

    [Fact]
    public void Begin_Waiting_IsAFirstRun()
    {
        var plan = Begin(Rows(Waiting()));

        plan.Verdict.ShouldBe(Verdict.Call);
        plan.Save.ShouldBeTrue();
        plan.Operation.State.ShouldBe(OperationState.Sent);
        plan.Operation.IsFirstRun.ShouldBeTrue();
    }

    [Fact]
    public void Begin_AfterARunThatDied_IsNoFirstRun() =>
        Begin(Rows(Begun() with { LeaseOwner = Another, LeaseUntil = Now.AddSeconds(-1), FirstTriedAt = Now.AddSeconds(-31) }))
            .Operation.IsFirstRun.ShouldBeFalse();

    [Fact]
    public void Begin_WaitingPastItsLimit_IsNotAttempted() =>
        IsNotAttempted(
            Begin(Rows(Waiting() with { NotAfter = Now.AddSeconds(-1) })), OperationDecisions.NotAfterPassed);

    [Fact]
    public void Begin_VoidOfWhatWaits_BuriesItWithoutACall()
    {
        var plan = OperationDecisions.Begin(new OperationRows(Now, null, Waiting()), Void(), Charge, null, Me);

        plan.Verdict.ShouldBe(Verdict.Answer);
        plan.Operation.Outcome.ShouldBe(OutcomeKind.Approved);
        (plan.Tombstone!.OperationId, plan.Tombstone.State, plan.Tombstone.Version)
            .ShouldBe((Charge, OperationState.Abandoned, Waiting().Version));
    }

    [Fact]
    public void Resolve_WaitingWhileForward_IsLeftToCome()
    {
        var plan = OperationDecisions.Resolve(Rows(Waiting()), Sent(), Question(forward: true, Now.AddMinutes(1)), Me);

        (plan.Verdict, plan.Save, plan.Operation.Reason).ShouldBe((Verdict.StayInDoubt, false, OperationDecisions.NotBegun));
    }

    [Theory]
    [InlineData(true, -1)]
    [InlineData(false, 1)]
    public void Resolve_WaitingPastItsLimitOrOnTheWayBack_IsBuried(bool forward, int minutes)
    {
        var waiting = Waiting() with { NotAfter = Now.AddMinutes(minutes) };

        var plan = OperationDecisions.Resolve(Rows(waiting), Sent(), Question(forward, waiting.NotAfter), Me);

        (plan.Verdict, plan.Save, plan.Operation.State).ShouldBe((Verdict.Answer, true, OperationState.Abandoned));
    }

    [Theory]
    [InlineData(PspStep.Void, true)]
    [InlineData(PspStep.Refund, false)]
    internal void ToPsp_OfAStoredUndo_SaysWhatItUndoesWhereThatFindsIt(PspStep step, bool says) =>
        (Void() with { Step = step, Undoes = Charge }).ToPsp().Undoes.ShouldBe(says ? Charge : null);

    private static Outcome Unsent => Outcome.NotAttempted(Reasons.BreakerOpen);

    private static Operation Begun() => Sent() with { LastTriedAt = Now, NotAfter = Now.AddMinutes(1) };

    private static Operation Waiting() => Begun().Wait();

    private static void IsNotAttempted(Plan plan, string reason) =>
        (plan.Verdict, plan.Save, plan.Operation.State, plan.Operation.Outcome, plan.Operation.Reason)
            .ShouldBe((Verdict.Answer, true, OperationState.Settled, OutcomeKind.NotAttempted, reason));

    private static Plan Begin(OperationRows rows, DateTimeOffset? notAfter = null) =>
        OperationDecisions.Begin(rows, Proposed(), null, notAfter, Me);

    private static OperationRows Rows(Operation? known) => new(Now, known, null);

    private static Operation Proposed() => Executor.Executing.Proposed.Operation(
        Charge, Payment, "order-1", PspStep.Sale, "stripe-a", new Money(100, Currency.Eur));

    private static Operation Sent() => Proposed() with { Version = 1, LeaseOwner = Me, LeaseUntil = Now.AddSeconds(10), FirstTriedAt = Now };

    private static Operation Void() => Executor.Executing.Proposed.Operation(
        Undo, Payment, "order-1", PspStep.Void, "stripe-a", new Money(100, Currency.Eur));

    private static ResolveOrder Question(bool forward, DateTimeOffset? notAfter) => new()
    {
        PaymentId = Payment,
        OrderId = "order-1",
        OperationId = Charge,
        Connection = "stripe-a",
        Amount = new Money(100, Currency.Eur),
        Forward = forward,
        Look = 1,
        NotAfter = notAfter,
    };
}
