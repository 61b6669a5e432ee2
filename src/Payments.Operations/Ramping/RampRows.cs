using Npgsql;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Operations.Ramping;

/// <summary>Reads ramps as they are shown.</summary>
internal static class RampRows
{
    public const int MaxRamps = 200;

    private const string Columns = """
        SELECT p.ramp_id, p.group_id, p.state, p.because, p.letters, p.include, p.max_step, p.max_per_second, p.error_share,
               p.requested_by, p.reason, p.requested_at, p.changed_at, p.step, p.step_size,
               m.waiting, m.under_way, m.succeeded, m.no_op, m.superseded, m.failed_again, m.not_sent, m.uncertain, m.left_out,
               m.settled / nullif(extract(epoch FROM m.last_settled - p.requested_at), 0)::double precision
        FROM dead_letter_ramp p
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE m.step IS NULL)::int AS waiting,
                   count(*) FILTER (WHERE m.replay_id IS NOT NULL AND m.outcome IS NULL)::int AS under_way,
                   count(*) FILTER (WHERE m.outcome = 'succeeded')::int AS succeeded,
                   count(*) FILTER (WHERE m.outcome = 'no_op')::int AS no_op,
                   count(*) FILTER (WHERE m.outcome = 'superseded')::int AS superseded,
                   count(*) FILTER (WHERE m.outcome = 'failed_again')::int AS failed_again,
                   count(*) FILTER (WHERE m.outcome = 'not_sent')::int AS not_sent,
                   count(*) FILTER (WHERE m.outcome = 'uncertain')::int AS uncertain,
                   count(*) FILTER (WHERE m.left_out IS NOT NULL OR m.outcome = 'withdrawn')::int AS left_out,
                   count(m.settled_at) AS settled, max(m.settled_at) AS last_settled
            FROM dead_letter_ramp_member m
            WHERE m.ramp_id = p.ramp_id) m
        """;

    private const string ReadLeftOut = """
        SELECT coalesce(m.left_out, 'Its replay was withdrawn.') AS because, count(*)::int AS letters
        FROM dead_letter_ramp_member m
        WHERE m.ramp_id = $1 AND (m.left_out IS NOT NULL OR m.outcome = 'withdrawn')
        GROUP BY because
        ORDER BY letters DESC, because
        LIMIT 20
        """;

    public static async Task<DeadLetterRamp?> Find(NpgsqlConnection connection, Ulid rampId, CancellationToken cancellationToken)
    {
        var ramps = await Read(
            connection, $"{Columns} WHERE p.ramp_id = $1", cancellationToken, Sql.Value(rampId.ToGuid()));
        return ramps is [var ramp]
            ? ramp with { LeftOutBecause = await LeftOut(connection, rampId, cancellationToken) }
            : null;
    }

    /// <summary>Begun last first. Why letters were left out is not among it.</summary>
    public static Task<IReadOnlyList<DeadLetterRamp>> List(NpgsqlConnection connection, CancellationToken cancellationToken) => Read(
        connection,
        $"{Columns} WHERE p.ramp_id IN (SELECT ramp_id FROM dead_letter_ramp ORDER BY ramp_id DESC LIMIT {MaxRamps}) ORDER BY p.ramp_id DESC",
        cancellationToken);

    private static async Task<IReadOnlyList<DeadLetterRamp>> Read(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ramps = new List<DeadLetterRamp>();
        while (await reader.ReadAsync(cancellationToken))
            ramps.Add(Read(reader));
        return ramps;
    }

    private static DeadLetterRamp Read(NpgsqlDataReader reader) => new()
    {
        RampId = Ulid.FromGuid(reader.GetGuid(0)),
        GroupId = Ulid.FromGuid(reader.GetGuid(1)),
        State = reader.GetString(2),
        Because = reader.GetText(3),
        Letters = reader.GetInt32(4),
        Include = reader.GetFieldValue<string[]>(5),
        MaxStep = reader.GetInt32(6),
        MaxPerSecond = reader.IsDBNull(7) ? null : reader.GetDouble(7),
        ErrorShare = reader.GetDouble(8),
        RequestedBy = reader.GetString(9),
        Reason = reader.GetString(10),
        RequestedAt = reader.GetFieldValue<DateTimeOffset>(11),
        ChangedAt = reader.GetFieldValue<DateTimeOffset>(12),
        Step = reader.GetInt32(13),
        StepSize = reader.GetInt32(14),
        Waiting = reader.GetInt32(15),
        UnderWay = reader.GetInt32(16),
        Succeeded = reader.GetInt32(17),
        NoOp = reader.GetInt32(18),
        Superseded = reader.GetInt32(19),
        FailedAgain = reader.GetInt32(20),
        NotSent = reader.GetInt32(21),
        Uncertain = reader.GetInt32(22),
        LeftOut = reader.GetInt32(23),
        LeftOutBecause = [],
        PerSecond = reader.IsDBNull(24) ? null : Math.Round(reader.GetDouble(24), 3),
    };

    private static async Task<IReadOnlyList<RampLeftOut>> LeftOut(
        NpgsqlConnection connection, Ulid rampId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadLeftOut, connection) { Parameters = { Sql.Value(rampId.ToGuid()) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var reasons = new List<RampLeftOut>();
        while (await reader.ReadAsync(cancellationToken))
            reasons.Add(new RampLeftOut(reader.GetString(0), reader.GetInt32(1)));
        return reasons;
    }
}
