using Npgsql;
using Payments.Benchmark.Instance;
using Payments.Benchmark.Loading;
using Payments.Benchmark.Measuring;
using Payments.Benchmark.Reporting;
using Payments.Testing;
using RabbitMQ.Client.Exceptions;

namespace Payments.Benchmark.Running;

/// <summary>One scenario: empty tables, fresh processes, warm-up, measurements, verdict.</summary>
internal sealed class ScenarioRun(
    Scenario scenario, Plan plan, Database database, Broker broker, TimeProvider time, Progress progress)
{
    private readonly List<Load> _loads = [];
    private int _loadNumber;

    public async Task<ScenarioResult> Run(CancellationToken cancellationToken)
    {
        progress.Step($"{scenario.Title}: empty tables, starting workers");
        await broker.Purge();
        await database.Renew();
        File.Delete(Sandbox.JournalFile);
        await using var events = await TerminalEvents.Listen(broker, time);
        await using var door = await FrontDoor.Open(broker);
        var result = Empty();
        try
        {
            var workers = await Workers.Start(
                scenario.Workers, scenario.Processes, scenario.Psp == PspSetting.Http ? [Sandbox.Service] : [],
                cancellationToken);
            await using (workers)
            {
                result = await Measure(new Surroundings(workers, new Meter(database, broker, workers), events, door), cancellationToken);
                progress.Step("Checking the books");
                result = result with { Violations = await Violations(events, workers, cancellationToken) };
            }

            result = result with { Violations = [.. result.Violations, .. await QueuesLeft()] };
        }
        catch (Exception exception) when (exception is BenchmarkException or EventuallyException or NpgsqlException or RabbitMQClientException)
        {
            result = result with { Violations = [exception.Message] };
        }

        return result.Violations.Count == 0 ? result : Empty() with { Violations = result.Violations };
    }

    private ScenarioResult Empty() => new()
    {
        Name = scenario.Name,
        Workers = scenario.Workers.Name,
        Psp = scenario.Psp.ToString().ToLowerInvariant(),
        ProcessesPerWorker = scenario.Processes,
        OrdersPerPayment = scenario.Variant.Orders,
        Violations = [],
    };

    private async Task<ScenarioResult> Measure(Surroundings around, CancellationToken cancellationToken)
    {
        await WarmUp(around, cancellationToken);
        var throughput = new List<ThroughputRun>();
        var kills = new List<string>();
        for (var run = 1; run <= plan.Runs; run++)
            throughput.Add(await Preloaded(around, run, kills, cancellationToken));

        var latency = new List<LatencyRun>();
        var rate = Spread.Of(throughput.Select(r => r.PaymentsPerSecond)).Median;
        foreach (var share in scenario.WithLatency ? plan.Loads : [])
        {
            progress.Step($"Open loop at {share:P0} of {rate:0}/s for {plan.LatencyTime.TotalSeconds:0} s");
            var open = new OpenLoop(plan, progress);
            latency.Add(await open.Run(Begin(around, (int)(rate * plan.LatencyTime.TotalSeconds) + 1), share, rate, around, cancellationToken));
        }

        return Empty() with
        {
            Throughput = throughput,
            Latency = latency,
            Remarks = kills,
            Memory = around.Meter.ReadMemory(),
            LargestTables = await TableState.ReadLargest(),
        };
    }

    private async Task WarmUp(Surroundings around, CancellationToken cancellationToken)
    {
        var count = Payments(plan.WarmUpOrders);
        progress.Step($"Warming up with {count} payments");
        var load = Begin(around, count);
        await load.Publish(around.Door, count);
        load.Close();
        await Patience.AwaitAll(load, around.Workers, cancellationToken);
        if (!plan.Settles)
            return;
        await Meter.Settle(cancellationToken);
        await around.Meter.LearnIdle(cancellationToken);
    }

    private async Task<ThroughputRun> Preloaded(
        Surroundings around, int run, List<string> kills, CancellationToken cancellationToken)
    {
        // Deaths are placed by how many of a known number have ended.
        var thisPlan = scenario.Kills ? plan with { Saturation = null } : plan;
        var preload = new Preload(thisPlan, progress);
        var count = Payments(plan.Orders);
        progress.Step(thisPlan.Saturation is { } saturation
            ? $"Saturating for {saturation.TotalMinutes:0.#} min"
            : $"Run {run} of {plan.Runs}: {count} payments preloaded");
        var disturbance = scenario.Kills ? new WorkerKiller(around.Workers, progress) : null;
        var result = await preload.Run(
            Begin(around, thisPlan.Saturation is null ? count : Preload.MostPayments), count, around, disturbance, cancellationToken);
        if (disturbance is not null)
            kills.AddRange(disturbance.Done);
        progress.Step($"{result.PaymentsPerSecond:0} payments/s, not checked yet");
        return result;
    }

    private Load Begin(Surroundings around, int capacity)
    {
        var load = around.Events.Begin(scenario.Variant, capacity, (ushort)_loadNumber++);
        _loads.Add(load);
        return load;
    }

    private int Payments(int orders) => Math.Max(100, orders / scenario.Variant.Orders);

    private async Task<IReadOnlyList<string>> Violations(
        TerminalEvents events, Workers workers, CancellationToken cancellationToken)
    {
        var violations = new List<string>();
        if (_loads.Sum(l => l.Tally.Unexpected) is > 0 and var unexpected)
            violations.Add($"{unexpected} payments did not end {scenario.Variant.End}.");
        if (events.Strangers > 0)
            violations.Add($"{events.Strangers} terminal events were of payments that nobody published.");
        var sandbox = scenario.Psp == PspSetting.Http ? workers.AddressOf(Sandbox.Service) : null;
        violations.AddRange(await Books.Check(_loads.Sum(l => l.Published), scenario.Variant.End, sandbox, cancellationToken));
        return violations;
    }

    /// <summary>After the workers have ended: what they held is back in its queue.</summary>
    private async Task<IEnumerable<string>> QueuesLeft() =>
        (await broker.ReadDepths()).Select(q => $"The queue {q.Key} holds {q.Value} messages.");
}

/// <summary>What every measurement of a scenario works with.</summary>
internal sealed record Surroundings(Workers Workers, Meter Meter, TerminalEvents Events, FrontDoor Door);
