using System.Text.Json;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Auditing;

namespace Payments.Operations.Judging;

/// <summary>A replay that is out, and nothing known of it yet.</summary>
/// <param name="ReplayId">Its id.</param>
/// <param name="LetterId">What was sent on.</param>
/// <param name="Destination">Where to.</param>
/// <param name="ClaimedAt">Database clock; before it was published.</param>
internal sealed record PublishedReplay(Ulid ReplayId, Ulid LetterId, Destination Destination, DateTimeOffset ClaimedAt);

/// <summary>The tables of letters and replays, as outcomes are written into them.</summary>
internal sealed class OutcomeTable(NpgsqlDataSource dataSource)
{
    private const string SelectPublished = """
        SELECT replay_id, letter_id, destination, to_exchange, coalesce(approved_at, requested_at)
        FROM dead_letter_replay
        WHERE state = 'published' AND replay_id > $1
        ORDER BY replay_id
        LIMIT $2
        """;

    private const string LockLetters = """
        SELECT FROM dead_letter WHERE letter_id = ANY ($1) AND state = 'replaying' ORDER BY letter_id FOR UPDATE
        """;

    // Only what is published still: the collector may have been here with what came back.
    private const string SettleReplays = """
        UPDATE dead_letter_replay r
        SET state = 'settled', settled_at = now(), outcome = o.outcome, outcome_because = o.because
        FROM unnest($1::uuid[], $2::text[], $3::text[]) AS o (replay_id, outcome, because)
        WHERE r.replay_id = o.replay_id AND r.state = 'published'
        RETURNING r.replay_id
        """;

    private const string ResolveLetters = """
        UPDATE dead_letter l
        SET state = 'resolved', outcome = r.outcome, changed_at = now()
        FROM dead_letter_replay r
        WHERE r.replay_id = ANY ($1) AND l.letter_id = r.letter_id AND l.state = 'replaying'
        """;

    /// <summary>Oldest first.</summary>
    public async Task<IReadOnlyList<PublishedReplay>> ReadPublished(Ulid after, int limit, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(SelectPublished);
        command.Parameters.Add(Sql.Value(after.ToGuid()));
        command.Parameters.Add(Sql.Value(limit));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<PublishedReplay>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new PublishedReplay(
                Ulid.FromGuid(reader.GetGuid(0)),
                Ulid.FromGuid(reader.GetGuid(1)),
                Destination.Of(reader.GetString(2), reader.GetBoolean(3)),
                reader.GetFieldValue<DateTimeOffset>(4)));
        }

        return found;
    }

    /// <summary>Settles those that are still published, and resolves their letters; returns how many.</summary>
    public async Task<int> Settle(
        IReadOnlyList<(PublishedReplay Replay, LearntOutcome Outcome)> learnt, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await Execute(connection, LockLetters, Sql.Value(learnt.Select(l => l.Replay.LetterId.ToGuid()).ToArray()));
        var settled = await SettleAll(connection, learnt, cancellationToken);
        await Execute(connection, ResolveLetters, Sql.Value(settled.ToArray()));
        await OperatorActionWriter.Record(
            connection,
            [.. learnt.Where(l => settled.Contains(l.Replay.ReplayId.ToGuid())).Select(l => Action(l.Replay, l.Outcome))],
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return settled.Count;

        async Task Execute(NpgsqlConnection on, string sql, NpgsqlParameter parameter)
        {
            await using var command = new NpgsqlCommand(sql, on) { Parameters = { parameter } };
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static async Task<HashSet<Guid>> SettleAll(
        NpgsqlConnection connection,
        IReadOnlyList<(PublishedReplay Replay, LearntOutcome Outcome)> learnt,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SettleReplays, connection)
        {
            Parameters =
            {
                Sql.Value(learnt.Select(l => l.Replay.ReplayId.ToGuid()).ToArray()),
                Sql.Value(learnt.Select(l => l.Outcome.Kind).ToArray()),
                Sql.Value(learnt.Select(l => l.Outcome.Because).ToArray()),
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var settled = new HashSet<Guid>();
        while (await reader.ReadAsync(cancellationToken))
            settled.Add(reader.GetGuid(0));
        return settled;
    }

    private static OperatorAction Action(PublishedReplay replay, LearntOutcome outcome) => new(
        Ulid.NewUlid(),
        OperatorAction.System,
        "settle_dead_letter_replay",
        replay.LetterId.ToString(),
        outcome.Because,
        JsonSerializer.Serialize(new { State = "replaying", replay.ReplayId }, ContractJson.Options),
        JsonSerializer.Serialize(new { State = "resolved", Outcome = outcome.Kind, replay.ReplayId }, ContractJson.Options));
}
