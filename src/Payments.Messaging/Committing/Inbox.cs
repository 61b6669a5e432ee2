using Npgsql;

namespace Payments.Messaging;

/// <summary>One row per settled delivery, with what was said in answer.</summary>
internal static class Inbox
{
    private const string Insert = """
        INSERT INTO inbox (message_id, consumer, sent)
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[])
        ON CONFLICT DO NOTHING
        """;

    private const string InsertMessages = """
        INSERT INTO inbox_message (message_id, consumer, ordinal, sent_id, exchange, type, trace, body)
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::bytea[])
        """;

    /// <summary>
    /// The range names the days, so that only their partitions are looked at. OFFSET keeps the planner from reading all of the
    /// range, which holds what was settled meanwhile as well, and comparing each row with each delivery.
    /// </summary>
    public const string Lookup = """
        SELECT i.message_id, i.consumer, i.sent
        FROM unnest($1::uuid[], $2::text[]) AS k (message_id, consumer)
        CROSS JOIN LATERAL (
            SELECT * FROM inbox
            WHERE message_id = k.message_id AND consumer = k.consumer AND message_id BETWEEN $3 AND $4 OFFSET 0) AS i
        """;

    private const string SelectMessages = """
        SELECT sent_id, exchange, type, trace, body FROM inbox_message
        WHERE message_id = $1 AND consumer = $2
        ORDER BY ordinal
        """;

    /// <summary>
    /// The deliveries of a group, each with what is said in answer. Sorted: where two processes have the same deliveries, as
    /// after a lost connection, neither waits for the other while the other waits for it.
    /// </summary>
    public static void Add(WriteBatch batch, IEnumerable<(Origin Origin, IReadOnlyList<OutgoingMessage> Messages)> deliveries)
    {
        var settled = deliveries.OrderBy(s => s.Origin.MessageId).ThenBy(s => s.Origin.Consumer, StringComparer.Ordinal).ToArray();
        if (settled.Length == 0)
            return;

        batch.AddGuarded(
            settled.Length,
            Insert,
            Sql.Value(Array.ConvertAll(settled, s => s.Origin.MessageId)),
            Sql.Value(Array.ConvertAll(settled, s => s.Origin.Consumer)),
            Sql.Value(Array.ConvertAll(settled, s => s.Messages.Count)));

        var said = settled.SelectMany(s => s.Messages.Select((m, i) => (s.Origin, Ordinal: i + 1, Message: m))).ToArray();
        if (said.Length == 0)
            return;

        batch.Add(
            InsertMessages,
            Sql.Value(Array.ConvertAll(said, s => s.Origin.MessageId)),
            Sql.Value(Array.ConvertAll(said, s => s.Origin.Consumer)),
            Sql.Value(Array.ConvertAll(said, s => s.Ordinal)),
            Sql.Value(Array.ConvertAll(said, s => s.Message.Id)),
            Sql.Value(Array.ConvertAll(said, s => s.Message.Exchange)),
            Sql.Value(Array.ConvertAll(said, s => s.Message.Type)),
            Sql.Value(Array.ConvertAll(said, s => s.Message.Trace)),
            Sql.Value(Array.ConvertAll(said, s => s.Message.Body)));
    }

    /// <summary>Asks which of the deliveries were settled before.</summary>
    public static void AddLookup(NpgsqlBatch batch, IReadOnlyList<Member> deliveries)
    {
        var ids = deliveries.Select(d => d.Origin.MessageId).ToArray();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Lookup)
        {
            Parameters =
            {
                Sql.Value(ids),
                Sql.Value(deliveries.Select(d => d.Origin.Consumer).ToArray()),
                Sql.Value(ids.Min()),
                Sql.Value(ids.Max()),
            },
        });
    }

    public static async Task ReadLookup(NpgsqlDataReader reader, Dictionary<(Guid MessageId, string Consumer), int> known)
    {
        while (await reader.ReadAsync(CancellationToken.None))
            known[(reader.GetGuid(0), reader.GetString(1))] = reader.GetInt32(2);
    }

    /// <summary>Gives a delivery that was settled before what was said then.</summary>
    public static async Task Recall(NpgsqlConnection connection, NpgsqlTransaction transaction, Member delivery, int sent)
    {
        var messages = new List<OutgoingMessage>(sent);
        await using var command = new NpgsqlCommand(SelectMessages, connection, transaction);
        command.Parameters.Add(Sql.Value(delivery.Origin.MessageId));
        command.Parameters.Add(Sql.Value(delivery.Origin.Consumer));
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        while (await reader.ReadAsync(CancellationToken.None))
            messages.Add(Sql.ReadMessage(reader, 0));
        delivery.Remembered = new CommitResult(CommitKind.Remembered, messages);
        if (messages.Count != sent)
            delivery.Failure = new RememberedWithoutBodiesException(delivery.Origin);
    }
}
