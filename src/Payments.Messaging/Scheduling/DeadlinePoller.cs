using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Payments.Messaging;

/// <summary>Finds what is due and turns it into messages through the outbox.</summary>
public interface IDeadlines
{
    /// <summary>Enqueues at most so many due deadlines, in one short transaction, and puts them off. Returns how many.</summary>
    Task<int> EnqueueDue(int most);
}

/// <summary>Asks each kind of deadline for what is due, once a second, while what they said before gets away.</summary>
internal sealed partial class DeadlinePoller(
    IEnumerable<IDeadlines> deadlines,
    NpgsqlDataSource dataSource,
    Persistence persistence,
    OutboxSignal outbox,
    TimeProvider time,
    ILogger<DeadlinePoller> logger) : BackgroundService
{
    private const int Most = 200;

    /// <summary>With so many messages still unsent the broker is away: what is due says the same each minute, and would only pile up.</summary>
    private const int MostUnsent = 1000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var kinds = deadlines.ToArray();
        while (kinds.Length > 0 && !stoppingToken.IsCancellationRequested)
        {
            var most = await persistence.Persist(CountUnsent) < MostUnsent ? await EnqueueDue(kinds) : 0;
            if (most < Most)
                await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Of each kind; returns how many there were of the one that had the most.</summary>
    private async Task<int> EnqueueDue(IReadOnlyList<IDeadlines> kinds)
    {
        var most = 0;
        foreach (var kind in kinds)
        {
            var due = await kind.EnqueueDue(Most);
            if (due > 0)
            {
                LogDue(logger, due);
                outbox.Set();
            }

            most = Math.Max(most, due);
        }

        return most;
    }

    private async Task<long> CountUnsent()
    {
        await using var command = dataSource.CreateCommand("SELECT count(*) FROM (SELECT FROM outbox LIMIT $1) AS unsent");
        command.Parameters.Add(Sql.Value(MostUnsent));
        return (long)(await command.ExecuteScalarAsync(CancellationToken.None))!;
    }

    [LoggerMessage(2301, LogLevel.Information, "{Count} deadlines reached.")]
    private static partial void LogDue(ILogger logger, int count);
}
