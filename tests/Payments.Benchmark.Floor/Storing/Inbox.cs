using Npgsql;
using NpgsqlTypes;
using Payments.Benchmark.Floor.Loop;

namespace Payments.Benchmark.Floor.Storing;

/// <summary>
/// One row per delivery and one for its answer. The primary key refuses a delivery that was settled before, and the whole
/// batch with it; <see cref="Recall"/> then finds what was said.
/// </summary>
internal sealed class Inbox
{
    private const string Insert = """
        INSERT INTO inbox (message_id, consumer, sent)
        SELECT message_id, consumer, 1 FROM unnest($1, $2) AS i (message_id, consumer)
        """;

    private const string InsertMessage = """
        INSERT INTO inbox_message (message_id, consumer, ordinal, sent_id, exchange, type, body)
        SELECT message_id, consumer, 1, sent_id, exchange, type, body
        FROM unnest($1, $2, $3, $4, $5, $6) AS m (message_id, consumer, sent_id, exchange, type, body)
        """;

    private const string Select = """
        SELECT m.sent_id, m.exchange, m.type, m.body
        FROM inbox i JOIN inbox_message m USING (message_id, consumer)
        WHERE i.message_id = $1 AND i.consumer = $2
        """;

    private readonly Column<Guid> _messageIds = new(NpgsqlDbType.Uuid);
    private readonly Column<string> _consumers = new(NpgsqlDbType.Text);
    private readonly Column<Guid> _sentIds = new(NpgsqlDbType.Uuid);
    private readonly Column<string> _exchanges = new(NpgsqlDbType.Text);
    private readonly Column<string> _types = new(NpgsqlDbType.Text);
    private readonly Column<byte[]> _bodies = new(NpgsqlDbType.Bytea);

    /// <summary>Puts its statements among those of a role's transaction.</summary>
    public Inbox(Statements statements)
    {
        statements.Add(Insert, _messageIds, _consumers);
        statements.Add(InsertMessage, _messageIds, _consumers, _sentIds, _exchanges, _types, _bodies);
    }

    public void Add(Delivery delivery)
    {
        var answer = delivery.Answer;
        _messageIds.Add(delivery.MessageId);
        _consumers.Add(delivery.Queue);
        _sentIds.Add(answer.Id);
        _exchanges.Add(answer.Kind.Exchange);
        _types.Add(answer.Kind.Type);
        _bodies.Add(answer.Body);
    }

    public static async Task<bool> Recall(NpgsqlConnection connection, Delivery delivery)
    {
        await using var command = new NpgsqlCommand(Select, connection)
        {
            Parameters = { new() { Value = delivery.MessageId }, new() { Value = delivery.Queue } },
        };
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync())
            return false;

        delivery.Answer = new Outgoing(
            reader.GetGuid(0), MessageKind.Of(reader.GetString(1), reader.GetString(2)), reader.GetFieldValue<byte[]>(3));
        return true;
    }
}
