using System.Diagnostics;
using Payments.Benchmark.Instance;
using Payments.Benchmark.Loading;
using Payments.Benchmark.Measuring;
using Payments.Benchmark.Reporting;

namespace Payments.Benchmark.Running;

/// <summary>
/// One PSP is ill for a minute, under an open loop of payments that take turns between three: what that does to the other
/// two, and what becomes of its own.
/// </summary>
internal sealed class OutageLoop(Plan plan, Broker broker, Progress progress)
{
    /// <summary>Its orders have no other connection to go to.</summary>
    private const string IllPsp = "square";

    /// <summary>A rate that two cores carry easily: what waits, waits for its PSP.</summary>
    private const int PaymentsPerSecond = 60;

    /// <summary>Longer than any limit of a call.</summary>
    private const double SilentSeconds = 300;

    private static readonly TimeSpan Length = OutagePhases.Normal + OutagePhases.Outage + OutagePhases.Afterwards;

    /// <summary>How many are published.</summary>
    public static int Payments => (int)(Length.TotalSeconds * PaymentsPerSecond);

    /// <exception cref="BenchmarkException">A payment of a healthy PSP did not complete, or something stands still.</exception>
    public async Task<OutageRun> Run(Load load, OutageKind kind, Surroundings around, CancellationToken cancellationToken)
    {
        var quiet = await QuietMachine.Await(around.Meter, plan.QuietPatience, progress, cancellationToken);
        var delays = new TimeSpan[Payments];
        progress.Step($"Open loop at {PaymentsPerSecond}/s for {Length.TotalSeconds:0} s");
        var before = await around.Meter.Read();
        var opened = await BreakerOpenings(around.Workers, cancellationToken);
        var schedule = OpenLoop.Begin(PaymentsPerSecond);
        var outage = Outage(kind, around.Workers.AddressOf(Sandbox.Service), schedule.Start, cancellationToken);
        await OpenLoop.Publish(load, Payments, schedule, delays, around.Door, cancellationToken);
        var over = await outage;
        progress.Step($"Waiting for the last {load.Published - load.Tally.Ended} payments");
        await Patience.AwaitAll(load, around.Workers, cancellationToken);

        var after = await around.Meter.Read();
        var cost = around.Meter.CostOf(Payments, before, after, settled: null, looks: 0);
        OutageSample[] samples = [.. Enumerable.Range(0, Payments).Select(n => Sample(load, n, schedule))];
        if (samples.FirstOrDefault(s => s.Psp != IllPsp && s.End != PaymentEnd.Completed) is { } hurt)
            throw new BenchmarkException($"A payment at {hurt.Psp}, which was well, ended {hurt.End}.");
        return OutageRun.Of(IllPsp, samples, over) with
        {
            Fault = FaultOf(kind),
            PaymentsPerSecond = PaymentsPerSecond,
            BreakerOpenings = await BreakerOpenings(around.Workers, cancellationToken) - opened,
            DeadLetters = await broker.CountDeadLetters(),
            SendDelayMilliseconds = Percentiles.Of(delays),
            Cost = cost,
            Duplicates = load.Tally.Duplicates,
            IsBusyMachine = !quiet || QuietMachine.IsDisturbed(after.Cpu - before.Cpu),
        };
    }

    /// <summary>Begins and ends it; returns when it was over, counted from the first payment's sending.</summary>
    private async Task<TimeSpan> Outage(OutageKind kind, Uri sandbox, long start, CancellationToken cancellationToken)
    {
        await Until(start, OutagePhases.Normal, cancellationToken);
        progress.Step($"{IllPsp} is ill from now on: {FaultOf(kind)}");
        await Sandbox.Order(sandbox, FaultOf(kind), IllPsp, SecondsOf(kind), cancellationToken);
        await Until(start, OutagePhases.Normal + OutagePhases.Outage, cancellationToken);
        await Sandbox.ClearFaults(sandbox, cancellationToken);
        progress.Step($"{IllPsp} is well again");
        return Stopwatch.GetElapsedTime(start);
    }

    private static Task Until(long start, TimeSpan moment, CancellationToken cancellationToken) =>
        Task.Delay(moment - Stopwatch.GetElapsedTime(start), cancellationToken);

    private static string FaultOf(OutageKind kind) => kind switch
    {
        OutageKind.Refusing => "maintenance",
        OutageKind.Silent => "slow-start",
    };

    private static double SecondsOf(OutageKind kind) => kind switch
    {
        OutageKind.Refusing => OutagePhases.Outage.TotalSeconds,
        OutageKind.Silent => SilentSeconds,
    };

    private static OutageSample Sample(Load load, int number, Schedule schedule) => new(
        load.Variant.CredentialOf((uint)number).Psp,
        Stopwatch.GetElapsedTime(schedule.Start, schedule.At(number)),
        load.Tally.LatencyOf(number, schedule.At(number)),
        load.Tally.EndOf(number));

    private static async Task<long> BreakerOpenings(Workers workers, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = workers.AddressOf("executor") };
        return BreakerMetrics.Openings(await http.GetStringAsync(new Uri("metrics", UriKind.Relative), cancellationToken), IllPsp);
    }
}
