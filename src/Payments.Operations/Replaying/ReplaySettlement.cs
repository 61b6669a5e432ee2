using System.Text.Json;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Auditing;

namespace Payments.Operations.Replaying;

/// <summary>Writes down what became of a replay, and what that makes of its letter.</summary>
internal static class ReplaySettlement
{
    private const string LockLetters = """
        SELECT 1
        FROM dead_letter
        WHERE letter_id IN (SELECT letter_id FROM dead_letter_replay WHERE replay_id = ANY ($1))
        ORDER BY letter_id
        FOR UPDATE
        """;

    // One that was uncertain may be learnt of later, as long as nobody has done anything else with the letter.
    private const string SettleReplay = """
        UPDATE dead_letter_replay r
        SET state = 'settled', outcome = $2, outcome_because = $3, settled_at = now(),
            published_at = CASE WHEN $2 = 'not_sent' THEN NULL ELSE r.published_at END
        WHERE r.replay_id = $1
          AND ($4::timestamptz IS NULL OR r.leased_until = $4)
          AND (r.state IN ('claimed', 'published')
               OR (r.outcome = 'uncertain' AND $2 <> 'uncertain'
                   AND EXISTS (SELECT FROM dead_letter l WHERE l.letter_id = r.letter_id AND l.state = 'open')
                   AND NOT EXISTS (SELECT FROM dead_letter_replay o
                                   WHERE o.letter_id = r.letter_id AND o.state IN ('awaiting_approval', 'claimed', 'published'))))
        RETURNING r.letter_id, (SELECT l.state FROM dead_letter l WHERE l.letter_id = r.letter_id)
        """;

    private const string SettleLetter = """
        UPDATE dead_letter
        SET state = CASE WHEN $2 IN ('not_sent', 'uncertain') THEN 'open' ELSE 'resolved' END,
            outcome = CASE WHEN $2 IN ('not_sent', 'uncertain') THEN NULL ELSE $2 END,
            successor_id = $3,
            changed_at = now()
        WHERE letter_id = $1 AND state IN ('open', 'replaying')
        RETURNING state
        """;

    /// <summary>Locks the letters of some replays. Whoever settles more than one in a transaction does this first.</summary>
    public static async Task Lock(NpgsqlConnection connection, IEnumerable<Ulid> replayIds, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(LockLetters, connection)
        {
            Parameters = { Sql.Value(replayIds.Select(r => r.ToGuid()).ToArray()) },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>In a transaction that the caller commits, after <see cref="Lock"/>.</summary>
    /// <param name="connection">In the transaction.</param>
    /// <param name="replayId">Whose outcome it is.</param>
    /// <param name="outcome">One of <see cref="ReplayOutcome"/>.</param>
    /// <param name="because">One sentence: what it was learnt from.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="successorId">The letter that it came back as.</param>
    /// <param name="leasedUntil">Only while this process still has it in hand.</param>
    /// <returns>False when it is unknown, settled already, or in other hands: nothing was changed.</returns>
    public static async Task<bool> Settle(
        NpgsqlConnection connection, Ulid replayId, string outcome, string because, CancellationToken cancellationToken,
        Ulid? successorId = null, DateTime? leasedUntil = null)
    {
        await using var replay = new NpgsqlCommand(SettleReplay, connection)
        {
            Parameters =
            {
                Sql.Value(replayId.ToGuid()), Sql.Value(outcome), Sql.Value(because),
                new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz, Value = leasedUntil ?? (object)DBNull.Value },
            },
        };
        Guid letterId;
        string before;
        await using (var reader = await replay.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
                return false;
            (letterId, before) = (reader.GetGuid(0), reader.GetString(1));
        }

        await using var letter = new NpgsqlCommand(SettleLetter, connection)
        {
            Parameters =
            {
                Sql.Value(letterId), Sql.Value(outcome),
                new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid, Value = successorId?.ToGuid() ?? (object)DBNull.Value },
            },
        };
        if (await letter.ExecuteScalarAsync(cancellationToken) is not string after)
            throw new InvalidOperationException($"The letter of replay {replayId} is neither open nor being replayed.");
        var action = new OperatorAction(
            Ulid.NewUlid(), OperatorAction.System, "settle_replay", Ulid.FromGuid(letterId).ToString(), because,
            JsonSerializer.Serialize(new { State = before, ReplayId = replayId }, ContractJson.Options),
            JsonSerializer.Serialize(
                new { State = after, ReplayId = replayId, Outcome = outcome, SuccessorId = successorId }, ContractJson.Options));
        await OperatorActionWriter.Record(connection, [action], cancellationToken);
        return true;
    }
}
