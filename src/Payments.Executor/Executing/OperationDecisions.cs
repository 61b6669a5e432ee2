using Payments.Contracts;
using Payments.Executor.Psp;

namespace Payments.Executor.Executing;

/// <summary>What to do with a command, given what is known of its operation.</summary>
internal enum Verdict
{
    /// <summary>Send the stored request.</summary>
    Call,

    /// <summary>It may have been sent, and its time is up: the PSP is asked about it, and gets nothing.</summary>
    Look,

    /// <summary>The outcome is known: say it.</summary>
    Answer,

    /// <summary>Another process is at it.</summary>
    WaitForLease,

    /// <summary>Nothing was sent; it is kept until its PSP is well again. Nothing is said.</summary>
    Wait,

    /// <summary>It may still come, or somebody is at it: nothing is certain yet.</summary>
    StayInDoubt,
}

/// <summary>How to learn more of an operation at a PSP that offers no look.</summary>
internal enum WithoutLook
{
    /// <summary>The PSP has it, and tells by webhook.</summary>
    Wait,

    /// <summary>Send it again under its key, which is as good as a look while the key lives.</summary>
    Replay,

    /// <summary>Let the PSP release whatever it may hold of it.</summary>
    Release,

    StayInDoubt,
}

/// <summary>What to do, with the operation as it is to be saved.</summary>
/// <param name="Verdict">What to do.</param>
/// <param name="Operation">As it is to be saved, where it changed, or as it is.</param>
/// <param name="Save">Whether it changed.</param>
/// <param name="Tombstone">An operation that must never begin.</param>
internal sealed record Plan(Verdict Verdict, Operation Operation, bool Save = false, Operation? Tombstone = null);

/// <summary>The executor's decisions: pure functions of rows.</summary>
internal static class OperationDecisions
{
    public const string NotAfterPassed = "not_after_passed";
    public const string NeverBegun = "never_begun";
    public const string NotBegun = "not_begun";
    public const string InProgress = "in_progress";
    public const string UndoneInDoubt = "undone_in_doubt";

    /// <summary>A command came.</summary>
    /// <param name="rows">What is known.</param>
    /// <param name="proposed">The operation as the command describes it.</param>
    /// <param name="undoes">Undos only: the operation that is undone.</param>
    /// <param name="notAfter">Forward commands only.</param>
    /// <param name="owner">This run: the lease is its, not the process's, as a delivery may come twice to one process.</param>
    /// <param name="voidsByOurReference">Whether the PSP can void what it gave us no reference of.</param>
    public static Plan Begin(
        OperationRows rows,
        Operation proposed,
        string? undoes,
        DateTimeOffset? notAfter,
        Guid owner,
        bool voidsByOurReference = false)
    {
        if (rows.Operation is { } known)
        {
            // A run that died may have sent it: sent once more after its time, it would take money that nobody waits for any more.
            var again = (known.NotAfter ?? notAfter) < rows.Now ? Verdict.Look : Verdict.Call;
            return known.State switch
            {
                // Our own first commit, whose answer was lost: nothing was sent under this lease.
                OperationState.Sent when known.LeaseUntil > rows.Now && known.LeaseOwner == owner =>
                    new Plan(known.IsFirstRun ? Verdict.Call : again, known),
                OperationState.Sent when known.LeaseUntil > rows.Now =>
                    new Plan(Verdict.WaitForLease, known),
                OperationState.Waiting when known.NotAfter < rows.Now => Settle(known, Outcome.NotAttempted(NotAfterPassed)),
                OperationState.Waiting => new Plan(Verdict.Call, known.Lease(owner, rows.Now), Save: true),
                OperationState.Sent => new Plan(again, known.Lease(owner, rows.Now), Save: true),
                OperationState.Open or OperationState.Settled or OperationState.Abandoned => new Plan(Verdict.Answer, known),
            };
        }

        if (notAfter < rows.Now)
            return Settle(proposed, Outcome.NotAttempted(NotAfterPassed));

        if (proposed.Step == PspStep.Void && WithoutCall(rows, proposed, undoes!, voidsByOurReference) is { } plan)
            return plan;

        return new Plan(
            Verdict.Call,
            (proposed with { TargetReference = proposed.TargetReference ?? rows.Undone?.PspReference }).Lease(owner, rows.Now),
            Save: true);
    }

    /// <summary>Somebody asks what became of it.</summary>
    public static Plan Resolve(OperationRows rows, Operation proposed, ResolveOrder question, Guid owner)
    {
        if (rows.Operation is not { } known)
        {
            if (question.Forward && rows.Now <= question.NotAfter)
                return new Plan(Verdict.StayInDoubt, proposed with { Reason = NotBegun });

            // It must never begin after we have said so.
            return new Plan(Verdict.Answer, proposed.Bury(), Save: true);
        }

        return known.State switch
        {
            OperationState.Waiting when question.Forward && rows.Now <= known.NotAfter =>
                new Plan(Verdict.StayInDoubt, known with { Reason = NotBegun }),
            OperationState.Waiting => new Plan(Verdict.Answer, known.Bury(), Save: true),
            // What was not there may have come later, and must be found then.
            OperationState.Settled when known is { Outcome: OutcomeKind.NotAttempted, Reason: Reasons.NotFound, FirstAbsentAt: not null } =>
                new Plan(Verdict.Call, known),
            OperationState.Settled or OperationState.Abandoned => new Plan(Verdict.Answer, known),
            OperationState.Sent or OperationState.Open when known.LeaseUntil > rows.Now =>
                new Plan(Verdict.StayInDoubt, known with { Reason = InProgress }),
            OperationState.Sent or OperationState.Open => new Plan(
                Verdict.Call,
                known with
                {
                    Forward = known.Forward && question.Forward,
                    LeaseOwner = owner,
                    LeaseUntil = rows.Now + OperationRunner.Lease,
                    // The look may replay: absence is proof only when that, too, cannot be under way any more.
                    LastTriedAt = known.FirstAbsentAt is null ? rows.Now : known.LastTriedAt,
                },
                Save: true),
        };
    }

    /// <summary>
    /// A run ended without sending, behind an open breaker or for want of a slot: the operation waits, unless another
    /// connection could take it, or its time is up.
    /// </summary>
    public static Plan ConcludeUnsent(OperationRows rows, Guid owner, Outcome outcome, bool routeLeft)
    {
        var known = rows.Operation!;
        var mayWait = known is { State: OperationState.Sent, IsFirstRun: true } && known.LeaseOwner == owner
            && known.NotAfter >= rows.Now && !routeLeft;
        return mayWait ? new Plan(Verdict.Wait, known.Wait(), Save: true) : Conclude(rows, owner, outcome, tries: 0);
    }

    /// <summary>A run has ended.</summary>
    /// <param name="rows">What is known by now.</param>
    /// <param name="owner">The run.</param>
    /// <param name="outcome">What it found.</param>
    /// <param name="tries">How often it tried.</param>
    /// <param name="absentAt">When it found no trace of the operation at the PSP.</param>
    public static Plan Conclude(OperationRows rows, Guid owner, Outcome outcome, int tries, DateTimeOffset? absentAt = null)
    {
        var known = rows.Operation!;
        var isCertain = outcome.Kind is OutcomeKind.Approved or OutcomeKind.Declined or OutcomeKind.ActionRequired;
        if (known.State is OperationState.Settled or OperationState.Abandoned)
        {
            // Said, not saved: evidence against what was settled must reach the saga, which reports it.
            return isCertain && outcome.Kind != known.Outcome
                ? new Plan(Verdict.Answer, (known with { State = OperationState.Settled }).Conclude(outcome))
                : new Plan(Verdict.Answer, known);
        }

        if (known.LeaseOwner != owner && !isCertain)
            return new Plan(Verdict.StayInDoubt, known with { Reason = InProgress });

        var concluded = known.Conclude(outcome, tries) with
        {
            FirstAbsentAt = known.FirstAbsentAt ?? absentAt,
            // The last try began at some time before now: a proof of absence counts from here.
            LastTriedAt = tries > 0 ? rows.Now : known.LastTriedAt,
        };
        return new Plan(Verdict.Answer, concluded, Save: true);
    }

    /// <summary>
    /// Whether an operation in doubt is replayed before it is looked for: while the payment moves forward, where the PSP keeps a
    /// key and no look has shown its absence. One call tells then what a look finds on the last of many pages, or proves only by
    /// reading them all, just when a PSP that was ill comes back to a backlog. One whose answers contradict each other, or that
    /// the PSP has given a reference, is looked at.
    /// </summary>
    /// <param name="operation">As it is known.</param>
    /// <param name="replayIsSafe">Whether the PSP keeps a key for the step.</param>
    public static bool ReplaysFirst(Operation operation, bool replayIsSafe) => replayIsSafe
        && operation is { Forward: true, FirstAbsentAt: null, PspReference: null }
        && operation.Reason is not (Reasons.IntegrityMismatch or Reasons.DuplicateAtPsp or Reasons.ContradictoryAnswers);

    /// <summary>
    /// It is proved that the PSP shows no trace of an operation. A void that names no payment looks for the one that it undoes:
    /// where there is none, nothing is held. Any other operation did not happen.
    /// </summary>
    public static Outcome WhenAbsent(Operation operation) =>
        operation is { Step: PspStep.Void, TargetReference: null } ? Nothing() : Outcome.NotAttempted(Reasons.NotFound);

    /// <summary>
    /// Whether a look that found nothing is followed by a replay: while the payment moves forward, and until the first look that
    /// shows no trace. A later replay would put the proof of absence off for ever. A look that got no usable answer is followed
    /// by one where the key makes it harmless: under it the PSP says once more what it said, and a look may take many pages.
    /// </summary>
    /// <param name="finding">Of the look.</param>
    /// <param name="operation">As it was before.</param>
    /// <param name="replayIsSafe">Whether the PSP keeps a key for the step.</param>
    public static bool ReplaysAfter(Finding finding, Operation operation, bool replayIsSafe) =>
        operation is { Forward: true, FirstAbsentAt: null }
        && (finding.Kind == FindingKind.Absent || (finding.Kind == FindingKind.Unclear && replayIsSafe));

    /// <summary>The PSP offers no look at an operation that somebody asks about.</summary>
    /// <param name="operation">As it is known.</param>
    /// <param name="voidsByOurReference">Whether the PSP can void what it gave us no reference of.</param>
    /// <param name="onlyLooks">Whether the PSP may get nothing: see <see cref="Verdict.Look"/>.</param>
    public static WithoutLook Otherwise(Operation operation, bool voidsByOurReference, bool onlyLooks = false) => operation switch
    {
        { Outcome: OutcomeKind.Pending } => WithoutLook.Wait,
        // The PSP's book and ours differ: that is for a person, and nothing may take its place.
        { Reason: Reasons.IntegrityMismatch or Reasons.DuplicateAtPsp or Reasons.ContradictoryAnswers } =>
            WithoutLook.StayInDoubt,
        _ when onlyLooks => WithoutLook.StayInDoubt,
        { Forward: true } => WithoutLook.Replay,
        { Step: PspStep.Sale or PspStep.Authorize } when voidsByOurReference => WithoutLook.Release,
        _ => WithoutLook.StayInDoubt,
    };

    private static Plan? WithoutCall(
        OperationRows rows, Operation proposed, string undoes, bool voidsByOurReference) => rows.Undone switch
        {
            // Undone before it came: it must never come.
            null => Settle(proposed, Nothing()) with { Tombstone = TombstoneOf(undoes, proposed) },
            { State: OperationState.Abandoned } => Settle(proposed, Nothing()),
            // It never was sent, and never will be.
            { State: OperationState.Waiting } waiting => Settle(proposed, Nothing()) with { Tombstone = waiting.Bury() },
            { State: OperationState.Settled, Outcome: OutcomeKind.Declined or OutcomeKind.NotAttempted or OutcomeKind.InvalidRequest }
                when proposed.TargetReference is null => Settle(proposed, Nothing()),
            // While somebody is at it, it may reach the PSP after the void of it.
            { State: OperationState.Sent or OperationState.Open } undone
                when (proposed.TargetReference ?? undone.PspReference) is null
                    && (!voidsByOurReference || undone.LeaseUntil > rows.Now) =>
                Settle(proposed, Outcome.InDoubt(UndoneInDoubt)),
            _ => null,
        };

    private static Operation TombstoneOf(string operationId, Operation undo) => undo with
    {
        OperationId = operationId,
        Step = Words.StepIn(operationId),
        State = OperationState.Abandoned,
        Reference = null,
        TargetReference = null,
        Undoes = null,
    };

    private static Operation Bury(this Operation unsent) => unsent with
    {
        State = OperationState.Abandoned,
        Outcome = OutcomeKind.NotAttempted,
        Reason = NeverBegun,
    };

    private static Outcome Nothing() => new() { Kind = OutcomeKind.Approved, PspStatus = "nothing_held" };

    private static Plan Settle(Operation proposed, Outcome outcome) =>
        new(Verdict.Answer, proposed.Conclude(outcome), Save: true);
}
