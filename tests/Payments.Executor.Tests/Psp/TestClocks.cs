using System.Collections.Concurrent;

namespace Payments.Executor.Tests.Psp;

/// <summary>Real time, but waits longer than a limit end at once and are written down.</summary>
internal sealed class ImpatientTime(TimeSpan longest) : TimeProvider
{
    public ConcurrentQueue<TimeSpan> Skipped { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime <= longest)
            return base.CreateTimer(callback, state, dueTime, period);
        Skipped.Enqueue(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.FromMilliseconds(1), period);
    }
}

/// <summary>Real time, moved by hand.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
}

/// <summary>Stands still unless moved by hand.</summary>
/// <param name="timersRun">In real time; otherwise no limit is ever reached.</param>
internal sealed class StoppedTime(bool timersRun = true) : TimeProvider
{
    private readonly DateTimeOffset _start = System.GetUtcNow();

    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => _start + Shift;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, timersRun ? dueTime : Timeout.InfiniteTimeSpan, period);
}
