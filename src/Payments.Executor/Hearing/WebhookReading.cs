using Npgsql;
using Payments.Executor.Executing;
using Payments.Executor.Psp;
using Payments.Messaging;

namespace Payments.Executor.Hearing;

/// <summary>
/// A stored notification, how often it was looked into, the operations that share a reference with it, and the database's
/// clock; not locked.
/// </summary>
internal sealed record WebhookAsRead(
    DateTimeOffset Now, WebhookNotification Notification, int Looks, IReadOnlyList<Operation> Operations);

/// <summary>Reads what a notification may be about.</summary>
internal sealed class WebhookReading(NpgsqlDataSource dataSource, Persistence persistence)
{
    private const string Notification = "SELECT now(), notification::text, looks FROM webhook WHERE webhook_id = $1";

    private const string ByReference =
        $"SELECT {OperationLoader.Columns} FROM operation WHERE connection = $1 AND reference = ANY($2)";

    private const string ByTarget = $"""
        SELECT {OperationLoader.Columns} FROM operation
        WHERE connection = $1 AND target_reference = ANY($2) AND target_reference IS NOT NULL
        """;

    public Task<WebhookAsRead> Read(Guid webhookId, string connection) => persistence.Persist(async () =>
    {
        await using var opened = await dataSource.OpenConnectionAsync(CancellationToken.None);
        var (now, notification, looks) = await ReadNotification(opened, webhookId);
        var operations = new Dictionary<string, Operation>();
        foreach (var (sql, references) in new[] { (ByReference, notification.References), (ByTarget, notification.PspReferences) })
        {
            await using var command = new NpgsqlCommand(sql, opened);
            command.Parameters.Add(Sql.Value(connection));
            command.Parameters.Add(Sql.Value(references.ToArray()));
            await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
            while (await reader.ReadAsync(CancellationToken.None))
            {
                var operation = OperationLoader.Read(reader);
                operations[operation.OperationId] = operation;
            }
        }

        return new WebhookAsRead(now, notification, looks, [.. operations.Values]);
    });

    private static async Task<(DateTimeOffset Now, WebhookNotification Notification, int Looks)> ReadNotification(
        NpgsqlConnection connection, Guid webhookId)
    {
        await using var command = new NpgsqlCommand(Notification, connection);
        command.Parameters.Add(Sql.Value(webhookId));
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        return await reader.ReadAsync(CancellationToken.None)
            ? (reader.GetFieldValue<DateTimeOffset>(0), WebhookJson.Read(reader.GetString(1)), reader.GetInt32(2))
            : throw new InvalidOperationException($"Notification {webhookId} is not stored.");
    }
}
