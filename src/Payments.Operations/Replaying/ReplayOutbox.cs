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

    private const string LeaseOne = """
        UPDATE dead_letter_replay r
        SET leased_until = now() + $1, published_at = coalesce(r.published_at, now())
        FROM (
            SELECT replay_id, leased_until > '-infinity' AS died
            FROM dead_letter_replay
            WHERE state = 'claimed' AND leased_until <= now()
            ORDER BY replay_id
            LIMIT 1
            FOR UPDATE SKIP LOCKED) due
        WHERE r.replay_id = due.replay_id
        RETURNING r.replay_id, r.letter_id, r.destination, r.to_exchange, r.repeatable, r.edit_id, r.leased_until, due.died
        """;

    private const string ReadContent = """
        SELECT l.headers, coalesce(
            l.body, (SELECT string_agg(p.bytes, ''::bytea ORDER BY p.position) FROM dead_letter_part p WHERE p.letter_id = l.letter_id))
        FROM dead_letter l
        WHERE l.letter_id = $1
        """;

    private const string ReadEdited = """
        SELECT l.headers, e.body
        FROM dead_letter l JOIN dead_letter_edit e USING (letter_id)
        WHERE l.letter_id = $1 AND e.edit_id = $2
        """;

    private const string MarkPublished = """
        UPDATE dead_letter_replay SET state = 'published' WHERE replay_id = $1 AND state = 'claimed' AND leased_until = $2
        """;

    // As if nobody had had it in hand: nothing went out.
    private const string GiveBack = """
        UPDATE dead_letter_replay
        SET leased_until = '-infinity', published_at = NULL
        WHERE replay_id = $1 AND state = 'claimed' AND leased_until = $2
        """;

    public async Task<bool> HasAnyDue(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(IsAnyDue);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Takes the oldest one in hand that nobody has in hand; null when there is none.</summary>
    public async Task<ReplayDue?> Lease(TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(LeaseOne);
        command.Parameters.Add(Sql.Value(lease));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new ReplayDue(
                Ulid.FromGuid(reader.GetGuid(0)), Ulid.FromGuid(reader.GetGuid(1)), reader.GetString(2), reader.GetBoolean(3),
                reader.GetBoolean(4), reader.GetUlid(5), reader.GetDateTime(6), reader.GetBoolean(7))
            : null;
    }

    /// <summary>The message that is to be sent.</summary>
    public async Task<ReplayMessage> Read(ReplayDue due, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(due.EditId is null ? ReadContent : ReadEdited);
        command.Parameters.Add(Sql.Value(due.LetterId.ToGuid()));
        if (due.EditId is { } edit)
            command.Parameters.Add(Sql.Value(edit.ToGuid()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            throw new InvalidOperationException($"Letter {due.LetterId} was claimed and is not there.");
        var written = LetterHeaders.Read(reader.GetFieldValue<byte[]>(0))
            ?? throw new InvalidOperationException($"Letter {due.LetterId} was claimed without its headers being whole.");
        return ReplayMessage.Make(due, written, reader.GetFieldValue<byte[]>(1));
    }

    /// <summary>The broker has it.</summary>
    public Task<int> Publish(ReplayDue due) => Change(MarkPublished, due);

    /// <summary>The broker certainly does not have it; it is tried again.</summary>
    public Task<int> Return(ReplayDue due) => Change(GiveBack, due);

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

    private async Task<int> Change(string sql, ReplayDue due)
    {
        await using var command = dataSource.CreateCommand(sql);
        command.Parameters.Add(Sql.Value(due.ReplayId.ToGuid()));
        command.Parameters.Add(Sql.Value(due.LeasedUntil));
        return await command.ExecuteNonQueryAsync();
    }
}
