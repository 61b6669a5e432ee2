using Payments.Benchmark.Instance;
using Payments.Benchmark.Loading;

namespace Payments.Benchmark.Running;

/// <summary>Waits for a load to end as long as anything moves.</summary>
internal static class Patience
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Longer than any lease or deadline that a killed worker leaves behind.</summary>
    private static readonly TimeSpan Stalled = TimeSpan.FromSeconds(120);

    public static async Task AwaitAll(Load load, Workers workers, CancellationToken cancellationToken)
    {
        var (ended, still) = (load.Tally.Ended, TimeSpan.Zero);
        while (true)
        {
            await Task.WhenAny(load.Tally.All, Task.Delay(Look, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            if (load.Tally.All.IsCompleted)
                return;
            workers.ThrowIfAnyEnded();
            still = load.Tally.Ended == ended ? still + Look : TimeSpan.Zero;
            ended = load.Tally.Ended;
            if (still >= Stalled)
            {
                throw new BenchmarkException(
                    $"{load.Published - ended} of {load.Published} payments do not end: nothing moved for {still.TotalSeconds:0} s.");
            }
        }
    }
}
