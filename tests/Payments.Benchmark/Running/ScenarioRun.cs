using Npgsql;
using Payments.Benchmark.Growing;
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
    private const string Operations = "operations";

    /// <summary>Of the warm-up's payments, where lists are asked for: one in so many is declined.</summary>
    private const int FailedPart = 10;

    private readonly List<Load> _loads = [];
    private IReadOnlyDictionary<PaymentEnd, long> _seeded = new Dictionary<PaymentEnd, long>();
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
            if (scenario.Seeded > 0)
                await Seed(events, door, cancellationToken);
            var workers = await Workers.Start(scenario.Workers, scenario.Processes, Besides(), cancellationToken);
            await using (workers)
            {
                result = await Measure(new Surroundings(workers, new Meter(database, broker, workers), events, door), cancellationToken);
                progress.Step("Checking the books");
                result = result with { Violations = await Violations(events, workers, cancellationToken) };
            }

            result = result with { Violations = [.. result.Violations, .. await QueuesLeft()] };
        }
        catch (Exception exception) when (
            exception is BenchmarkException or EventuallyException or NpgsqlException or RabbitMQClientException or HttpRequestException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            result = result with { Violations = [exception.Message] };
        }

        return result.Violations.Count == 0 ? result : Empty() with { Violations = result.Violations };
    }

    private IEnumerable<string> Besides() =>
    [
        .. scenario.Psp == PspSetting.Http ? [Sandbox.Service] : Array.Empty<string>(),
        .. scenario.WithQueries ? [Operations] : Array.Empty<string>(),
    ];

    /// <summary>The product itself makes the payments that are cloned.</summary>
    private async Task Seed(TerminalEvents events, FrontDoor door, CancellationToken cancellationToken)
    {
        await using (var workers = await Workers.Start(scenario.Workers, scenario.Processes, Besides(), cancellationToken))
            await WarmUp(new Surroundings(workers, new Meter(database, broker, workers), events, door), cancellationToken);
        _seeded = await new Seeder(time, progress).Seed(scenario.Seeded, cancellationToken);
        if (scenario.Letters == 0)
            return;
        progress.Step($"Seeding {scenario.Letters} dead letters");
        await LetterSeeder.Seed(scenario.Letters, cancellationToken);
    }

    private ScenarioResult Empty() => new()
    {
        Name = scenario.Name,
        Workers = scenario.Workers.Name,
        Psp = scenario.Psp.ToString().ToLowerInvariant(),
        ProcessesPerWorker = scenario.Processes,
        OrdersPerPayment = scenario.Variant.Orders,
        Seeded = _seeded.Values.Sum(),
        Violations = [],
    };

    private async Task<ScenarioResult> Measure(Surroundings around, CancellationToken cancellationToken)
    {
        await WarmUp(around, cancellationToken);
        if (scenario.Outage is { } outage)
            return Empty() with { Outage = await Outage(outage, around, cancellationToken) };
        var queries = scenario.WithQueries ? await Queries(around, cancellationToken) : [];
        if (scenario.Letters > 0)
        {
            await LetterSeeder.Settle(cancellationToken);
            return Empty() with { Queries = queries, Remarks = [$"{scenario.Letters} dead letters."] };
        }

        var throughput = new List<ThroughputRun>();
        var kills = new List<string>();
        for (var run = 1; run <= plan.Runs; run++)
            throughput.Add(await Preloaded(around, run, kills, cancellationToken));

        var latency = new List<LatencyRun>();
        var rate = Spread.Of(throughput.Select(r => r.PaymentsPerSecond)).Median;
        foreach (var share in scenario.WithLatency ? Enumerable.Repeat(plan.Loads, plan.Runs).SelectMany(l => l) : [])
        {
            progress.Step($"Open loop at {share:P0} for {plan.LatencyTime.TotalSeconds:0} s");
            var open = new OpenLoop(plan, progress);
            latency.Add(await open.Run(Begin(around, (int)(rate * plan.LatencyTime.TotalSeconds) + 1), share, rate, around, cancellationToken));
        }

        return Empty() with
        {
            Throughput = throughput,
            Latency = latency,
            Queries = queries,
            Remarks = kills,
            LargestTables = await TableState.ReadLargest(),
        };
    }

    private async Task WarmUp(Surroundings around, CancellationToken cancellationToken)
    {
        var count = Payments(plan.WarmUpOrders);
        progress.Step($"Warming up with {count} payments");
        await WarmUp(scenario.Variant, count, around, cancellationToken);
        if (scenario.WithQueries)
            await WarmUp(Variant.Declines with { Merchants = scenario.Variant.Merchants }, count / FailedPart, around, cancellationToken);
        if (!plan.Settles)
            return;
        await Meter.Settle(cancellationToken);
        await around.Meter.LearnIdle(cancellationToken);
    }

    private async Task WarmUp(Variant variant, int count, Surroundings around, CancellationToken cancellationToken)
    {
        var load = Begin(around, count, variant);
        await load.Publish(around.Door, count);
        load.Close();
        await Patience.AwaitAll(load, around.Workers, cancellationToken);
    }

    private Task<OutageRun> Outage(OutageKind kind, Surroundings around, CancellationToken cancellationToken)
    {
        var any = scenario.Variant with { End = PaymentEnd.None };
        return new OutageLoop(plan, broker, progress).Run(Begin(around, OutageLoop.Payments, any), kind, around, cancellationToken);
    }

    private async Task<IReadOnlyList<QueryRun>> Queries(Surroundings around, CancellationToken cancellationToken)
    {
        progress.Step(scenario.Letters > 0 ? "Asking for letters and groups" : "Asking for payments and lists");
        var quiet = await QuietMachine.Await(around.Meter, plan.QuietPatience, progress, cancellationToken);
        var operations = around.Workers.AddressOf(Operations);
        var before = await around.Meter.Read();
        var queries = scenario.Letters > 0
            ? await QueryLatency.OfLetters(operations, cancellationToken)
            : await QueryLatency.OfPayments(operations, cancellationToken);
        var after = await around.Meter.Read();
        var isBusy = !quiet || QuietMachine.IsDisturbed(after.Cpu - before.Cpu);
        return [.. queries.Select(q => q with { IsBusyMachine = isBusy })];
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
        progress.Step($"{result.Payments} payments have ended, not checked yet");
        return result;
    }

    private Load Begin(Surroundings around, int capacity, Variant? variant = null)
    {
        var load = around.Events.Begin(variant ?? scenario.Variant, capacity, (ushort)_loadNumber++);
        _loads.Add(load);
        return load;
    }

    private int Payments(int orders) => Math.Max(100, orders / scenario.Variant.Orders);

    private async Task<IReadOnlyList<string>> Violations(
        TerminalEvents events, Workers workers, CancellationToken cancellationToken)
    {
        var violations = new List<string>();
        if (_loads.Sum(l => l.Tally.Unexpected) is > 0 and var unexpected)
            violations.Add($"{unexpected} payments did not end as they should.");
        if (events.Strangers > 0)
            violations.Add($"{events.Strangers} terminal events were of payments that nobody published.");
        var sandbox = scenario.Psp == PspSetting.Http ? workers.AddressOf(Sandbox.Service) : null;
        violations.AddRange(await Books.Check(Expected(), sandbox, cancellationToken));
        return violations;
    }

    private Dictionary<PaymentEnd, long> Expected() => _loads
        .SelectMany(Ends)
        .Concat(_seeded.Select(s => (End: s.Key, Count: s.Value)))
        .GroupBy(e => e.End, e => e.Count)
        .ToDictionary(g => g.Key, g => g.Sum());

    /// <summary>Where no end was expected, those that were heard are to be in the tables.</summary>
    private static IEnumerable<(PaymentEnd End, long Count)> Ends(Load load) => load.Variant.End == PaymentEnd.None
        ? Enumerable.Range(0, load.Published).CountBy(load.Tally.EndOf).Select(e => (e.Key, (long)e.Value))
        : [(load.Variant.End, load.Published)];

    /// <summary>After the workers have ended: what they held is back in its queue.</summary>
    private async Task<IEnumerable<string>> QueuesLeft() =>
        (await broker.ReadDepths()).Select(q => $"The queue {q.Key} holds {q.Value} messages.");
}

/// <summary>What every measurement of a scenario works with.</summary>
internal sealed record Surroundings(Workers Workers, Meter Meter, TerminalEvents Events, FrontDoor Door);
