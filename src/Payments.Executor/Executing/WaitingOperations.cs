using Npgsql;
using Payments.Contracts;
using Payments.Executor.Psp;
using Payments.Messaging;

namespace Payments.Executor.Executing;

/// <summary>
/// Gives operations that wait unsent for their PSP another go: all that are due where the breaker of this process is
/// closed, one where it wants a probe, none where it is shut. What has passed its <c>NotAfter</c> comes in any case, to be
/// answered. Put off by a minute, not removed: should the message be lost, the next one says the same.
/// </summary>
internal sealed class WaitingOperations(
    NpgsqlDataSource dataSource, ICommitter committer, Persistence persistence, PspConnections connections) : IDeadlines
{
    private const string Claim = """
        WITH due AS (
            SELECT w.operation_id
            FROM unnest($1::text[], $2::text[], $3::int[]) AS gate (connection, kind, most)
            CROSS JOIN LATERAL (
                SELECT u.operation_id FROM operation_unsettled u
                WHERE u.state = 'waiting' AND u.connection = gate.connection AND u.kind = gate.kind AND u.due_at <= now()
                    AND (gate.most > 0 OR u.not_after <= now())
                ORDER BY u.due_at LIMIT greatest(gate.most, 1) FOR UPDATE SKIP LOCKED) AS w)
        UPDATE operation_unsettled u SET due_at = now() + interval '1 minute'
        FROM due WHERE u.operation_id = due.operation_id
        RETURNING u.operation_id, u.payment_id, u.order_id, u.connection
        """;

    public async Task<int> EnqueueDue(int most)
    {
        var due = await persistence.Persist(() => ClaimDue(most));
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

    private async Task<List<ContinueOrder>> ClaimDue(int most)
    {
        var gates = connections.All
            .SelectMany(c => c.Guard.Breakers.Select(b => (c.Name, Kind: Words.Of(b.Step), Most: Most(b.Breaker, most))))
            .ToArray();
        await using var command = dataSource.CreateCommand(Claim);
        command.Parameters.Add(Sql.Value(gates.Select(g => g.Name).ToArray()));
        command.Parameters.Add(Sql.Value(gates.Select(g => g.Kind).ToArray()));
        command.Parameters.Add(Sql.Value(gates.Select(g => g.Most).ToArray()));
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
