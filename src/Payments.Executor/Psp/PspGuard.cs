using System.Collections.Frozen;
using Payments.Contracts;

namespace Payments.Executor.Psp;

/// <summary>
/// Stands between the tries of one connection and its network: bulkhead, rate limits, a breaker per forward step. Undos,
/// look-ups and replays of what may have arrived pass by bulkhead and breakers: they ask for money that is already at
/// stake, there are few of them, and one that waited for a sale's probe could wait for ever. They have a rate of their own.
/// </summary>
internal sealed class PspGuard : IDisposable
{
    private static readonly PspStep[] ForwardSteps = [PspStep.Sale, PspStep.Authorize, PspStep.Capture];

    private readonly PspSlots _slots;
    private readonly FrozenDictionary<PspStep, PspBreaker> _breakers;
    private readonly TimeProvider _time;
    private readonly string _connection;
    private int _inFlight;

    public PspGuard(
        string connection, PspLimits limits, PspBreakerOptions breaker, TimeProvider time, Action<BreakerChange> changed)
    {
        _connection = connection;
        _time = time;
        Limits = limits;
        _slots = new PspSlots(limits);
        Recent = new RecentOutcomes(time);
        _breakers = ForwardSteps.ToFrozenDictionary(
            s => s, s => new PspBreaker(connection, s, breaker, time, changed));
    }

    public PspLimits Limits { get; }

    public RecentOutcomes Recent { get; }

    /// <summary>Calls under way, of every kind.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Forward calls that would be sent at once, were there no rate limit.</summary>
    public int FreePlaces => _slots.Free;

    public IEnumerable<(PspStep Step, PspBreaker Breaker)> Breakers => ForwardSteps.Select(s => (s, _breakers[s]));

    /// <summary>One try, or why it was not sent: <see cref="Reasons.NoSlot"/>, <see cref="Reasons.BreakerOpen"/>.</summary>
    /// <param name="forward">The breaker's step; null for what passes by it.</param>
    /// <param name="patience">How long a free slot is waited for.</param>
    /// <param name="send">Sends. Its limit of time begins when it is called.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Exchange> Send(
        PspStep? forward, TimeSpan patience, Func<Task<Exchange>> send, CancellationToken cancellationToken)
    {
        using var slot = await _slots.TryTake(forward is not null, patience, _time, cancellationToken);
        if (slot is null)
            return Unsent(Reasons.NoSlot, "Our own limits for the PSP left no slot in time.");
        if (forward is not { } step)
            return await Counted(send);
        return await _breakers[step].Try(() => new ValueTask<Exchange>(Counted(send)))
            ?? Unsent(Reasons.BreakerOpen, "The PSP was ill a moment ago: it gets nothing new until a probe succeeds.");
    }

    public void Dispose() => _slots.Dispose();

    private async Task<Exchange> Counted(Func<Task<Exchange>> send)
    {
        Interlocked.Increment(ref _inFlight);
        PspMetrics.InFlight.Add(1, PspMetrics.Of(_connection));
        try
        {
            return await send();
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
            PspMetrics.InFlight.Add(-1, PspMetrics.Of(_connection));
        }
    }

    private Exchange Unsent(string reason, string message)
    {
        Recent.Count(reason);
        return new Exchange(null, Outcome.NotAttempted(reason, message));
    }
}
