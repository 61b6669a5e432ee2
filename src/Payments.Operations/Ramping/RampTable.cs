using System.Text.Json;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Auditing;
using Payments.Operations.Replaying;

namespace Payments.Operations.Ramping;

/// <summary>The tables of ramps, as operators write them.</summary>
internal sealed class RampTable(NpgsqlDataSource dataSource)
{
    // Whoever begins a ramp of the group waits here for whoever did so before.
    private const string LockGroup = "SELECT 1 FROM dead_letter_group WHERE group_id = $1 FOR UPDATE";

    private const string ReadGroup = """
        SELECT count(*)::int, (SELECT ramp_id FROM dead_letter_ramp WHERE group_id = $1 AND state IN ('running', 'paused'))
        FROM dead_letter
        WHERE group_id = $1 AND state = 'open' AND ($2::uuid IS NULL OR letter_id <= $2)
        """;

    private const string InsertRamp = """
        INSERT INTO dead_letter_ramp
            (ramp_id, group_id, letters, include, max_step, max_per_second, error_share, requested_by, reason)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    private const string InsertMembers = """
        INSERT INTO dead_letter_ramp_member (ramp_id, letter_id)
        SELECT $1, letter_id
        FROM dead_letter
        WHERE group_id = $2 AND state = 'open' AND ($3::uuid IS NULL OR letter_id <= $3)
        """;

    private const string CountMembers = "UPDATE dead_letter_ramp SET letters = $2 WHERE ramp_id = $1";

    private const string ReadState = "SELECT state, because FROM dead_letter_ramp WHERE ramp_id = $1 FOR UPDATE";

    private const string ChangeState = """
        UPDATE dead_letter_ramp SET state = $2, because = $3, changed_at = now(), patient_from = now() WHERE ramp_id = $1
        """;

    /// <summary>Freezes the open letters of a group.</summary>
    public async Task<(DeadLetterRamp? Ramp, ReplayRefusal? Refusal)> Start(RampOrder order, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await Refuse(connection, order, cancellationToken) is { } refusal)
            return (null, refusal);
        var rampId = Ulid.NewUlid();
        await Execute(
            connection, InsertRamp, cancellationToken,
            Sql.Value(rampId.ToGuid()), Sql.Value(order.GroupId.ToGuid()), Sql.Value(order.Letters), Sql.Value(order.Include.ToArray()),
            Sql.Value(order.MaxStep), Nullable(NpgsqlTypes.NpgsqlDbType.Double, order.MaxPerSecond), Sql.Value(order.ErrorShare),
            Sql.Value(order.By.RequestedBy), Sql.Value(order.By.Reason));
        var members = await Execute(
            connection, InsertMembers, cancellationToken,
            Sql.Value(rampId.ToGuid()), Sql.Value(order.GroupId.ToGuid()), Id(order.Through));
        await Execute(connection, CountMembers, cancellationToken, Sql.Value(rampId.ToGuid()), Sql.Value(members));
        await Record(
            connection, rampId, "start_ramp", order.By, new { order.GroupId },
            new { State = RampState.Running, Letters = members, order.Include, order.MaxStep, order.MaxPerSecond, order.ErrorShare },
            cancellationToken);
        var ramp = await RampRows.Find(connection, rampId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (ramp, null);
    }

    public async Task<DeadLetterRamp?> Find(Ulid rampId, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await RampRows.Find(connection, rampId, cancellationToken);
    }

    public async Task<DeadLetterRampList> List(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return new DeadLetterRampList { Ramps = await RampRows.List(connection, cancellationToken) };
    }

    /// <summary>What an operator does with a ramp.</summary>
    /// <returns>Null when there is no such ramp; the ramp, or why not.</returns>
    public async Task<(DeadLetterRamp? Ramp, ReplayRefusal? Refusal)?> Change(
        Ulid rampId, RampChange change, OperatorRequest by, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await StateOf(connection, rampId, cancellationToken) is not var (state, because))
            return null;
        if (!change.From.Contains(state))
        {
            return (null, new ReplayRefusal(
                "ramp-state", $"Ramp {rampId} is {state}{(because is null ? "" : $" ({because})")}: it cannot {change.Verb} now."));
        }

        var sentence = change.To == RampState.Running ? null : $"{by.RequestedBy} has {change.To} it: {by.Reason}";
        await ChangeTo(connection, rampId, change.To, sentence, cancellationToken);
        await Record(
            connection, rampId, $"{change.Action}_ramp", by, new { State = state, Because = because }, new { State = change.To },
            cancellationToken);
        var ramp = await RampRows.Find(connection, rampId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (ramp, null);
    }

    /// <summary>In a transaction that the caller commits, the ramp locked.</summary>
    public static Task ChangeTo(
        NpgsqlConnection connection, Ulid rampId, string state, string? because, CancellationToken cancellationToken) => Execute(
        connection, ChangeState, cancellationToken, Sql.Value(rampId.ToGuid()), Sql.Value(state), Sql.Text(because));

    public static Task Record(
        NpgsqlConnection connection, Ulid rampId, string action, OperatorRequest by, object before, object after,
        CancellationToken cancellationToken) => OperatorActionWriter.Record(
        connection,
        [
            new OperatorAction(
                Ulid.NewUlid(), by.RequestedBy, action, rampId.ToString(), by.Reason,
                JsonSerializer.Serialize(before, ContractJson.Options), JsonSerializer.Serialize(after, ContractJson.Options)),
        ],
        cancellationToken);

    private static async Task<ReplayRefusal?> Refuse(
        NpgsqlConnection connection, RampOrder order, CancellationToken cancellationToken)
    {
        await using (var locking = new NpgsqlCommand(LockGroup, connection) { Parameters = { Sql.Value(order.GroupId.ToGuid()) } })
        {
            if (await locking.ExecuteScalarAsync(cancellationToken) is null)
                return new ReplayRefusal(GroupUnknown, $"No group {order.GroupId} of dead letters is known.");
        }

        await using var command = new NpgsqlCommand(ReadGroup, connection)
        {
            Parameters = { Sql.Value(order.GroupId.ToGuid()), Id(order.Through) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (open, active) = (reader.GetInt32(0), reader.GetUlid(1));
        if (active is { } ramp)
            return new ReplayRefusal("ramp-active", $"Ramp {ramp} of group {order.GroupId} is not at its end yet.");
        if (open == 0)
            return new ReplayRefusal("group-empty", $"Group {order.GroupId} has no open letters.");
        return open > order.Letters
            ? new ReplayRefusal(
                "group-has-grown",
                $"Group {order.GroupId} had {order.Letters} open letters when it was looked at, and has {open} now: look again, or say through which letter.")
            : null;
    }

    public const string GroupUnknown = "dead-letter-group-unknown";

    private static async Task<(string State, string? Because)?> StateOf(
        NpgsqlConnection connection, Ulid rampId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadState, connection) { Parameters = { Sql.Value(rampId.ToGuid()) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetString(0), reader.GetText(1)) : null;
    }

    private static NpgsqlParameter Id(Ulid? id) => Nullable(NpgsqlTypes.NpgsqlDbType.Uuid, id?.ToGuid());

    private static NpgsqlParameter Nullable(NpgsqlTypes.NpgsqlDbType type, object? value) =>
        new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };

    private static async Task<int> Execute(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>What an operator may do with a ramp.</summary>
/// <param name="Action">As in the path.</param>
/// <param name="From">States in which it may be done.</param>
/// <param name="To">What it is then.</param>
/// <param name="Verb">For a sentence.</param>
internal sealed record RampChange(string Action, IReadOnlyList<string> From, string To, string Verb)
{
    public static readonly RampChange Pause = new("pause", [RampState.Running], RampState.Paused, "be paused");
    public static readonly RampChange Resume = new("resume", [RampState.Paused], RampState.Running, "go on");
    public static readonly RampChange Cancel =
        new("cancel", [RampState.Running, RampState.Paused], RampState.Cancelled, "be cancelled");
}
