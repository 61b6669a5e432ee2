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
        // The requests themselves count, and are published before the clock starts.
        var messages = (await around.Meter.Read()).Messages;
        await Fill(load, count, around);
        var before = (await around.Meter.Read()) with { Messages = messages };
        foreach (var worker in around.Workers.Of(Orchestrator))
            await worker.Resume();
        if (plan.Saturation is not null)
        {
            // At the start as many payments are half done as at the end.
            await KeepFull(load, count, () => load.Tally.Ended >= count, around, cancellationToken);
            before = await around.Meter.Read();
        }

        await using var watch = new TableWatch();
        Reading after;
        if (plan.Saturation is { } saturation)
        {
            await KeepFull(load, count, () => Stopwatch.GetElapsedTime(before.Timestamp) >= saturation, around, cancellationToken);
            after = await around.Meter.Read();
            load.Close();
            await Patience.AwaitAll(load, around.Workers, cancellationToken);
        }
        else
        {
            var killing = killer?.Run(load, count, cancellationToken) ?? Task.CompletedTask;
            load.Close();
            await Patience.AwaitAll(load, around.Workers, cancellationToken);
            await killing;
            after = await around.Meter.Read();
        }

        var memory = around.Meter.ReadMemory();
        await watch.Stop();
        var ended = load.Tally.EndedBy(after.Timestamp) - load.Tally.EndedBy(before.Timestamp);
        var end = plan.Saturation is null ? load.Tally.LastEndedAt : after.Timestamp;
        // By time, the rest ends after the window, and what is counted late is so at both its ends.
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
            IsBusyMachine = !quiet || QuietMachine.IsDisturbed(after.Cpu - before.Cpu, killer is not null),
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

    /// <summary>Keeps as many payments under way as were preloaded.</summary>
    private static async Task KeepFull(
        Load load, int count, Func<bool> isOver, Surroundings around, CancellationToken cancellationToken)
    {
        var patience = new Patience(load, around.Workers);
        while (!isOver())
        {
            patience.ThrowIfOver();
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
