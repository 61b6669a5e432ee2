using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using Payments.Contracts;
using Payments.Executor.Psp;
using Payments.Messaging;

namespace Payments.Executor.Hearing;

/// <summary>What identifies an event.</summary>
internal sealed record WebhookEvent(string Connection, string EventId);

/// <summary>The events of one delivery.</summary>
internal sealed record WebhookEvents(IReadOnlyList<WebhookEvent> All);

/// <summary>What came in.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Headers">As JSON.</param>
/// <param name="Masked">As received, without card numbers.</param>
internal sealed record WebhookBody(Guid Id, string Headers, byte[] Masked);

/// <summary>One event of it.</summary>
internal sealed record StoredWebhook(Guid Id, string Connection, WebhookNotification Notification)
{
    public WebhookEvent Event => new(Connection, Notification.EventId);

    public ApplyWebhook ToMessage() => new() { WebhookId = Ulid.FromGuid(Id), Connection = Connection };
}

/// <summary>New events with what they came in.</summary>
internal sealed record AddWebhooks(WebhookBody Body, IReadOnlyList<StoredWebhook> Added) : IWrite;

/// <summary>How notifications are written down.</summary>
internal static class WebhookJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static string Write(WebhookNotification notification) => JsonSerializer.Serialize(notification, Options);

    public static WebhookNotification Read(string json) =>
        JsonSerializer.Deserialize<WebhookNotification>(json, Options)
        ?? throw new FormatException("A stored notification is empty.");
}

/// <summary>Which events are known already.</summary>
internal sealed class WebhookEventLoader : ILoader<WebhookEvents, IReadOnlySet<WebhookEvent>>
{
    private const string Select = """
        SELECT w.connection, w.event_id
        FROM unnest($1::text[], $2::text[]) AS k (connection, event_id)
        JOIN webhook w ON w.connection = k.connection AND w.event_id = k.event_id
        """;

    public void AddCommands(NpgsqlBatch batch, IReadOnlyList<WebhookEvents> keys)
    {
        WebhookEvent[] events = [.. keys.SelectMany(k => k.All).Distinct()];
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Select)
        {
            Parameters =
            {
                Sql.Value(Array.ConvertAll(events, e => e.Connection)),
                Sql.Value(Array.ConvertAll(events, e => e.EventId)),
            },
        });
    }

    public async Task<IReadOnlyList<IReadOnlySet<WebhookEvent>>> Read(
        NpgsqlDataReader reader, IReadOnlyList<WebhookEvents> keys)
    {
        var known = new HashSet<WebhookEvent>();
        while (await reader.ReadAsync(CancellationToken.None))
            known.Add(new WebhookEvent(reader.GetString(0), reader.GetString(1)));
        return [.. keys.Select(_ => known)];
    }
}

/// <inheritdoc cref="AddWebhooks"/>
internal sealed class AddWebhooksWriter : Writer<AddWebhooks>
{
    private const string InsertBodies = """
        INSERT INTO webhook_body (body_id, connection, headers, body)
        SELECT body_id, connection, headers::jsonb, body
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[]) AS b (body_id, connection, headers, body)
        """;

    private const string InsertEvents = """
        INSERT INTO webhook (webhook_id, body_id, connection, event_id, type, notification, state)
        SELECT webhook_id, body_id, connection, event_id, type, notification::jsonb, state
        FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
            AS w (webhook_id, body_id, connection, event_id, type, notification, state)
        ON CONFLICT DO NOTHING
        """;

    protected override void Add(WriteBatch batch, AddWebhooks[] writes)
    {
        batch.Add(
            InsertBodies,
            Sql.Value(Array.ConvertAll(writes, w => w.Body.Id)),
            Sql.Value(Array.ConvertAll(writes, w => w.Added[0].Connection)),
            Sql.Value(Array.ConvertAll(writes, w => w.Body.Headers)),
            Sql.Value(Array.ConvertAll(writes, w => w.Body.Masked)));
        (Guid BodyId, StoredWebhook Webhook)[] events =
        [
            .. writes.SelectMany(w => w.Added.Select(a => (w.Body.Id, Webhook: a)))
                .OrderBy(w => w.Webhook.Connection, StringComparer.Ordinal)
                .ThenBy(w => w.Webhook.Notification.EventId, StringComparer.Ordinal),
        ];
        batch.AddGuarded(
            events.Length,
            InsertEvents,
            Sql.Value(Array.ConvertAll(events, e => e.Webhook.Id)),
            Sql.Value(Array.ConvertAll(events, e => e.BodyId)),
            Sql.Value(Array.ConvertAll(events, e => e.Webhook.Connection)),
            Sql.Value(Array.ConvertAll(events, e => e.Webhook.Notification.EventId)),
            Sql.Value(Array.ConvertAll(events, e => e.Webhook.Notification.Type)),
            Sql.Value(Array.ConvertAll(events, e => WebhookJson.Write(e.Webhook.Notification))),
            Sql.Value(Array.ConvertAll(events, e => e.Webhook.Notification.Claims.Count > 0 ? "stored" : "kept")));
    }
}
