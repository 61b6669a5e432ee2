using Npgsql;
using Payments.Benchmark.Instance;

namespace Payments.Benchmark.Measuring;

/// <summary>
/// Looks every two seconds at the tables that must stay small while payments run: outboxes, and payments with a deadline.
/// </summary>
internal sealed class TableWatch : IAsyncDisposable
{
    private const string Look = """
        SELECT (SELECT count(*) FROM orchestrator.outbox) + (SELECT count(*) FROM executor.outbox)
                 + (SELECT count(*) FROM wallets.outbox) + (SELECT count(*) FROM ledger.outbox)
                 + (SELECT count(*) FROM operations.outbox),
               (SELECT count(*) FROM orchestrator.payment WHERE deadline_at IS NOT NULL),
               (SELECT coalesce(sum(n_dead_tup), 0)::bigint FROM pg_stat_user_tables WHERE relname = 'outbox'),
               (SELECT n_dead_tup FROM pg_stat_user_tables WHERE schemaname = 'orchestrator' AND relname = 'payment')
        """;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly NpgsqlDataSource _database = Database.OpenInside();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _looking;

    public TableWatch()
    {
        _looking = Task.Run(LookOn);
    }

    /// <summary>How often it has looked: each is a transaction of ours in the database.</summary>
    public int Looks { get; private set; }

    public MostRows Most { get; private set; } = new(0, 0, 0, 0);

    public async Task Stop()
    {
        await _stopping.CancelAsync();
        await _looking;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _stopping.Dispose();
        await _database.DisposeAsync();
    }

    private async Task LookOn()
    {
        while (!_stopping.IsCancellationRequested)
        {
            await using (var command = _database.CreateCommand(Look))
            {
                await using var reader = await command.ExecuteReaderAsync();
                await reader.ReadAsync();
                Looks++;
                Most = Most.Or(new MostRows(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)));
            }

            await Task.Delay(Interval, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

/// <summary>The most that was ever seen at one look, of each.</summary>
/// <param name="Outboxes">Rows in all outboxes.</param>
/// <param name="Deadlines">Payments that wait, and so have a deadline.</param>
/// <param name="DeadOutboxRows">Versions that nobody sees any more and autovacuum has not removed.</param>
/// <param name="DeadPaymentRows">The same of payments.</param>
internal sealed record MostRows(long Outboxes, long Deadlines, long DeadOutboxRows, long DeadPaymentRows)
{
    public MostRows Or(MostRows other) => new(
        Math.Max(Outboxes, other.Outboxes),
        Math.Max(Deadlines, other.Deadlines),
        Math.Max(DeadOutboxRows, other.DeadOutboxRows),
        Math.Max(DeadPaymentRows, other.DeadPaymentRows));
}
