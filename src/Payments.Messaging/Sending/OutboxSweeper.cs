using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Payments.Messaging;

/// <summary>Sends what local work left in the outbox: at once when it was written here, after a crash within seconds.</summary>
internal sealed class OutboxSweeper(
    NpgsqlDataSource dataSource,
    IConfirmedPublisher publisher,
    Persistence persistence,
    OutboxSignal signal) : BackgroundService
{
    private const int Most = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Claim = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var messages = await persistence.Persist(() => Outbox.Claim(dataSource, Claim, Most));
            if (messages.Count > 0)
            {
                await publisher.Publish(messages);
                await persistence.Persist(() => Outbox.Delete(dataSource, messages));
            }

            if (messages.Count < Most)
                await signal.Wait(Interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
