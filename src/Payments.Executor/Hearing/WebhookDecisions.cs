using Payments.Executor.Executing;
using Payments.Executor.Psp;

namespace Payments.Executor.Hearing;

/// <summary>What is known of a notification and of the operations it may be about, locked.</summary>
/// <param name="Now">The database's clock.</param>
/// <param name="IsOpen">False when it was applied before.</param>
/// <param name="Looks">How often it was looked into.</param>
/// <param name="Operations">By id.</param>
internal sealed record WebhookRows(
    DateTimeOffset Now, bool IsOpen, int Looks, IReadOnlyDictionary<string, Operation> Operations);

/// <summary>What to do with a notification.</summary>
/// <param name="Result">In a word, for people.</param>
/// <param name="Plans">Operations to be answered, and saved where the plan says so.</param>
/// <param name="LookAgainIn">Null: done with it.</param>
/// <param name="IsUnknown">Nobody knew its operation, for as long as is waited.</param>
internal sealed record WebhookPlan(
    string Result, IReadOnlyList<Plan> Plans, TimeSpan? LookAgainIn = null, bool IsUnknown = false);

/// <summary>The decisions about notifications: pure functions of rows.</summary>
internal static class WebhookDecisions
{
    public const string Settled = "settled";
    public const string NothingNew = "nothing_new";
    public const string AgainstSettled = "against_settled";
    public const string NoOperation = "no_operation";
    public const string InProgress = "in_progress";
    public const string NotCertain = "not_certain";

    /// <summary>
    /// When a notification is looked into again: its operation may be saved later than it comes, a run may be at it, the PSP
    /// may not answer.
    /// </summary>
    internal static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30), TimeSpan.FromHours(3), TimeSpan.FromHours(24),
    ];

    /// <summary>
    /// The operations that a notification is about, of those that share a reference with it. One that proves something is
    /// about one operation, which our reference names; where it does not, the PSP's must leave no doubt.
    /// </summary>
    public static IReadOnlyList<Operation> Match(WebhookNotification notification, IEnumerable<Operation> operations)
    {
        Operation[] spoken = [.. operations.Where(o => notification.ClaimOf(o.Step) is not null)];
        if (!notification.Claims.Any(c => c.Proof is not null))
            return spoken;
        Operation[] named = [.. spoken.Where(o => IsNamed(notification, o))];
        if (named.Length > 0)
            return named;
        Operation[] made = [.. spoken.Where(o => o.PspReference is { } own && own == notification.MadeReference)];
        if (made.Length == 1)
            return made;
        // Somebody else may act on the payment as well, under a reference of his own.
        Operation[] possible =
        [
            .. spoken.Where(o => o.State != OperationState.Waiting
                && (o.PspReference is null || o.PspReference == o.TargetReference)),
        ];
        Operation[] open = [.. possible.Where(o => o.State is OperationState.Sent or OperationState.Open)];
        return possible.Length == 1 ? possible : open.Length == 1 ? open : [];
    }

    /// <summary>Whether the PSP has to be asked about the operation.</summary>
    public static bool IsToAsk(WebhookNotification notification, Operation operation, DateTimeOffset now)
    {
        var claim = notification.ClaimOf(operation.Step)!;
        if (claim.Proof is not null || IsUnderWay(operation, now))
            return false;
        return operation.State switch
        {
            OperationState.Sent or OperationState.Open => true,
            // Nothing of what waits was ever sent: only money that moved all the same is worth a look.
            OperationState.Waiting or OperationState.Settled or OperationState.Abandoned => claim.Kind is { } kind && Contradicts(operation, kind),
        };
    }

    /// <summary>What the notification does.</summary>
    /// <param name="rows">What is known by now.</param>
    /// <param name="notification">What was understood.</param>
    /// <param name="findings">What the PSP said of those operations that it was asked about.</param>
    public static WebhookPlan Apply(
        WebhookRows rows, WebhookNotification notification, IReadOnlyDictionary<string, Finding> findings)
    {
        if (!rows.IsOpen)
            return new WebhookPlan(NothingNew, []);
        var matched = Match(notification, rows.Operations.Values);
        if (matched.Count == 0)
            return Wait(rows, NoOperation, []);

        var heard = matched.Select(operation => Hear(rows, notification, operation, findings)).ToArray();
        Plan[] plans = [.. heard.Select(h => h.Plan).OfType<Plan>()];
        if (Array.Find(heard, h => h.Result is InProgress or NotCertain) is { Result: { } unfinished })
            return Wait(rows, unfinished, plans);
        return new WebhookPlan(
            heard.Select(h => h.Result).FirstOrDefault(r => r == AgainstSettled)
                ?? heard.Select(h => h.Result).FirstOrDefault(r => r != NothingNew)
                ?? NothingNew,
            plans);
    }

    private static WebhookPlan Wait(WebhookRows rows, string result, IReadOnlyList<Plan> plans) =>
        rows.Looks < Waits.Length
            ? new WebhookPlan(result, plans, Waits[rows.Looks])
            : new WebhookPlan(result, plans, IsUnknown: result == NoOperation);

    private static (string Result, Plan? Plan) Hear(
        WebhookRows rows,
        WebhookNotification notification,
        Operation operation,
        IReadOnlyDictionary<string, Finding> findings)
    {
        var claim = notification.ClaimOf(operation.Step)!;
        if (claim.Proof is { } proof)
        {
            // The answer that is under way says whether it is this one.
            return IsUnderWay(operation, rows.Now) && !IsNamed(notification, operation)
                ? (InProgress, null)
                : Learn(rows, notification, operation, Checked(notification, operation, proof));
        }

        if (IsOfASecondCharge(notification, operation, claim))
        {
            var second = Doubt(Reasons.DuplicateAtPsp, new Outcome { Kind = OutcomeKind.Approved, PspReference = notification.MadeReference });
            return (AgainstSettled, new Plan(Verdict.Answer, operation.Conclude(second) with { State = OperationState.Settled }));
        }

        if (findings.TryGetValue(operation.OperationId, out var finding))
        {
            if (finding.Kind == FindingKind.Known && finding.Outcome!.Kind != OutcomeKind.Pending)
                return Learn(rows, notification, operation, finding.Outcome);
            return (finding.Kind == FindingKind.Unclear || claim.Kind is not null ? NotCertain : NothingNew, null);
        }

        // A run is at it, or was when the PSP was to be asked: it will say what there is to say.
        return IsToAsk(notification, operation, rows.Now) || IsUnderWay(operation, rows.Now)
            ? (InProgress, null)
            : (NothingNew, null);
    }

    /// <summary>
    /// Certain evidence wins, whichever proves it first. What was settled stays as it is: evidence against it is said and not
    /// saved, so that it reaches the saga, which reports it.
    /// </summary>
    private static (string Result, Plan? Plan) Learn(
        WebhookRows rows, WebhookNotification notification, Operation operation, Outcome evidence)
    {
        var isDoubt = evidence.Kind == OutcomeKind.InDoubt;
        if (operation.State is OperationState.Settled or OperationState.Abandoned)
        {
            var isOld = operation.PspStatus is { } status && notification.SupersededBy.Contains(status);
            return !isOld && (isDoubt ? NeedsPerson(evidence) : Contradicts(operation, evidence.Kind))
                ? (AgainstSettled, new Plan(Verdict.Answer, (operation with { State = OperationState.Settled }).Conclude(evidence)))
                : (NothingNew, null);
        }

        if (isDoubt && IsUnderWay(operation, rows.Now))
            return (InProgress, null);
        if (isDoubt && !NeedsPerson(evidence))
            return (NotCertain, null);
        return (isDoubt ? evidence.Reason! : Settled, new Plan(Verdict.Answer, operation.Conclude(evidence), Save: true));
    }

    /// <summary>The PSP's word must be about what we asked for: amount, currency, and the payment that it belongs to.</summary>
    private static Outcome Checked(WebhookNotification notification, Operation operation, Outcome proof)
    {
        if (proof.Kind != OutcomeKind.Approved)
            return proof;
        var isCharge = operation.Step is PspStep.Sale or PspStep.Authorize;
        var payment = isCharge ? operation.PspReference : operation.TargetReference;
        var namesPayment = isCharge || notification.PspReferences.Count > 1;
        if (payment is not null && namesPayment && !notification.PspReferences.Contains(payment))
            return Doubt(isCharge ? Reasons.DuplicateAtPsp : Reasons.IntegrityMismatch, proof);
        return operation.Step == PspStep.Void
            || (proof.AmountMinor == operation.AmountMinor && proof.CurrencyCode == operation.Currency)
                ? proof
                : Doubt(Reasons.IntegrityMismatch, proof);
    }

    private static Outcome Doubt(string reason, Outcome proof) =>
        Outcome.InDoubt(reason, "A notification names another amount, currency or payment than was asked for.") with
        {
            PspReference = proof.PspReference,
            PspStatus = proof.PspStatus,
        };

    /// <summary>
    /// Whether what is settled as charged is said to be charged under another id of the PSP's: asked about the first, the PSP
    /// would say yes, and the second would go unseen.
    /// </summary>
    private static bool IsOfASecondCharge(WebhookNotification notification, Operation operation, WebhookClaim claim) =>
        claim.Kind == OutcomeKind.Approved
        && operation is
        {
            Step: PspStep.Sale or PspStep.Authorize,
            State: OperationState.Settled,
            Outcome: OutcomeKind.Approved,
            PspReference: not null,
        }
        && notification.PspReferences.Count > 0
        && IsNamed(notification, operation)
        && !notification.PspReferences.Contains(operation.PspReference)
        && !(operation.SettlementReference is { } settlement && notification.PspReferences.Contains(settlement));

    private static bool IsNamed(WebhookNotification notification, Operation operation) =>
        operation.Reference is { } own && notification.References.Contains(own);

    private static bool IsUnderWay(Operation operation, DateTimeOffset now) =>
        operation.State is OperationState.Sent or OperationState.Open && operation.LeaseUntil > now;

    /// <summary>Whether one says yes and the other no.</summary>
    private static bool Contradicts(Operation operation, OutcomeKind said) =>
        (said == OutcomeKind.Approved) != (operation.Outcome == OutcomeKind.Approved);

    private static bool NeedsPerson(Outcome evidence) => evidence.Reason
        is Reasons.IntegrityMismatch or Reasons.DuplicateAtPsp or Reasons.ContradictoryAnswers;
}
