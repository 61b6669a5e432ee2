using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Auditing;
using Payments.Operations.Judging;
using Payments.Operations.Replaying;

namespace Payments.Operations.Ramping;

/// <summary>
/// Moves one ramp on, in one transaction under its lock: what a process that dies had not committed, another one does. All that
/// a ramp knows is in its rows.
/// </summary>
internal sealed class RampStepping(NpgsqlDataSource dataSource, VerdictQuery verdicts, RampOptions options)
{
    private const int MostJudged = 200;

    private const string ReadRunning = "SELECT ramp_id FROM dead_letter_ramp WHERE state = 'running' ORDER BY ramp_id";

    private const string LockRamp = """
        SELECT group_id, include, max_step, max_per_second, error_share, requested_by, reason, step, step_size,
               now() - stepped_at, now() - patient_from, good, failed
        FROM dead_letter_ramp
        WHERE ramp_id = $1 AND state = 'running'
        FOR UPDATE SKIP LOCKED
        """;

    // Of the step claimed last: the ramp has the outcomes of those before it.
    private const string ReadTally = """
        SELECT EXISTS (SELECT FROM dead_letter_ramp_member WHERE ramp_id = $1 AND step IS NULL),
               count(*) FILTER (WHERE outcome IS NULL)::int,
               count(*) FILTER (WHERE outcome IN ('succeeded', 'no_op', 'superseded'))::int,
               count(*) FILTER (WHERE outcome IN ('failed_again', 'not_sent', 'uncertain'))::int
        FROM dead_letter_ramp_member
        WHERE ramp_id = $1 AND step = $2 AND replay_id IS NOT NULL
        """;

    private const string ReadReturned = """
        SELECT m.letter_id, successor.letter_id
        FROM dead_letter_ramp_member m
        JOIN dead_letter l ON l.letter_id = m.letter_id
        JOIN dead_letter successor ON successor.letter_id = l.successor_id AND successor.group_id = l.group_id
        WHERE m.ramp_id = $1 AND m.outcome = 'failed_again'
        ORDER BY m.letter_id
        LIMIT 1
        """;

    private const string ReadNext = """
        SELECT letter_id FROM dead_letter_ramp_member WHERE ramp_id = $1 AND step IS NULL ORDER BY letter_id LIMIT $2
        """;

    private const string WriteMembers = """
        UPDATE dead_letter_ramp_member m
        SET step = $2, replay_id = turn.replay, left_out = turn.because
        FROM unnest($3::uuid[], $4::uuid[], $5::text[]) AS turn (letter, replay, because)
        WHERE m.ramp_id = $1 AND m.letter_id = turn.letter
        """;

    private const string WriteStep = """
        UPDATE dead_letter_ramp
        SET step = $2, step_size = $3, good = $4, failed = $5, stepped_at = now(), patient_from = now()
        WHERE ramp_id = $1
        """;

    public async Task<IReadOnlyList<Ulid>> Running(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(ReadRunning);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ramps = new List<Ulid>();
        while (await reader.ReadAsync(cancellationToken))
            ramps.Add(Ulid.FromGuid(reader.GetGuid(0)));
        return ramps;
    }

    /// <summary>Does what is next.</summary>
    /// <returns>What that was; null when another process has the ramp in hand, or it does not run any more.</returns>
    public async Task<RampMove?> Advance(Ulid rampId, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await Lock(connection, rampId, cancellationToken) is not { } ramp)
            return null;
        var tally = await Tally(connection, ramp, cancellationToken);
        var move = RampMove.Of(ramp, tally, options.RampPatience);
        switch (move.Kind)
        {
            case RampMoveKind.Step:
                await Step(connection, ramp, tally, move.Size, cancellationToken);
                break;
            case RampMoveKind.Pause:
                await End(connection, ramp, RampState.Paused, move.Because!, cancellationToken);
                break;
            case RampMoveKind.Stop:
                await End(connection, ramp, RampState.Stopped, move.Because!, cancellationToken);
                break;
            case RampMoveKind.Finish:
                await End(connection, ramp, RampState.Finished, move.Because!, cancellationToken);
                break;
        }

        await transaction.CommitAsync(cancellationToken);
        if (move.Kind == RampMoveKind.Step)
            FaultPoints.Reach("ramp-stepped");
        return move;
    }

    /// <summary>Stops a running ramp for a reason that is not in its outcomes.</summary>
    public async Task Stop(Ulid rampId, string because, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await Lock(connection, rampId, cancellationToken) is not { } ramp)
            return;
        await End(connection, ramp, RampState.Stopped, because, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task End(
        NpgsqlConnection connection, Ramp ramp, string state, string because, CancellationToken cancellationToken)
    {
        await RampTable.ChangeTo(connection, ramp.RampId, state, because, cancellationToken);
        await RampTable.Record(
            connection, ramp.RampId, "end_ramp", new OperatorRequest(OperatorAction.System, because),
            new { State = RampState.Running, ramp.Step }, new { State = state }, cancellationToken);
    }

    /// <summary>
    /// Judges the next letters anew and claims so many that may go; of those before them that may not, it writes down why.
    /// </summary>
    private async Task Step(
        NpgsqlConnection connection, Ramp ramp, RampTally tally, int size, CancellationToken cancellationToken)
    {
        var next = await Next(connection, ramp.RampId, cancellationToken);
        var judged = (await verdicts.Judge(next, cancellationToken)).ToDictionary(v => v.LetterId);
        var order = new ReplayOrder([], ramp.By, RampId: ramp.RampId, Only: ramp.Include);
        var answers = new List<ReplayAnswer>();
        foreach (var letters in next.Chunk(size))
        {
            answers.AddRange(await ReplayTable.Claim(connection, order with { LetterIds = letters }, judged, cancellationToken));
            if (answers.Any(a => a.Replay is not null))
                break;
        }

        var step = ramp.Step + 1;
        await Execute(
            connection, WriteMembers, cancellationToken,
            Sql.Value(ramp.RampId.ToGuid()), Sql.Value(step),
            Sql.Value(answers.Select(a => a.LetterId.ToGuid()).ToArray()),
            Sql.Value(answers.Select(a => a.Replay?.ReplayId.ToGuid()).ToArray()),
            Sql.Value(answers.Select(a => a.Refusal?.Detail).ToArray()));
        if (answers.Any(a => a.Replay is not null))
        {
            await Execute(
                connection, WriteStep, cancellationToken,
                Sql.Value(ramp.RampId.ToGuid()), Sql.Value(step), Sql.Value(size), Sql.Value(tally.Good), Sql.Value(tally.Failed));
        }
    }

    private static async Task<Ramp?> Lock(NpgsqlConnection connection, Ulid rampId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(LockRamp, connection) { Parameters = { Sql.Value(rampId.ToGuid()) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new Ramp(
                rampId, Ulid.FromGuid(reader.GetGuid(0)), reader.GetFieldValue<string[]>(1), reader.GetInt32(2),
                reader.IsDBNull(3) ? null : reader.GetDouble(3), reader.GetDouble(4),
                new OperatorRequest(reader.GetString(5), reader.GetString(6)), reader.GetInt32(7), reader.GetInt32(8),
                reader.IsDBNull(9) ? null : reader.GetTimeSpan(9), reader.GetTimeSpan(10), reader.GetInt32(11), reader.GetInt32(12))
            : null;
    }

    private static async Task<RampTally> Tally(NpgsqlConnection connection, Ramp ramp, CancellationToken cancellationToken)
    {
        (Ulid, Ulid)? returned = null;
        await using (var returning = new NpgsqlCommand(ReadReturned, connection) { Parameters = { Sql.Value(ramp.RampId.ToGuid()) } })
        await using (var found = await returning.ExecuteReaderAsync(cancellationToken))
        {
            if (await found.ReadAsync(cancellationToken))
                returned = (Ulid.FromGuid(found.GetGuid(0)), Ulid.FromGuid(found.GetGuid(1)));
        }

        await using var command = new NpgsqlCommand(ReadTally, connection)
        {
            Parameters = { Sql.Value(ramp.RampId.ToGuid()), Sql.Value(ramp.Step) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new RampTally(
            reader.GetBoolean(0), reader.GetInt32(1), ramp.Good + reader.GetInt32(2), ramp.Failed + reader.GetInt32(3), returned);
    }

    private static async Task<IReadOnlyList<Ulid>> Next(NpgsqlConnection connection, Ulid rampId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadNext, connection)
        {
            Parameters = { Sql.Value(rampId.ToGuid()), Sql.Value(MostJudged) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var letters = new List<Ulid>();
        while (await reader.ReadAsync(cancellationToken))
            letters.Add(Ulid.FromGuid(reader.GetGuid(0)));
        return letters;
    }

    private static async Task Execute(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
