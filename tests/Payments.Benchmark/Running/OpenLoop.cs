using System.Diagnostics;
using Payments.Benchmark.Loading;
using Payments.Benchmark.Measuring;
using Payments.Benchmark.Reporting;

namespace Payments.Benchmark.Running;

/// <summary>Latency: payments come on a schedule that does not wait for anything.</summary>
internal sealed class OpenLoop(Plan plan, Progress progress)
{
    private const int DroppedPart = 10;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LeadTime = TimeSpan.FromMilliseconds(100);

    public async Task<LatencyRun> Run(
        Load load, double share, double fullRate, Surroundings around, CancellationToken cancellationToken)
    {
        var quiet = await QuietMachine.Await(around.Meter, plan.QuietPatience, progress, cancellationToken);
        var rate = fullRate * share;
        var count = Math.Max(DroppedPart * 2, (int)(rate * plan.LatencyTime.TotalSeconds));
        var delays = new TimeSpan[count];
        await using var watch = new TableWatch();
        var before = await around.Meter.Read();
        var schedule = Begin(rate);
        await Publish(load, count, schedule, delays, around.Door, cancellationToken);
        await Patience.AwaitAll(load, around.Workers, cancellationToken);
        var after = await around.Meter.Read();
        var memory = around.Meter.ReadMemory();
        await watch.Stop();
        Reading? settled = null;
        if (plan.Settles)
        {
            await Meter.Settle(cancellationToken);
            settled = await around.Meter.Read();
        }

        var cost = around.Meter.CostOf(count, before, after, settled, watch.Looks);
        var numbers = Enumerable.Range(count / DroppedPart, count - count / DroppedPart);
        return new LatencyRun
        {
            LoadShare = share,
            PaymentsPerSecond = rate,
            Payments = count,
            Milliseconds = Percentiles.Of(numbers.Select(n => load.Tally.LatencyOf(n, schedule.At(n)))),
            SendDelayMilliseconds = Percentiles.Of(numbers.Select(n => delays[n])),
            Cost = cost,
            Duplicates = load.Tally.Duplicates,
            MostRows = watch.Most,
            Memory = memory,
            IsBusyMachine = !quiet || QuietMachine.IsDisturbed(after.Cpu - before.Cpu),
        };
    }

    /// <summary>A schedule that begins in a moment.</summary>
    public static Schedule Begin(double perSecond) =>
        new(Stopwatch.GetTimestamp() + (long)(LeadTime.TotalSeconds * Stopwatch.Frequency), perSecond);

    /// <summary>Publishes so many payments, each when it is due, and closes the load.</summary>
    /// <param name="load">Nothing of it is published yet.</param>
    /// <param name="count">How many.</param>
    /// <param name="schedule">When.</param>
    /// <param name="delays">By how much each was late is written here.</param>
    /// <param name="door">Where.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task Publish(
        Load load, int count, Schedule schedule, TimeSpan[] delays, FrontDoor door, CancellationToken cancellationToken)
    {
        while (load.Published < count)
        {
            for (var due = Math.Min(count, schedule.DueBy(Stopwatch.GetTimestamp())); load.Published < due;)
            {
                delays[load.Published] = Stopwatch.GetElapsedTime(schedule.At(load.Published));
                await load.PublishNext(door);
            }

            await Task.Delay(Tick, cancellationToken);
        }

        await door.Flush();
        load.Close();
    }
}
