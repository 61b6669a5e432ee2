using Npgsql;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Orchestrator.Paying;

/// <summary>
/// Turns deadlines that were reached into messages. They are put off by a minute, not cleared: should the message be
/// lost, the next one says the same, and the epoch makes the second of them harmless.
/// </summary>
internal sealed class PaymentDeadlineSource(NpgsqlDataSource dataSource, ICommitter committer, Persistence persistence)
    : IDeadlines
{
    private const string Claim = """
        WITH due AS (
            SELECT payment_id FROM payment WHERE deadline_at <= now()
            ORDER BY deadline_at LIMIT $1 FOR UPDATE SKIP LOCKED)
        UPDATE payment p SET deadline_at = now() + interval '1 minute'
        FROM due WHERE p.payment_id = due.payment_id
        RETURNING p.payment_id, p.deadline_epoch
        """;

    public async Task<int> EnqueueDue(int most)
    {
        var due = await persistence.Persist(() => ClaimDue(most));
        await Task.WhenAll(due.Select(message => committer.Commit(
            Origin.Local, new Effects(message.PaymentId).Send(message, Routes.PaymentSaga))));
        return due.Count;
    }

    private async Task<List<PaymentDeadlineReached>> ClaimDue(int most)
    {
        await using var command = dataSource.CreateCommand(Claim);
        command.Parameters.Add(Sql.Value(most));
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        var due = new List<PaymentDeadlineReached>();
        while (await reader.ReadAsync(CancellationToken.None))
        {
            due.Add(new PaymentDeadlineReached
            {
                PaymentId = Ulid.FromGuid(reader.GetGuid(0)),
                Epoch = reader.GetInt32(1),
            });
        }

        return due;
    }
}
