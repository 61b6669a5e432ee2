using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Replaying;

namespace Payments.Operations.Judging;

/// <summary>A replay that is out, and nothing known of it yet.</summary>
/// <param name="ReplayId">Its id.</param>
/// <param name="LetterId">What was sent on.</param>
/// <param name="Destination">Where to.</param>
/// <param name="ClaimedAt">Database clock; before it was published.</param>
internal sealed record PublishedReplay(Ulid ReplayId, Ulid LetterId, Destination Destination, DateTimeOffset ClaimedAt);

/// <summary>Replays whose outcome is to be learnt.</summary>
internal sealed class OutcomeTable(NpgsqlDataSource dataSource)
{
    private const string SelectPublished = """
        SELECT replay_id, letter_id, destination, to_exchange, coalesce(approved_at, requested_at)
        FROM dead_letter_replay
        WHERE state = 'published' AND replay_id > $1
        ORDER BY replay_id
        LIMIT $2
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

    /// <summary>Settles those that nobody has settled meanwhile, and resolves their letters; returns how many.</summary>
    public async Task<int> Settle(
        IReadOnlyList<(PublishedReplay Replay, LearntOutcome Outcome)> learnt, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ReplaySettlement.Lock(connection, learnt.Select(l => l.Replay.ReplayId), cancellationToken);
        var settled = 0;
        foreach (var (replay, outcome) in learnt)
        {
            if (await ReplaySettlement.Settle(connection, replay.ReplayId, outcome.Kind, outcome.Because, cancellationToken))
                settled++;
        }

        await transaction.CommitAsync(cancellationToken);
        return settled;
    }
}
