using System.Text.Json;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Judging;

namespace Payments.Operations.Replaying;

/// <summary>Reads replays as they are shown.</summary>
internal static class ReplayRows
{
    private const string ReadReplays = """
        SELECT r.replay_id, r.letter_id, r.state, r.destination, r.verdict, r.judged, r.forced, r.requested_by, r.reason,
               r.requested_at, r.approved_by, r.approved_at,
               CASE WHEN r.state IN ('published', 'settled') THEN r.published_at END, r.settled_at, r.outcome, r.outcome_because,
               CASE WHEN r.outcome = 'failed_again' THEN l.successor_id END, r.to_exchange
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

    private static DeadLetterReplay Read(NpgsqlDataReader reader) => new()
    {
        ReplayId = Ulid.FromGuid(reader.GetGuid(0)),
        LetterId = Ulid.FromGuid(reader.GetGuid(1)),
        State = reader.GetString(2),
        Destination = reader.GetString(3),
        Verdict = reader.GetString(4),
        VerdictBecause = JsonSerializer.Deserialize<DeadLetterVerdict>(reader.GetString(5), ContractJson.Options)!.Because,
        Forced = reader.GetBoolean(6),
        RequestedBy = reader.GetString(7),
        Reason = reader.GetString(8),
        RequestedAt = reader.GetFieldValue<DateTimeOffset>(9),
        ApprovedBy = reader.GetText(10),
        ApprovedAt = Time(reader, 11),
        PublishedAt = Time(reader, 12),
        SettledAt = Time(reader, 13),
        Outcome = reader.GetText(14),
        OutcomeBecause = reader.GetText(15) ?? ReplayDetails.WhyNone(reader.GetString(2), reader.GetString(3), reader.GetBoolean(17)),
        SuccessorId = reader.GetUlid(16),
    };

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
