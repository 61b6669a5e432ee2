using System.Threading.RateLimiting;

namespace Payments.Executor.Psp;

/// <summary>Bulkhead and rate limits of one connection.</summary>
internal sealed class PspSlots : IDisposable
{
    /// <summary>A tenth of a second's worth at once: a burst on top of a full second stays below the PSP's limit.</summary>
    private const int BurstsPerSecond = 10;

    private readonly ConcurrencyLimiter _bulkhead;
    private readonly TokenBucketRateLimiter _forward;
    private readonly TokenBucketRateLimiter _control;

    public PspSlots(PspLimits limits)
    {
        _bulkhead = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = limits.MaxInFlight,
            // The queue's prefetch bounds it.
            QueueLimit = int.MaxValue,
        });
        _forward = Rate(limits.MaxPerSecond);
        _control = Rate(limits.MaxControlPerSecond);
    }

    /// <summary>Places for forward calls that nobody has or waits for.</summary>
    public int Free =>
        (int)Math.Max(0, _bulkhead.GetStatistics() is { } now ? now.CurrentAvailablePermits - now.CurrentQueuedCount : 0);

    /// <summary>Null when none came free in time.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<IDisposable?> TryTake(
        bool isForward, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        RateLimitLease? place = null;
        if (isForward && (place = await TryTake(_bulkhead, patience, time, cancellationToken)) is null)
            return null;
        try
        {
            using var turn = await TryTake(
                isForward ? _forward : _control, patience - time.GetElapsedTime(started), time, cancellationToken);
            if (turn is null)
                return null;
            // What is no forward call takes no place in the bulkhead: its turn, which holds nothing, stands for it.
            (var taken, place) = (place ?? turn, null);
            return taken;
        }
        finally
        {
            place?.Dispose();
        }
    }

    public void Dispose()
    {
        _bulkhead.Dispose();
        _forward.Dispose();
        _control.Dispose();
    }

    private static TokenBucketRateLimiter Rate(int perSecond)
    {
        var burst = Math.Max(1, perSecond / BurstsPerSecond);
        return new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = burst,
            ReplenishmentPeriod = TimeSpan.FromSeconds((double)burst / perSecond),
            QueueLimit = int.MaxValue,
        });
    }

    private static async Task<RateLimitLease?> TryTake(
        RateLimiter limiter, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        var lease = limiter.AttemptAcquire();
        if (lease.IsAcquired)
            return lease;
        lease.Dispose();
        if (patience <= TimeSpan.Zero)
            return null;

        using var timer = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await limiter.AcquireAsync(1, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
