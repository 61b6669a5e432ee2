namespace Payments.Orchestrator.Tests.Paying;

/// <summary>A clock that stands still until it is told that time has passed.</summary>
internal sealed class SimulatedTime : TimeProvider
{
    private long _ticks = new DateTimeOffset(2026, 11, 23, 6, 0, 0, TimeSpan.Zero).Ticks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void Pass(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}
