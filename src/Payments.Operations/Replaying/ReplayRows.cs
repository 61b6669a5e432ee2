using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Judging;
using Payments.Operations.Views;

namespace Payments.Operations.Replaying;

/// <summary>Reads replays as they are shown, also in the transaction that writes them.</summary>
internal static class ReplayRows
{
    private const string ReadReplays = """
        SELECT r.replay_id, r.letter_id, r.state, r.destination, r.to_exchange, r.verdict, r.judged, r.forced, r.requested_by,
               r.reason, r.requested_at, r.approved_by, r.approved_at, r.published_at, r.settled_at, r.outcome, r.outcome_because,
               l.message_type, l.successor_id
        FROM dead_letter_replay r JOIN dead_letter l USING (letter_id)
        WHERE r.replay_id = ANY ($1)
        """;

    public static async Task<IReadOnlyList<DeadLetterReplay>> Read(
        NpgsqlConnection connection, IEnumerable<Ulid> ids, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadReplays, connection)
        {
            Parameters = { Sql.Value(ids.Select(i => i.ToGuid()).ToArray()) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var replays = new List<DeadLetterReplay>();
        while (await reader.ReadAsync(cancellationToken))
            replays.Add(Read(reader));
        return replays;
    }

    private static DeadLetterReplay Read(NpgsqlDataReader reader) => ReplayDetails.Of(
        new DeadLetterReplayView
        {
            ReplayId = Ulid.FromGuid(reader.GetGuid(0)),
            LetterId = Ulid.FromGuid(reader.GetGuid(1)),
            State = reader.GetString(2),
            Destination = reader.GetString(3),
            ToExchange = reader.GetBoolean(4),
            Verdict = reader.GetString(5),
            Judged = reader.GetString(6),
            Forced = reader.GetBoolean(7),
            RequestedBy = reader.GetString(8),
            Reason = reader.GetString(9),
            RequestedAt = reader.GetFieldValue<DateTimeOffset>(10),
            ApprovedBy = reader.GetText(11),
            ApprovedAt = Time(reader, 12),
            PublishedAt = Time(reader, 13),
            SettledAt = Time(reader, 14),
            Outcome = reader.GetText(15),
            OutcomeBecause = reader.GetText(16),
        },
        messageType: reader.GetText(17),
        successorId: reader.GetUlid(18));

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
