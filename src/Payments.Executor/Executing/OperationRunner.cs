using MassTransit;
using Npgsql;
using Payments.Contracts;
using Payments.Executor.Psp;
using Payments.Hosting;
using Payments.Messaging;

namespace Payments.Executor.Executing;

/// <summary>
/// Persist, call, persist: the operation, its key and its exact request are committed before the PSP is called, outside
/// any transaction and under a lease; then the outcome is committed with the answer. A run that died leaves a row whose
/// lease runs out: the next one counts it as a try that may have arrived.
/// </summary>
internal sealed class OperationRunner(
    ICommitter committer,
    Deliveries deliveries,
    PspConnections connections,
    TokenCipher cipher,
    NpgsqlDataSource dataSource,
    Persistence persistence,
    TimeProvider time)
{
    /// <summary>Longer than all tries of a run together (20 s).</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>The lease was used up before anything was sent.</summary>
    private const string LeaseSpent = "lease_spent";

    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(PspPipelineOptions.DefaultTotalLimitSeconds);

    /// <summary>Carries a command out, or says again what became of it.</summary>
    /// <param name="context">The delivery.</param>
    /// <param name="proposed">The operation as the command describes it.</param>
    /// <param name="credential">Sale and authorize only; its token is encrypted.</param>
    /// <param name="undoes">Void and refund only.</param>
    /// <param name="notAfter">Forward commands only.</param>
    /// <param name="routeLeft">Whether another connection could take what this one cannot send now.</param>
    public Task Run(
        ConsumeContext context,
        Operation proposed,
        Credential? credential = null,
        string? undoes = null,
        DateTimeOffset? notAfter = null,
        bool routeLeft = false)
    {
        var connection = Find(proposed.Connection);
        proposed = proposed with { Reference = connection.Adapter.ReferenceOf(proposed.OperationId), Undoes = undoes };
        var token = credential is null
            ? null
            : cipher.Decrypt(credential.Token, Ulid.FromGuid(proposed.PaymentId).ToString());
        var owner = Ulid.NewUlid().ToGuid();
        return Run(context, connection, new OperationKey(proposed.OperationId, undoes), owner, routeLeft, Decide);

        (Plan Plan, PspRequest? Request) Decide(OperationRows rows)
        {
            // As the row will say it: what looks for a new operation within its first run starts there.
            var begun = proposed with { NotAfter = notAfter, CreatedAt = rows.Now };
            var plan = OperationDecisions.Begin(rows, begun, undoes, notAfter, owner, connection.Adapter.VoidsByOurReference);
            if (plan.Verdict != Verdict.Call || rows.Operation is not null)
                return (plan, null);

            var preparation = connection.Prepare(plan.Operation.ToPsp(token, undoes) with
            {
                CustomerReference = credential?.CustomerReference,
                TargetAmountMinor = rows.Undone?.AmountMinor,
            });
            return preparation.IsReady
                ? (plan, preparation.Request)
                : (new Plan(Verdict.Answer, proposed.Conclude(preparation.Refusal), Save: true), null);
        }
    }

    /// <summary>Another go for an operation that waited: its request is stored, and nobody else could take it.</summary>
    public Task Continue(ConsumeContext context, ContinueOrder command)
    {
        var owner = Ulid.NewUlid().ToGuid();
        var key = new OperationKey(command.OperationId);
        return Run(context, Find(command.Connection), key, owner, routeLeft: false, Decide);

        (Plan Plan, PspRequest? Request) Decide(OperationRows rows)
        {
            var known = rows.Operation
                ?? throw new InvalidOperationException($"Operation {command.OperationId} waits, and is not there.");
            return (OperationDecisions.Begin(rows, known, undoes: null, known.NotAfter, owner), null);
        }
    }

    private async Task Run(
        ConsumeContext context,
        PspConnection connection,
        OperationKey key,
        Guid owner,
        bool routeLeft,
        Func<OperationRows, (Plan Plan, PspRequest? Request)> decide)
    {
        while (true)
        {
            var started = time.GetTimestamp();
            var (plan, request, now) = await Begin(context, key, decide);
            switch (plan.Verdict)
            {
                case Verdict.WaitForLease:
                    await Task.Delay(plan.Operation.LeaseUntil!.Value - now + TimeSpan.FromMilliseconds(50), time, CancellationToken.None);
                    continue;
                case Verdict.Call:
                    // A run of our own that was only stored, and one that is new, are first; all others may have arrived.
                    // Where nothing may be repeated, a run that was cut short is looked for.
                    if (!plan.Operation.IsFirstRun && !connection.Adapter.ReplayOf(plan.Operation.Step).IsSafe)
                    {
                        await LookFor(context, connection, plan.Operation, owner, now, started);
                        return;
                    }

                    var send = plan.Operation.IsFirstRun ? PspSend.First : plan.Operation.Replay;
                    await Call(context, connection, plan.Operation, request, send, owner, routeLeft, started);
                    return;
                case Verdict.Look:
                    await LookFor(context, connection, plan.Operation, owner, now, started, onlyLooks: true);
                    return;
                case Verdict.Answer or Verdict.StayInDoubt:
                    await Settle(context, key, rows => decide(rows).Plan);
                    return;
                case Verdict.Wait:
                    throw new InvalidOperationException($"Operation {key.OperationId} was to begin and is to wait.");
            }
        }
    }

    /// <summary>Finds out what became of an operation: look first, replay only while the payment moves forward.</summary>
    public async Task Resolve(ConsumeContext context, ResolveOrder question)
    {
        var connection = Find(question.Connection);
        var owner = Ulid.NewUlid().ToGuid();
        var key = new OperationKey(question.OperationId);
        var proposed = new Operation
        {
            OperationId = question.OperationId,
            PaymentId = question.PaymentId.ToGuid(),
            OrderId = question.OrderId,
            Step = Words.StepIn(question.OperationId),
            Connection = question.Connection,
            AmountMinor = question.Amount.Amount,
            Currency = question.Amount.Currency.Code,
            State = OperationState.Sent,
        };
        var started = time.GetTimestamp();
        var (plan, _, now) = await Begin(context, key, rows => (OperationDecisions.Resolve(rows, proposed, question, owner), null));
        if (plan.Verdict != Verdict.Call)
        {
            await Settle(context, key, rows => OperationDecisions.Resolve(rows, proposed, question, owner));
            return;
        }

        await LookFor(context, connection, plan.Operation, owner, now, started);
    }

    private async Task LookFor(
        ConsumeContext context,
        PspConnection connection,
        Operation operation,
        Guid owner,
        DateTimeOffset now,
        long started,
        bool onlyLooks = false)
    {
        var (outcome, tries, absentAt) = await Look(connection, operation, now, started, onlyLooks);
        await Settle(
            context,
            new OperationKey(operation.OperationId),
            rows => OperationDecisions.Conclude(rows, owner, outcome, tries, absentAt));
    }

    private async Task<(Plan Plan, PspRequest? Request, DateTimeOffset Now)> Begin(
        ConsumeContext context, OperationKey key, Func<OperationRows, (Plan Plan, PspRequest? Request)> decide)
    {
        while (true)
        {
            (Plan Plan, PspRequest? Request, DateTimeOffset Now) begun = default;
            var result = await committer.Commit(
                Origin.Step(context),
                new Decision<OperationKey, OperationRows>(GateOf(key), key, rows =>
                {
                    var (plan, request) = decide(rows);
                    begun = (plan, request, rows.Now);
                    var effects = new Effects(GateOf(key));
                    if (plan is not { Verdict: Verdict.Call or Verdict.Look, Save: true })
                        return effects;
                    effects.Write(new SaveOperation(plan.Operation));
                    return request is null
                        ? effects
                        : effects.Write(new SaveRequest(key.OperationId, cipher.Encrypt(request.ToBytes(), key.OperationId)));
                }));
            if (result.Kind != CommitKind.Clash)
                return begun;
        }
    }

    private async Task Call(
        ConsumeContext context,
        PspConnection connection,
        Operation operation,
        PspRequest? request,
        PspSend send,
        Guid owner,
        bool routeLeft,
        long started)
    {
        var stored = request ?? await ReadRequest(operation.OperationId);
        var result = await Send(connection, operation.ToPsp(), stored, send, started);
        await Settle(
            context,
            new OperationKey(operation.OperationId),
            rows => IsUnsent(result.Outcome)
                ? OperationDecisions.ConcludeUnsent(rows, owner, result.Outcome, routeLeft)
                : OperationDecisions.Conclude(rows, owner, result.Outcome, result.Tries.Count));
    }

    /// <summary>Behind a breaker, or for want of a slot: what every try met, so that nothing can have arrived.</summary>
    private static bool IsUnsent(Outcome outcome) =>
        outcome is { Kind: OutcomeKind.NotAttempted, Reason: Reasons.BreakerOpen or Reasons.NoSlot };

    private async Task<(Outcome Outcome, int Tries, DateTimeOffset? AbsentAt)> Look(
        PspConnection connection, Operation operation, DateTimeOffset lookedAt, long started, bool onlyLooks)
    {
        var replayIsSafe = connection.Adapter.ReplayOf(operation.Step).IsSafe;
        PspResult? replayed = null;
        if (!onlyLooks && OperationDecisions.ReplaysFirst(operation, replayIsSafe))
        {
            replayed = await Replay(connection, operation, started);
            // An error may be saved under the key; only a look can tell then, and it takes as long as a call.
            if (replayed.Outcome.Kind != OutcomeKind.InDoubt || IsTooLate(started))
                return (replayed.Outcome, replayed.Tries.Count, null);
        }

        var finding = await connection.ResolveAsync(operation.ToPsp(), operation.PspReference, CancellationToken.None);
        if (finding.IsNotOffered)
            return await AskOtherwise(connection, operation, started, onlyLooks);
        DateTimeOffset? absentAt = finding.Kind == FindingKind.Absent ? lookedAt : null;
        if (finding.IsProof(operation.LastTriedAt ?? operation.CreatedAt, operation.FirstAbsentAt, lookedAt, CallLimit))
            return (OperationDecisions.WhenAbsent(operation), 0, absentAt);

        if (replayed is not null)
        {
            return finding.Kind == FindingKind.Known
                ? (finding.Outcome!, replayed.Tries.Count, null)
                : (replayed.Outcome, replayed.Tries.Count, absentAt);
        }

        if (onlyLooks || !OperationDecisions.ReplaysAfter(finding, operation, replayIsSafe))
            return (finding.Outcome ?? Outcome.InDoubt(Reasons.NotFound), 0, absentAt);

        var result = await Replay(connection, operation, started);
        // Held up, nothing was sent: the next look has its replay still before it.
        return (result.Outcome, result.Tries.Count, result.Outcome.Reason == LeaseSpent ? null : absentAt);
    }

    private async Task<(Outcome Outcome, int Tries, DateTimeOffset? AbsentAt)> AskOtherwise(
        PspConnection connection, Operation operation, long started, bool onlyLooks)
    {
        switch (OperationDecisions.Otherwise(operation, connection.Adapter.VoidsByOurReference, onlyLooks))
        {
            case WithoutLook.Wait:
                return (Outcome.Pending(operation.Reason!, operation.PspReference!, operation.PspStatus!), 0, null);
            case WithoutLook.Replay:
                var result = await Replay(connection, operation, started);
                return (result.Outcome, result.Tries.Count, null);
            case WithoutLook.Release:
                return (await Release(connection, operation, started), 0, null);
            default:
                return (Outcome.InDoubt(operation.Reason
                    ?? (onlyLooks ? OperationDecisions.NotAfterPassed : Reasons.ReplayNotAllowed)), 0, null);
        }
    }

    private async Task<PspResult> Replay(PspConnection connection, Operation operation, long started)
    {
        var stored = await ReadRequest(operation.OperationId);
        return await Send(connection, operation.ToPsp(), stored, operation.Replay, started);
    }

    /// <summary>
    /// In the operation's own name, so that the webhook leads back to it. Not stored: it takes back what nobody wants any more,
    /// and may be sent again and again.
    /// </summary>
    private async Task<Outcome> Release(PspConnection connection, Operation operation, long started)
    {
        var release = operation.ToPsp(undoes: operation.OperationId) with
        {
            Step = PspStep.Void,
            TargetReference = operation.PspReference,
        };
        var preparation = connection.Prepare(release);
        if (!preparation.IsReady)
            return Outcome.InDoubt(preparation.Refusal.Reason!);
        var result = await Send(connection, release, preparation.Request, PspSend.First, started);
        return Outcome.InDoubt(result.Outcome.Reason is null or Reasons.Processing ? Reasons.CancelRequested : result.Outcome.Reason);
    }

    /// <summary>Another call could outlast the lease.</summary>
    private bool IsTooLate(long started) => time.GetElapsedTime(started) > Lease - CallLimit;

    /// <summary>A run that was held up past its lease sends nothing any more: another may have proved that nothing came.</summary>
    private async Task<PspResult> Send(
        PspConnection connection, PspOperation operation, PspRequest request, PspSend send, long started) =>
        IsTooLate(started)
            ? new PspResult(send.MayHaveArrived ? Outcome.InDoubt(LeaseSpent) : Outcome.NotAttempted(LeaseSpent), [])
            : await connection.SendAsync(operation, request, send, CancellationToken.None);

    private Task Settle(ConsumeContext context, OperationKey key, Func<OperationRows, Plan> decide) =>
        deliveries.Settle(context, new Decision<OperationKey, OperationRows>(GateOf(key), key, rows =>
        {
            var plan = decide(rows);
            var effects = new Effects(GateOf(key));
            if (plan.Save)
                effects.Write(new SaveOperation(plan.Operation));
            if (plan.Tombstone is { } tombstone)
                effects.Write(new SaveOperation(tombstone));
            return plan.Verdict switch
            {
                Verdict.Wait => effects,
                Verdict.Answer => effects.Answer(plan.Operation),
                Verdict.StayInDoubt or Verdict.WaitForLease => effects.InDoubt(plan.Operation, plan.Operation.Reason ?? OperationDecisions.InProgress),
                Verdict.Call or Verdict.Look =>
                    throw new InvalidOperationException($"Operation {key.OperationId} was to be answered and is to be called."),
            };
        }));

    private Task<PspRequest> ReadRequest(string operationId) => persistence.Persist(async () =>
    {
        await using var command = dataSource.CreateCommand("SELECT request FROM operation_request WHERE operation_id = $1");
        command.Parameters.Add(Sql.Value(operationId));
        var encrypted = (byte[])(await command.ExecuteScalarAsync(CancellationToken.None)
            ?? throw new InvalidOperationException($"The request of {operationId} is missing."));
        return PspRequest.FromBytes(cipher.Decrypt(encrypted, operationId));
    });

    private PspConnection Find(string name) => connections.TryGet(name, out var connection)
        ? connection
        : throw new InvalidOperationException($"This executor has no connection '{name}'.");

    /// <summary>Operations of one payment do not wait for each other; those who write the row of one do.</summary>
    private static Ulid GateOf(OperationKey key) => Ulid.FromGuid(GateKey.Of(key.OperationId));
}
