using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Payments.Messaging;

/// <summary>Finds what is due and turns it into messages through the outbox.</summary>
public interface IDeadlines
{
    /// <summary>Enqueues at most so many due deadlines, in one short transaction, and puts them off. Returns how many.</summary>
    Task<int> EnqueueDue(int most);
}

/// <summary>Asks each kind of deadline for what is due, once a second.</summary>
internal sealed partial class DeadlinePoller(
    IEnumerable<IDeadlines> deadlines,
    OutboxSignal outbox,
    TimeProvider time,
    ILogger<DeadlinePoller> logger) : BackgroundService
{
    private const int Most = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var most = 0;
            foreach (var kind in deadlines)
            {
                var due = await kind.EnqueueDue(Most);
                if (due > 0)
                {
                    LogDue(logger, due);
                    outbox.Set();
                }

                most = Math.Max(most, due);
            }

            if (most < Most)
                await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(2301, LogLevel.Information, "{Count} deadlines reached.")]
    private static partial void LogDue(ILogger logger, int count);
}
