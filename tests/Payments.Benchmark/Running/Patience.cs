using System.Diagnostics;
using Payments.Benchmark.Instance;
using Payments.Benchmark.Loading;

namespace Payments.Benchmark.Running;

/// <summary>Waits for a load's payments to end as long as anything moves.</summary>
internal sealed class Patience(Load load, Workers workers)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Longer than any lease or deadline that a killed worker leaves behind.</summary>
    private static readonly TimeSpan Stalled = TimeSpan.FromSeconds(120);

    private int _ended = load.Tally.Ended;
    private long _movedAt = Stopwatch.GetTimestamp();

    public static async Task AwaitAll(Load load, Workers workers, CancellationToken cancellationToken)
    {
        var patience = new Patience(load, workers);
        while (true)
        {
            await Task.WhenAny(load.Tally.All, Task.Delay(Look, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            if (load.Tally.All.IsCompleted)
                return;
            patience.ThrowIfOver();
        }
    }

    /// <exception cref="BenchmarkException">A worker has ended, or no payment has for long.</exception>
    public void ThrowIfOver()
    {
        workers.ThrowIfAnyEnded();
        if (load.Tally.Ended != _ended)
            (_ended, _movedAt) = (load.Tally.Ended, Stopwatch.GetTimestamp());
        var still = Stopwatch.GetElapsedTime(_movedAt);
        if (still >= Stalled)
        {
            throw new BenchmarkException(
                $"{load.Published - _ended} of {load.Published} payments do not end: nothing moved for {still.TotalSeconds:0} s.");
        }
    }
}
