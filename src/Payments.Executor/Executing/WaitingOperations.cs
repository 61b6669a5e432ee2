using Npgsql;
using Payments.Contracts;
using Payments.Executor.Psp;
using Payments.Messaging;

namespace Payments.Executor.Executing;

/// <summary>
/// Gives operations that wait unsent for their PSP another go: at the pace of their connection where the breaker of this process
/// is closed, one where it wants a probe, none where it is shut. The nearest to their <c>NotAfter</c> go first, and the steps take
/// turns. What has passed it comes in any case, to be answered. Put off by a minute, not removed: should the message be lost, the
/// next one says the same.
/// </summary>
internal sealed class WaitingOperations(
    NpgsqlDataSource dataSource,
    ICommitter committer,
    Persistence persistence,
    PspConnections connections,
    TimeProvider time) : IDeadlines
{
    /// <summary>
    /// What was released and is not begun yet counts as taken: more goes out only as fast as it is taken up, so that a busy machine
    /// is left to those who never had to wait. What is too late needs no place: it is answered, and not sent.
    /// </summary>
    private const string Claim = """
        WITH gate AS (
            SELECT connection, kind, most, room
            FROM unnest($1::text[], $2::text[], $3::int[], $4::int[]) AS g (connection, kind, most, room)),
        released AS (
            SELECT connection, count(*) AS many FROM operation_unsettled
            WHERE state = 'waiting' AND connection = ANY($1) AND due_at > now() + interval '5 seconds'
                AND coalesce(not_after, 'infinity') > now()
            GROUP BY connection),
        turn AS (
            SELECT gate.connection, gate.room - coalesce(released.many, 0) AS room, w.operation_id, w.not_after,
                   row_number() OVER (PARTITION BY gate.connection, gate.kind ORDER BY w.not_after, w.operation_id) AS turn
            FROM gate LEFT JOIN released ON released.connection = gate.connection
            CROSS JOIN LATERAL (
                SELECT u.operation_id, u.not_after FROM operation_unsettled u
                WHERE u.state = 'waiting' AND u.connection = gate.connection AND u.kind = gate.kind AND u.due_at <= now()
                    AND coalesce(u.not_after, 'infinity') > now()
                ORDER BY u.not_after, u.operation_id LIMIT least(gate.most, gate.room) FOR UPDATE SKIP LOCKED) AS w),
        place AS (
            SELECT operation_id, room, row_number() OVER (PARTITION BY connection ORDER BY turn, not_after, operation_id) AS place
            FROM turn),
        late AS (
            SELECT operation_id FROM operation_unsettled
            WHERE state = 'waiting' AND connection = ANY($1) AND due_at <= now() AND not_after <= now()
            ORDER BY not_after LIMIT $5 FOR UPDATE SKIP LOCKED),
        due AS (
            SELECT operation_id FROM place WHERE place <= room UNION ALL SELECT operation_id FROM late)
        UPDATE operation_unsettled u SET due_at = now() + interval '1 minute'
        FROM due WHERE u.operation_id = due.operation_id
        RETURNING u.operation_id, u.payment_id, u.order_id, u.connection
        """;

    /// <summary>The rate of a connection is per second: whoever asks sooner gets only what is too late.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private DateTimeOffset _releasedAt = DateTimeOffset.MinValue;

    public async Task<int> EnqueueDue(int most)
    {
        var now = time.GetUtcNow();
        // Either way: a clock that was set back must not hold everything up until it has caught up.
        var mayRelease = (now - _releasedAt).Duration() >= Pace;
        var due = await persistence.Persist(() => ClaimDue(most, mayRelease));
        if (mayRelease && due.Count > 0)
            _releasedAt = now;
        await Task.WhenAll(due.Select(command => committer.Commit(
            Origin.Local, new Effects(command.PaymentId).Send(command, Routes.Executor(command.Connection)))));
        return due.Count;
    }

    /// <summary>How many may go, by what the breaker of this process says.</summary>
    internal static int Most(PspBreaker breaker, int most) => breaker.State switch
    {
        BreakerState.Closed => most,
        BreakerState.Open when breaker.WantsProbe => 1,
        BreakerState.Open or BreakerState.HalfOpen => 0,
    };

    /// <summary>
    /// How many may go within a second, of all steps together: half of what the connection has free and may send; the other half is
    /// for what comes new. One in any case, so that what waits is never forgotten behind what comes.
    /// </summary>
    internal static int Room(int freePlaces, int maxPerSecond) => Math.Max(1, Math.Min(freePlaces, maxPerSecond) / 2);

    private async Task<List<ContinueOrder>> ClaimDue(int most, bool mayRelease)
    {
        var gates = connections.All
            .SelectMany(c => c.Guard.Breakers.Select(b => (
                c.Name,
                Kind: Words.Of(b.Step),
                Most: mayRelease ? Most(b.Breaker, most) : 0,
                Room: Room(c.Guard.FreePlaces, c.Guard.Limits.MaxPerSecond))))
            .ToArray();
        await using var command = dataSource.CreateCommand(Claim);
        command.Parameters.Add(Sql.Value(gates.Select(g => g.Name).ToArray()));
        command.Parameters.Add(Sql.Value(gates.Select(g => g.Kind).ToArray()));
        command.Parameters.Add(Sql.Value(gates.Select(g => g.Most).ToArray()));
        command.Parameters.Add(Sql.Value(gates.Select(g => g.Room).ToArray()));
        command.Parameters.Add(Sql.Value(most));
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        var due = new List<ContinueOrder>();
        while (await reader.ReadAsync(CancellationToken.None))
        {
            due.Add(new ContinueOrder
            {
                OperationId = reader.GetString(0),
                PaymentId = Ulid.FromGuid(reader.GetGuid(1)),
                OrderId = reader.GetString(2),
                Connection = reader.GetString(3),
            });
        }

        return due;
    }
}
