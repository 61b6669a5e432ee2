using Npgsql;

namespace Payments.Messaging;

/// <summary>Rows for messages of local work; the <see cref="OutboxSweeper"/> sends and deletes them.</summary>
internal static class Outbox
{
    private const string Insert = """
        INSERT INTO outbox (sent_id, exchange, type, trace, body)
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[])
        ON CONFLICT DO NOTHING
        """;

    private const string ClaimDue = """
        UPDATE outbox SET claimed_until = now() + $1
        WHERE sent_id IN (
            SELECT sent_id FROM outbox WHERE claimed_until < now() ORDER BY sent_id LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING sent_id, exchange, type, trace, body
        """;

    public static void Add(WriteBatch batch, IReadOnlyList<OutgoingMessage> messages)
    {
        if (messages.Count == 0)
            return;

        batch.Add(
            Insert,
            Sql.Value(messages.Select(m => m.Id).ToArray()),
            Sql.Value(messages.Select(m => m.Exchange).ToArray()),
            Sql.Value(messages.Select(m => m.Type).ToArray()),
            Sql.Value(messages.Select(m => m.Trace).ToArray()),
            Sql.Value(messages.Select(m => m.Body).ToArray()));
    }

    /// <summary>Takes rows for so long; when this process dies meanwhile, another takes them after that.</summary>
    public static async Task<IReadOnlyList<OutgoingMessage>> Claim(NpgsqlDataSource dataSource, TimeSpan forTime, int most)
    {
        await using var command = dataSource.CreateCommand(ClaimDue);
        command.Parameters.Add(Sql.Value(forTime));
        command.Parameters.Add(Sql.Value(most));
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        var messages = new List<OutgoingMessage>();
        while (await reader.ReadAsync(CancellationToken.None))
            messages.Add(Sql.ReadMessage(reader, 0));
        return messages;
    }

    public static async Task<int> Delete(NpgsqlDataSource dataSource, IReadOnlyList<OutgoingMessage> messages)
    {
        await using var command = dataSource.CreateCommand("DELETE FROM outbox WHERE sent_id = ANY($1)");
        command.Parameters.Add(Sql.Value(messages.Select(m => m.Id).ToArray()));
        return await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
