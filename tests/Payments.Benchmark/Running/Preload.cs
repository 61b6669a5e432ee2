using System.Diagnostics;
using Payments.Benchmark.Loading;
using Payments.Benchmark.Measuring;
using Payments.Benchmark.Reporting;

namespace Payments.Benchmark.Running;

/// <summary>
/// Throughput: the orchestrator stands still (SIGSTOP) while the front door's queue is filled, then goes on. Its process
/// is the one that was warmed; its connections outlast the few seconds, less than the heartbeat of 15 s. What it
/// had prefetched waits in its sockets.
/// </summary>
internal sealed class Preload(Plan plan, Progress progress)
{
    /// <summary>Of a run by time.</summary>
    public const int MostPayments = 5_000_000;

    private const string Orchestrator = "orchestrator";
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Refill = TimeSpan.FromMilliseconds(5);

    public async Task<ThroughputRun> Run(
        Load load, int count, Surroundings around, WorkerKiller? killer, CancellationToken cancellationToken)
    {
        var quiet = await QuietMachine.Await(around.Meter, plan.QuietPatience, progress, cancellationToken);
        await Fill(load, count, around);
        await using var watch = new TableWatch();
        var before = await around.Meter.Read();
        foreach (var worker in around.Workers.Of(Orchestrator))
            await worker.Resume();
        var killing = killer?.Run(load, count, cancellationToken) ?? Task.CompletedTask;
        if (plan.Saturation is { } saturation)
            await KeepFull(load, count, before.Timestamp, saturation, around, cancellationToken);
        else
            load.Close();

        Reading after;
        if (plan.Saturation is null)
        {
            await Patience.AwaitAll(load, around.Workers, cancellationToken);
            await killing;
            after = await around.Meter.Read();
        }
        else
        {
            after = await around.Meter.Read();
            load.Close();
            await Patience.AwaitAll(load, around.Workers, cancellationToken);
        }

        var memory = around.Meter.ReadMemory();
        await watch.Stop();
        var ended = load.Tally.EndedBy(after.Timestamp);
        var end = plan.Saturation is null ? load.Tally.LastEndedAt : after.Timestamp;
        // By time, the rest ends after the window: seconds that are counted late are little of ten minutes.
        var settled = plan.Saturation is not null ? after : plan.Settles ? await Settled(around, cancellationToken) : null;
        var seconds = Stopwatch.GetElapsedTime(before.Timestamp, end).TotalSeconds;
        var cost = around.Meter.CostOf(ended, before, after, settled, watch.Looks);
        return new ThroughputRun
        {
            Payments = ended,
            Seconds = seconds,
            PaymentsPerSecond = ended / seconds,
            OrdersPerSecond = ended / seconds * load.Variant.Orders,
            Cost = killer is null ? cost : null,
            Duplicates = load.Tally.Duplicates,
            MostRows = watch.Most,
            Memory = memory,
            IsBusyMachine = !quiet || QuietMachine.IsDisturbed(cost),
        };
    }

    private static async Task Fill(Load load, int count, Surroundings around)
    {
        var orchestrators = around.Workers.Of(Orchestrator).ToArray();
        foreach (var worker in orchestrators)
            await worker.Pause();
        var start = Stopwatch.GetTimestamp();
        await load.Publish(around.Door, count);
        if (Stopwatch.GetElapsedTime(start) > LongestPause)
        {
            foreach (var worker in orchestrators)
                await worker.Resume();
            throw new BenchmarkException(
                $"Publishing {count} requests took longer than the orchestrator may stand still; ask for fewer with --payments.");
        }
    }

    /// <summary>Keeps as many payments under way as were preloaded, until the time is over.</summary>
    private static async Task KeepFull(
        Load load, int count, long start, TimeSpan time, Surroundings around, CancellationToken cancellationToken)
    {
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            around.Workers.ThrowIfAnyEnded();
            while (load.Published - load.Tally.Ended < count && load.Published < MostPayments)
                await load.PublishNext(around.Door);
            await Task.Delay(Refill, cancellationToken);
        }
    }

    private static async Task<Reading> Settled(Surroundings around, CancellationToken cancellationToken)
    {
        await Meter.Settle(cancellationToken);
        return await around.Meter.Read();
    }
}
