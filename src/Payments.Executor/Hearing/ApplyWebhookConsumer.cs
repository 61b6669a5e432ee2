using MassTransit;
using Payments.Contracts;
using Payments.Executor.Executing;
using Payments.Executor.Psp;
using Payments.Messaging;

namespace Payments.Executor.Hearing;

/// <summary>
/// Settles the operation that a stored notification is about. Asks the PSP where the notification is no proof, outside any
/// transaction; a look moves no money, so it needs no lease. What it decides, it decides over locked rows.
/// </summary>
internal sealed class ApplyWebhookConsumer(
    WebhookReading reading, PspConnections connections, Deliveries deliveries, ILogger<ApplyWebhookConsumer> logger)
    : IConsumer<ApplyWebhook>
{
    public async Task Consume(ConsumeContext<ApplyWebhook> context)
    {
        var (id, name) = (context.Message.WebhookId.ToGuid(), context.Message.Connection);
        var (now, notification, looks, operations) = await reading.Read(id, name);
        var matched = IsVoid(context.Message, looks) ? [] : WebhookDecisions.Match(notification, operations);
        var findings = await Ask(name, notification, matched, now);
        var key = new WebhookKey(id, [.. operations.Select(o => o.OperationId)]);
        // The run whose answer it repeats has the same gate: both write the row.
        var gate = operations.Count > 0 ? GateKey.Of(operations[0].OperationId) : id;
        WebhookPlan? applied = null;
        await deliveries.Settle(context, new Decision<WebhookKey, WebhookRows>(Ulid.FromGuid(gate), key, rows =>
        {
            applied = null;
            if (IsVoid(context.Message, rows.Looks))
                return new Effects(gate);
            applied = WebhookDecisions.Apply(rows, notification, findings);
            return rows.IsOpen ? ToEffects(id, gate, rows, notification, applied) : new Effects(gate);
        }));
        if (applied is not null)
            Log(name, id, notification, applied);
    }

    private static bool IsVoid(ApplyWebhook command, int looks) => command.Looks is { } then && then != looks;

    private async Task<Dictionary<string, Finding>> Ask(
        string name, WebhookNotification notification, IEnumerable<Operation> matched, DateTimeOffset now)
    {
        var findings = new Dictionary<string, Finding>();
        foreach (var operation in matched.Where(o => WebhookDecisions.IsToAsk(notification, o, now)))
        {
            if (!connections.TryGet(name, out var connection))
                throw new InvalidOperationException($"This executor has no connection '{name}'.");
            // The answer may have been lost with the reference in it: then the notification is the first to name it.
            var isOwn = operation.Reference is { } own && notification.References.Contains(own);
            var reference = operation.PspReference ?? (isOwn ? notification.MadeReference : null);
            findings[operation.OperationId] =
                await connection.ResolveAsync(operation.ToPsp(), reference, CancellationToken.None);
        }

        return findings;
    }

    private static Effects ToEffects(
        Guid id, Guid gate, WebhookRows rows, WebhookNotification notification, WebhookPlan plan)
    {
        var effects = new Effects(gate);
        foreach (var learnt in plan.Plans)
        {
            if (learnt.Save)
                effects.Write(new SaveOperation(learnt.Operation));
            effects.Answer(learnt.Operation);
        }

        var matched = WebhookDecisions.Match(notification, rows.Operations.Values);
        var about = plan.Plans is [var told, ..] ? told.Operation : matched is [var first, ..] ? first : null;
        return effects.Write(new SaveProgress(id, about?.OperationId, plan));
    }

    private void Log(string name, Guid id, WebhookNotification notification, WebhookPlan plan)
    {
        WebhookLog.Applied(logger, name, id, notification.Type, plan.Result);
        if (plan.IsUnknown)
            WebhookLog.Unknown(logger, name, id, notification.Type);
        foreach (var against in plan.Plans.Where(p => !p.Save))
            WebhookLog.AgainstSettled(logger, name, id, notification.Type, against.Operation.OperationId);
    }
}
