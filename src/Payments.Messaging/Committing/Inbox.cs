using Npgsql;

namespace Payments.Messaging;

/// <summary>One row per settled delivery, with what was said in answer.</summary>
internal static class Inbox
{
    private const string Insert = """
        INSERT INTO inbox (message_id, consumer, sent) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
        """;

    private const string InsertMessages = """
        INSERT INTO inbox_message (message_id, consumer, ordinal, sent_id, exchange, type, trace, body)
        SELECT $1, $2, m.ordinal, m.sent_id, m.exchange, m.type, m.trace, m.body
        FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::bytea[])
            WITH ORDINALITY AS m (sent_id, exchange, type, trace, body, ordinal)
        """;

    private const string Select = """
        SELECT i.sent, m.sent_id, m.exchange, m.type, m.trace, m.body
        FROM inbox i LEFT JOIN inbox_message m USING (message_id, consumer)
        WHERE i.message_id = $1 AND i.consumer = $2
        ORDER BY m.ordinal
        """;

    public static void Add(WriteBatch batch, Origin origin, IReadOnlyList<OutgoingMessage> messages)
    {
        batch.AddGuarded(1, Insert, Sql.Value(origin.MessageId), Sql.Value(origin.Consumer), Sql.Value(messages.Count));
        if (messages.Count == 0)
            return;

        batch.Add(
            InsertMessages,
            Sql.Value(origin.MessageId),
            Sql.Value(origin.Consumer),
            Sql.Value(messages.Select(m => m.Id).ToArray()),
            Sql.Value(messages.Select(m => m.Exchange).ToArray()),
            Sql.Value(messages.Select(m => m.Type).ToArray()),
            Sql.Value(messages.Select(m => m.Trace).ToArray()),
            Sql.Value(messages.Select(m => m.Body).ToArray()));
    }

    /// <summary>What was said when the delivery was settled before; null when it was not.</summary>
    public static async Task<CommitResult?> Find(NpgsqlConnection connection, Origin origin)
    {
        if (origin.Kind != OriginKind.Delivery)
            return null;

        await using var command = new NpgsqlCommand(Select, connection);
        command.Parameters.Add(Sql.Value(origin.MessageId));
        command.Parameters.Add(Sql.Value(origin.Consumer));
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        if (!await reader.ReadAsync(CancellationToken.None))
            return null;

        var sent = reader.GetInt32(0);
        var messages = new List<OutgoingMessage>(sent);
        do
        {
            if (!reader.IsDBNull(1))
                messages.Add(Sql.ReadMessage(reader, 1));
        }
        while (await reader.ReadAsync(CancellationToken.None));

        return messages.Count == sent
            ? new CommitResult(CommitKind.Remembered, messages)
            : throw new RememberedWithoutBodiesException(origin);
    }
}
