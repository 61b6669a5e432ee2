using Npgsql;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Executor.Hearing;

/// <summary>
/// Notifications that wait, for an operation that is saved later than they came or for certainty, are looked into again.
/// They are put off by a minute, not cleared: should the message be lost, the next one says the same.
/// </summary>
internal sealed class WaitingWebhooks(NpgsqlDataSource dataSource, ICommitter committer, Persistence persistence) : IDeadlines
{
    private const string Claim = """
        WITH due AS (
            SELECT webhook_id FROM webhook WHERE next_look_at <= now()
            ORDER BY next_look_at LIMIT $1 FOR UPDATE SKIP LOCKED)
        UPDATE webhook w SET next_look_at = now() + interval '1 minute'
        FROM due WHERE w.webhook_id = due.webhook_id
        RETURNING w.webhook_id, w.connection, w.looks
        """;

    public async Task<int> EnqueueDue(int most)
    {
        var due = await persistence.Persist(() => ClaimDue(most));
        await Task.WhenAll(due.Select(message => committer.Commit(
            Origin.Local, new Effects(message.WebhookId).Send(message, Routes.ExecutorControl(message.Connection)))));
        return due.Count;
    }

    private async Task<List<ApplyWebhook>> ClaimDue(int most)
    {
        await using var command = dataSource.CreateCommand(Claim);
        command.Parameters.Add(Sql.Value(most));
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        var due = new List<ApplyWebhook>();
        while (await reader.ReadAsync(CancellationToken.None))
        {
            due.Add(new ApplyWebhook
            {
                WebhookId = Ulid.FromGuid(reader.GetGuid(0)),
                Connection = reader.GetString(1),
                Looks = reader.GetInt32(2),
            });
        }

        return due;
    }
}
