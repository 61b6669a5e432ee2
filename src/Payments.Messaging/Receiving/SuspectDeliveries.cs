using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Payments.Messaging;

/// <summary>
/// Deliveries of one channel that came back so often that one of them may be what ended the process each time. They are worked
/// on one at a time, so that whoever is to blame takes with it only those that have not had their turn; and in another order
/// each time, so that these are others each time. What is innocent is done long before the delivery limit.
/// </summary>
internal sealed partial class SuspectDeliveries(TimeProvider time, ILogger logger)
{
    private const string CountHeader = "x-delivery-count";
    private const int Often = 3;
    private const int Orders = 3;

    /// <summary>All that the broker offers again at once is there by then, and what is above suspicion is mostly done.</summary>
    private static readonly TimeSpan Assembling = TimeSpan.FromSeconds(1);

    /// <summary>What is done is acknowledged in a frame a moment later; the next one must not take that along.</summary>
    private static readonly TimeSpan Acknowledging = TimeSpan.FromMilliseconds(30);

    private readonly Lock _lock = new();
    private readonly List<(string Id, long Count, Func<Task> Work)> _waiting = [];
    private bool _isWorking;
    private bool _isClosed;

    /// <summary>How often it was delivered before, where that is often; 0 otherwise.</summary>
    public static long CountOf(IReadOnlyBasicProperties properties) =>
        properties.Headers is { } headers && headers.TryGetValue(CountHeader, out var count) && count is long times and >= Often
            ? times
            : 0;

    /// <param name="id">The message's: the broker may offer them in another order each time.</param>
    /// <param name="count">How often it was delivered before.</param>
    /// <param name="work">Does not throw.</param>
    public void Add(string id, long count, Func<Task> work)
    {
        lock (_lock)
        {
            if (_isClosed)
                return;
            _waiting.Add((id, count, work));
            if (_isWorking)
                return;
            _isWorking = true;
        }

        LogSuspects(logger, Often);
        _ = WorkOnAll();
    }

    /// <summary>The channel is gone, or going: what did not have its turn is the broker's again.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            _waiting.Clear();
        }
    }

    private async Task WorkOnAll()
    {
        await Task.Delay(Assembling, time);
        while (Take() is { } work)
        {
            await work();
            await Task.Delay(Acknowledging, time);
        }
    }

    /// <summary>
    /// The one to blame has come back most often, once more each time. In the order of ids first, then the other way round: with
    /// one to blame, everybody else had a turn before it. By chance then, for several of them.
    /// </summary>
    private Func<Task>? Take()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _isWorking = false;
                return null;
            }

            var next = (_waiting.Max(w => w.Count) % Orders) switch
            {
                0 => _waiting.MinBy(w => w.Id, StringComparer.Ordinal),
                1 => _waiting.MaxBy(w => w.Id, StringComparer.Ordinal),
                _ => _waiting[Random.Shared.Next(_waiting.Count)],
            };
            _waiting.Remove(next);
            return next.Work;
        }
    }

    [LoggerMessage(2205, LogLevel.Warning, "Deliveries have come back {Often} times or more: each of them is worked on alone.")]
    private static partial void LogSuspects(ILogger logger, int often);
}
