using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Payments.Sandbox.Booking;

namespace Payments.Sandbox.Adyen;

/// <summary>Does what was taken in, each after <c>Sandbox:SettleSeconds</c>, in the order it came.</summary>
internal sealed class AdyenSettler(Book book, AdyenSettlement settlement, IOptions<SandboxOptions> options, TimeProvider time)
    : BackgroundService
{
    private readonly Channel<Due> _queue = Channel.CreateUnbounded<Due>();

    public void Add(Intent intent, Modification modification) =>
        _queue.Writer.TryWrite(new Due(
            intent.Account, intent.Id, modification.Id, time.GetUtcNow() + TimeSpan.FromSeconds(options.Value.SettleSeconds)));

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // What a restart has interrupted.
        var interrupted = book.Read(() => book.Intents
            .SelectMany(i => i.Modifications.Where(m => !m.IsSettled).Select(m => (Intent: i, Modification: m)))
            .ToArray());
        foreach (var (intent, modification) in interrupted)
            Add(intent, modification);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var due in _queue.Reader.ReadAllAsync(stoppingToken))
        {
            var wait = due.At - time.GetUtcNow();
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, time, stoppingToken);
            book.Execute(
                () => settlement.Settle(due.Account, due.IntentId, due.ModificationId), line => line ?? new JournalLine());
        }
    }

    private sealed record Due(string Account, string IntentId, string ModificationId, DateTimeOffset At);
}
