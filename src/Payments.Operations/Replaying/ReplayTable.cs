using System.Text.Json;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Auditing;
using Payments.Operations.Judging;

namespace Payments.Operations.Replaying;

/// <summary>
/// The table of replays, as operators write it: each change in one transaction with the letter's state and the record of who
/// did it. Letters are locked before replays, in the order of their ids.
/// </summary>
internal sealed class ReplayTable(NpgsqlDataSource dataSource, VerdictQuery verdicts, ReplaySignal signal)
{
    private const string LockLetters = "SELECT 1 FROM dead_letter WHERE letter_id = ANY ($1) ORDER BY letter_id FOR UPDATE";

    // After the lock, in a statement of its own: it sees what whoever held the lock before has committed.
    private const string ReadLetters = """
        SELECT l.letter_id, l.state, l.changed_at, l.outcome, l.queue, l.endpoint,
               -- Claimed as an edit once, it is that edit, in which none is left.
               CASE WHEN EXISTS (
                   SELECT FROM dead_letter_replay e
                   WHERE e.letter_id = l.letter_id AND e.edit_id IS NOT NULL AND e.state NOT IN ('awaiting_approval', 'withdrawn'))
               THEN 0 ELSE l.card_numbers END,
               l.headers,
               latest.state, latest.requested_by, latest.requested_at
        FROM dead_letter l
        LEFT JOIN LATERAL (
            SELECT r.state, r.requested_by, r.requested_at
            FROM dead_letter_replay r
            WHERE r.letter_id = l.letter_id
            ORDER BY r.replay_id DESC
            LIMIT 1) latest ON true
        WHERE l.letter_id = ANY ($1)
        """;

    private const string InsertReplays = """
        INSERT INTO dead_letter_replay
            (replay_id, letter_id, state, destination, to_exchange, repeatable, verdict, judged, forced, requested_by, reason,
             edit_id, ramp_id)
        SELECT replay, letter, state, destination, to_exchange, repeatable, verdict, judged::jsonb, forced, $10, $11, $12, $13
        FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::boolean[], $6::boolean[], $7::text[], $8::text[],
                    $9::boolean[])
            AS claimed (replay, letter, state, destination, to_exchange, repeatable, verdict, judged, forced)
        """;

    private const string MarkReplaying = """
        UPDATE dead_letter SET state = 'replaying', changed_at = now() WHERE letter_id = ANY ($1) AND state = 'open'
        """;

    private const string ReadApproval = """
        SELECT r.letter_id, r.state, r.requested_by, r.judged FROM dead_letter_replay r WHERE r.replay_id = $1
        """;

    private const string ApproveReplay = """
        UPDATE dead_letter_replay
        SET state = 'claimed', approved_by = $2, approved_at = now(), verdict = $3, judged = $4::jsonb
        WHERE replay_id = $1 AND state = 'awaiting_approval'
        """;

    // A process that has taken it in hand may have sent it.
    private const string WithdrawReplay = """
        UPDATE dead_letter_replay
        SET state = 'withdrawn'
        WHERE replay_id = $1 AND (state = 'awaiting_approval' OR (state = 'claimed' AND leased_until = '-infinity'))
        """;

    private const string Reopen = """
        UPDATE dead_letter SET state = 'open', changed_at = now() WHERE letter_id = $1 AND state = 'replaying'
        """;

    /// <summary>Claims letters: each whole or not at all, however many of the others are refused.</summary>
    /// <returns>One answer for each letter, in the order asked for.</returns>
    public async Task<IReadOnlyList<ReplayAnswer>> Claim(ReplayOrder order, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var judged = (await verdicts.Judge(order.LetterIds, cancellationToken)).ToDictionary(v => v.LetterId);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var answers = await Claim(connection, order, judged, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        FaultPoints.Reach("replay-claimed");
        signal.Set();
        return answers;
    }

    /// <summary>Claims letters in a transaction that the caller commits; he wakes the publisher then.</summary>
    /// <param name="connection">In the transaction.</param>
    /// <param name="order">What is wanted.</param>
    /// <param name="judged">The letters' verdicts, of just now.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<IReadOnlyList<ReplayAnswer>> Claim(
        NpgsqlConnection connection, ReplayOrder order, IReadOnlyDictionary<Ulid, DeadLetterVerdict> judged,
        CancellationToken cancellationToken)
    {
        var letters = (await LockAll(connection, order.LetterIds, cancellationToken)).ToDictionary(l => l.LetterId);
        var decided = order.LetterIds
            .Select(id => (LetterId: id, Decision: letters.TryGetValue(id, out var letter) && judged.TryGetValue(id, out var verdict)
                ? ReplayDecision.Of(letter, verdict, order)
                : new ReplayDecision(null, ReplayRefusal.Unknown(id))))
            .ToArray();
        ReplayClaim[] claims = [.. decided.Select(d => d.Decision.Claim).OfType<ReplayClaim>()];
        if (claims.Length > 0)
            await Write(connection, order, claims, cancellationToken);
        var replays = (await ReplayRows.Read(connection, claims.Select(c => c.ReplayId), cancellationToken))
            .ToDictionary(r => r.LetterId);
        return [.. decided.Select(d => new ReplayAnswer(d.LetterId, replays.GetValueOrDefault(d.LetterId), d.Decision.Refusal))];
    }

    /// <summary>A second person lets a dangerous replay go out, as things are now.</summary>
    /// <returns>Null when there is no such replay; the replay, or why not.</returns>
    public async Task<(DeadLetterReplay? Replay, ReplayRefusal? Refusal)?> Approve(
        Ulid replayId, OperatorRequest by, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (await Asked(connection, replayId, cancellationToken) is not { } first)
            return null;
        var verdict = (await verdicts.Judge([first.LetterId], cancellationToken)).Single();
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var letter = (await LockAll(connection, [first.LetterId], cancellationToken)).Single();
        var asked = (await Asked(connection, replayId, cancellationToken))!;
        if (asked.Refuse(letter, by.RequestedBy, verdict) is { } refusal)
            return (null, refusal);
        await Execute(
            connection, ApproveReplay, cancellationToken,
            Sql.Value(replayId.ToGuid()), Sql.Value(by.RequestedBy), Sql.Value(verdict.Verdict), Sql.Value(Json(verdict)));
        await Execute(connection, MarkReplaying, cancellationToken, Sql.Value(new[] { letter.LetterId.ToGuid() }));
        await OperatorActionWriter.Record(
            connection, [Action("approve_replay", by, letter, new { State = LetterState.Replaying, ReplayId = replayId, verdict.Verdict })],
            cancellationToken);
        var replay = await Shown(connection, replayId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        signal.Set();
        return (replay, null);
    }

    /// <summary>
    /// Takes a replay back that no process has in hand yet, or waits no longer for the outcome of one that is out: nobody may
    /// ever learn it. The letter is open again.
    /// </summary>
    /// <returns>Null when there is no such replay; the replay, or why not.</returns>
    public async Task<(DeadLetterReplay? Replay, ReplayRefusal? Refusal)?> Withdraw(
        Ulid replayId, OperatorRequest by, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (await Asked(connection, replayId, cancellationToken) is not { } first)
            return null;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var letter = (await LockAll(connection, [first.LetterId], cancellationToken)).Single();
        if (await Execute(connection, WithdrawReplay, cancellationToken, Sql.Value(replayId.ToGuid())) == 1)
            await Execute(connection, Reopen, cancellationToken, Sql.Value(letter.LetterId.ToGuid()));
        else if (await GiveUp(connection, replayId, by, cancellationToken) is { } refusal)
            return (null, refusal);
        await OperatorActionWriter.Record(
            connection, [Action("withdraw_replay", by, letter, new { State = LetterState.Open, ReplayId = replayId })], cancellationToken);
        var replay = await Shown(connection, replayId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (replay, null);
    }

    /// <summary>Null when there is no such replay.</summary>
    public async Task<DeadLetterReplay?> Find(Ulid replayId, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return (await ReplayRows.Read(connection, [replayId], cancellationToken)).SingleOrDefault();
    }

    /// <summary>Null when its outcome is not waited for any longer.</summary>
    private static async Task<ReplayRefusal?> GiveUp(
        NpgsqlConnection connection, Ulid replayId, OperatorRequest by, CancellationToken cancellationToken)
    {
        // The letter is locked: nobody settles it now, but it may be published at this moment.
        var state = (await Asked(connection, replayId, cancellationToken))!.State;
        if (state == ReplayState.Claimed)
            return new ReplayRefusal("replay-not-withdrawable", $"Replay {replayId} is being published at this moment.");
        return state == ReplayState.Published
            && await ReplaySettlement.Settle(
                connection, replayId, ReplayOutcome.Uncertain, $"{by.RequestedBy} waits for its outcome no longer: {by.Reason}", cancellationToken)
            ? null
            : new ReplayRefusal("replay-not-withdrawable", $"Replay {replayId} is {state}: there is nothing to take back.");
    }

    private static async Task Write(
        NpgsqlConnection connection, ReplayOrder order, ReplayClaim[] claims, CancellationToken cancellationToken)
    {
        await Execute(
            connection, InsertReplays, cancellationToken,
            Sql.Value(claims.Select(c => c.ReplayId.ToGuid()).ToArray()),
            Sql.Value(claims.Select(c => c.Letter.LetterId.ToGuid()).ToArray()),
            Sql.Value(claims.Select(c => c.State).ToArray()),
            Sql.Value(claims.Select(c => c.Destination.Name).ToArray()),
            Sql.Value(claims.Select(c => c.Destination.ToExchange).ToArray()),
            Sql.Value(claims.Select(c => c.Destination.IsRepeatable).ToArray()),
            Sql.Value(claims.Select(c => c.Verdict.Verdict).ToArray()),
            Sql.Value(claims.Select(c => Json(c.Verdict)).ToArray()),
            Sql.Value(claims.Select(c => c.IsForced).ToArray()),
            Sql.Value(order.By.RequestedBy), Sql.Value(order.By.Reason), Id(order.EditId), Id(order.RampId));
        var replaying = claims.Where(c => c.State == ReplayState.Claimed).Select(c => c.Letter.LetterId.ToGuid()).ToArray();
        if (await Execute(connection, MarkReplaying, cancellationToken, Sql.Value(replaying)) != replaying.Length)
            throw new InvalidOperationException("A letter that was open under its lock must still be.");
        await OperatorActionWriter.Record(
            connection, [.. claims.Select(c => Action("replay_letter", order.By, c.Letter, After(c, order)))], cancellationToken);
    }

    private static object After(ReplayClaim claim, ReplayOrder order) => new
    {
        State = claim.State == ReplayState.Claimed ? LetterState.Replaying : LetterState.Open,
        claim.ReplayId,
        Replay = claim.State,
        claim.Verdict.Verdict,
        Destination = claim.Destination.Name,
        order.EditId,
        order.RampId,
    };

    private static OperatorAction Action(string action, OperatorRequest by, LetterFound letter, object after) => new(
        Ulid.NewUlid(), by.RequestedBy, action, letter.LetterId.ToString(), by.Reason,
        JsonSerializer.Serialize(new { letter.State, Replay = letter.Latest?.State }, ContractJson.Options),
        JsonSerializer.Serialize(after, ContractJson.Options));

    private static async Task<IReadOnlyList<LetterFound>> LockAll(
        NpgsqlConnection connection, IEnumerable<Ulid> ids, CancellationToken cancellationToken)
    {
        var wanted = ids.Select(i => i.ToGuid()).ToArray();
        await Execute(connection, LockLetters, cancellationToken, Sql.Value(wanted));
        await using var command = new NpgsqlCommand(ReadLetters, connection) { Parameters = { Sql.Value(wanted) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var letters = new List<LetterFound>();
        while (await reader.ReadAsync(cancellationToken))
        {
            letters.Add(new LetterFound(
                Ulid.FromGuid(reader.GetGuid(0)), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetText(3),
                reader.GetString(4), reader.GetString(5), reader.GetInt32(6), reader.GetFieldValue<byte[]>(7),
                reader.GetText(8) is { } state
                    ? new LatestReplay(state, reader.GetString(9), reader.GetFieldValue<DateTimeOffset>(10))
                    : null));
        }

        return letters;
    }

    private static async Task<ReplayApproval?> Asked(
        NpgsqlConnection connection, Ulid replayId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadApproval, connection) { Parameters = { Sql.Value(replayId.ToGuid()) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new ReplayApproval(
                replayId, Ulid.FromGuid(reader.GetGuid(0)), reader.GetString(1), reader.GetString(2),
                JsonSerializer.Deserialize<DeadLetterVerdict>(reader.GetString(3), ContractJson.Options)!)
            : null;
    }

    private static async Task<DeadLetterReplay> Shown(
        NpgsqlConnection connection, Ulid replayId, CancellationToken cancellationToken) =>
        (await ReplayRows.Read(connection, [replayId], cancellationToken)).Single();

    private static string Json(DeadLetterVerdict verdict) => JsonSerializer.Serialize(verdict, ContractJson.Options);

    private static NpgsqlParameter Id(Ulid? id) =>
        new() { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid, Value = id?.ToGuid() ?? (object)DBNull.Value };

    private static async Task<int> Execute(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
