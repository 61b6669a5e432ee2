using Npgsql;
using Payments.Executor.Executing;
using Payments.Messaging;

namespace Payments.Executor.Hearing;

/// <summary>Which notification, and the operations that it may be about.</summary>
internal sealed record WebhookKey(Guid WebhookId, IReadOnlyList<string> OperationIds);

/// <summary>What became of a notification.</summary>
internal sealed record SaveProgress(Guid WebhookId, string? OperationId, WebhookPlan Plan) : IWrite
{
    public string State => Plan switch
    {
        { LookAgainIn: not null } => "waiting",
        { IsUnknown: true } => "unknown",
        _ => "applied",
    };
}

/// <summary>Locks operations, as whoever runs them does, then their notifications.</summary>
internal sealed class WebhookLoader : ILoader<WebhookKey, WebhookRows>
{
    private const string Select = """
        SELECT webhook_id, state, looks, now() FROM webhook WHERE webhook_id = ANY($1) ORDER BY webhook_id FOR UPDATE
        """;

    public RowLock? LockFirst(IReadOnlyList<WebhookKey> keys) => OperationLoader.Lock(keys.SelectMany(k => k.OperationIds));

    public void AddCommands(NpgsqlBatch batch, IReadOnlyList<WebhookKey> keys)
    {
        batch.BatchCommands.Add(new NpgsqlBatchCommand(OperationLoader.Select)
        {
            Parameters = { Sql.Value(keys.SelectMany(k => k.OperationIds).Distinct().ToArray()) },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Select)
        {
            Parameters = { Sql.Value(keys.Select(k => k.WebhookId).Distinct().ToArray()) },
        });
    }

    public async Task<IReadOnlyList<WebhookRows>> Read(NpgsqlDataReader reader, IReadOnlyList<WebhookKey> keys)
    {
        var operations = new Dictionary<string, Operation>();
        while (await reader.ReadAsync(CancellationToken.None))
        {
            var operation = OperationLoader.Read(reader);
            operations.Add(operation.OperationId, operation);
        }

        await reader.NextResultAsync(CancellationToken.None);
        var webhooks = new Dictionary<Guid, (string State, int Looks, DateTimeOffset Now)>();
        while (await reader.ReadAsync(CancellationToken.None))
        {
            webhooks.Add(
                reader.GetGuid(0), (reader.GetString(1), reader.GetInt32(2), reader.GetFieldValue<DateTimeOffset>(3)));
        }

        return
        [
            .. from key in keys
               let webhook = webhooks[key.WebhookId]
               select new WebhookRows(
                   webhook.Now,
                   webhook.State is "stored" or "waiting",
                   webhook.Looks,
                   key.OperationIds.Where(operations.ContainsKey).ToDictionary(id => id, id => operations[id])),
        ];
    }
}

/// <inheritdoc cref="SaveProgress"/>
internal sealed class ProgressWriter : Writer<SaveProgress>
{
    private const string Update = """
        UPDATE webhook AS t SET state = w.state, operation_id = w.operation_id, result = w.result, looks = t.looks + 1,
            next_look_at = now() + w.wait
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::interval[])
            AS w (webhook_id, state, operation_id, result, wait)
        WHERE t.webhook_id = w.webhook_id
        """;

    protected override void Add(WriteBatch batch, SaveProgress[] writes)
    {
        SaveProgress[] sorted = [.. writes.OrderBy(w => w.WebhookId)];
        batch.AddGuarded(
            sorted.Length,
            Update,
            Sql.Value(Array.ConvertAll(sorted, w => w.WebhookId)),
            Sql.Value(Array.ConvertAll(sorted, w => w.State)),
            Sql.Value(Array.ConvertAll(sorted, w => w.OperationId)),
            Sql.Value(Array.ConvertAll(sorted, w => w.Plan.Result)),
            Sql.Value(Array.ConvertAll(sorted, w => w.Plan.LookAgainIn)));
    }
}
