using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Collecting;

namespace Payments.Operations.Replaying;

/// <summary>Claimed replays, as the processes that publish them share them out among themselves.</summary>
internal sealed class ReplayOutbox(NpgsqlDataSource dataSource)
{
    private const string IsAnyDue = """
        SELECT EXISTS (SELECT FROM dead_letter_replay WHERE state = 'claimed' AND leased_until <= now())
        """;

    /// <summary>Sent with one wait for the confirms of all.</summary>
    private const int MaxTogether = 64;

    private const long MaxBytesTogether = 8 * 1024 * 1024;

    // The oldest one, and with it those that follow, as long as each of them goes to a queue where a second copy does no harm and
    // was in no hands before: one that a process died over may be the one that closes the channel, as one to an exchange may, and
    // where a copy does harm no more than one is ever in doubt.
    private const string LeaseSome = """
        UPDATE dead_letter_replay r
        SET leased_until = now() + $1, published_at = coalesce(r.published_at, now())
        FROM (
            SELECT replay_id, died,
                   row_number() OVER oldest = 1
                       OR (bool_and(together) OVER oldest AND sum(body_bytes) OVER oldest <= $3) AS taken
            FROM (
                SELECT c.replay_id, c.leased_until > '-infinity' AS died, l.body_bytes,
                       c.repeatable AND NOT c.to_exchange AND c.leased_until = '-infinity' AS together
                FROM dead_letter_replay c JOIN dead_letter l USING (letter_id)
                WHERE c.state = 'claimed' AND c.leased_until <= now()
                ORDER BY c.replay_id
                LIMIT $2
                FOR UPDATE OF c SKIP LOCKED) found
            WINDOW oldest AS (ORDER BY replay_id)) due
        WHERE r.replay_id = due.replay_id AND due.taken
        RETURNING r.replay_id, r.letter_id, r.destination, r.to_exchange, r.repeatable, r.leased_until, due.died
        """;

    private const string ReadContent = """
        SELECT r.replay_id, l.headers, CASE WHEN r.edit_id IS NOT NULL THEN e.body ELSE coalesce(
            l.body, (SELECT string_agg(p.bytes, ''::bytea ORDER BY p.position) FROM dead_letter_part p WHERE p.letter_id = l.letter_id)) END
        FROM dead_letter_replay r
        JOIN dead_letter l USING (letter_id)
        LEFT JOIN dead_letter_edit e ON e.letter_id = r.letter_id AND e.edit_id = r.edit_id
        WHERE r.replay_id = ANY ($1)
        """;

    private const string MarkPublished = """
        UPDATE dead_letter_replay SET state = 'published' WHERE replay_id = ANY ($1) AND state = 'claimed' AND leased_until = $2
        """;

    // As if nobody had had it in hand: nothing went out.
    private const string GiveBack = """
        UPDATE dead_letter_replay
        SET leased_until = '-infinity', published_at = NULL
        WHERE replay_id = ANY ($1) AND state = 'claimed' AND leased_until = $2
        """;

    public async Task<bool> HasAnyDue(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(IsAnyDue);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Takes the oldest ones in hand that nobody has in hand, under one lease; none when there are none.</summary>
    public async Task<IReadOnlyList<ReplayDue>> Lease(TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(LeaseSome);
        command.Parameters.Add(Sql.Value(lease));
        command.Parameters.Add(Sql.Value(MaxTogether));
        command.Parameters.Add(Sql.Value(MaxBytesTogether));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var due = new List<ReplayDue>();
        while (await reader.ReadAsync(cancellationToken))
        {
            due.Add(new ReplayDue(
                Ulid.FromGuid(reader.GetGuid(0)), Ulid.FromGuid(reader.GetGuid(1)), reader.GetString(2), reader.GetBoolean(3),
                reader.GetBoolean(4), reader.GetDateTime(5), reader.GetBoolean(6)));
        }

        return [.. due.OrderBy(d => d.ReplayId)];
    }

    /// <summary>The messages that are to be sent, in the order of what is due.</summary>
    public async Task<IReadOnlyList<ReplayMessage>> Read(IReadOnlyList<ReplayDue> due, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(ReadContent);
        command.Parameters.Add(Ids(due));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var byId = due.ToDictionary(d => d.ReplayId);
        var messages = new Dictionary<Ulid, ReplayMessage>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var one = byId[Ulid.FromGuid(reader.GetGuid(0))];
            var written = LetterHeaders.Read(reader.GetFieldValue<byte[]>(1))
                ?? throw new InvalidOperationException($"Letter {one.LetterId} was claimed without its headers being whole.");
            messages.Add(one.ReplayId, ReplayMessage.Make(one, written, reader.GetFieldValue<byte[]>(2)));
        }

        return
        [
            .. due.Select(d => messages.GetValueOrDefault(d.ReplayId)
                ?? throw new InvalidOperationException($"Letter {d.LetterId} was claimed and is not there.")),
        ];
    }

    /// <summary>The broker has them.</summary>
    public Task<int> Publish(IReadOnlyList<ReplayDue> due) => Change(MarkPublished, due);

    /// <summary>The broker certainly does not have them; they are tried again.</summary>
    public Task<int> Return(IReadOnlyList<ReplayDue> due) => Change(GiveBack, due);

    /// <summary>It is not tried again.</summary>
    /// <returns>False when it is in other hands by now.</returns>
    public async Task<bool> Settle(ReplayDue due, string outcome, string because)
    {
        await using var connection = await dataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ReplaySettlement.Lock(connection, [due.ReplayId], CancellationToken.None);
        var settled = await ReplaySettlement.Settle(
            connection, due.ReplayId, outcome, because, CancellationToken.None, leasedUntil: due.LeasedUntil);
        await transaction.CommitAsync();
        return settled;
    }

    /// <summary>All of them are under the same lease.</summary>
    private async Task<int> Change(string sql, IReadOnlyList<ReplayDue> due)
    {
        if (due.Count == 0)
            return 0;
        await using var command = dataSource.CreateCommand(sql);
        command.Parameters.Add(Ids(due));
        command.Parameters.Add(Sql.Value(due[0].LeasedUntil));
        return await command.ExecuteNonQueryAsync();
    }

    private static NpgsqlParameter Ids(IReadOnlyList<ReplayDue> due) => Sql.Value(due.Select(d => d.ReplayId.ToGuid()).ToArray());
}
