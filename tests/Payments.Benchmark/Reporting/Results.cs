using Payments.Benchmark.Measuring;

namespace Payments.Benchmark.Reporting;

/// <summary>What payments cost within one measured window; null where a count was not to be had.</summary>
internal sealed record Cost
{
    /// <summary>CPU ms per payment by process.</summary>
    public required IReadOnlyDictionary<string, double> CpuMs { get; init; }

    /// <summary>CPU ms per payment of workers, broker and database: not of the load generator, nor of the PSP's emulator.</summary>
    public required double SystemCpuMs { get; init; }

    /// <summary>The share of the machine that processes used which are none of ours.</summary>
    public required double OtherShare { get; init; }

    /// <summary>The share of the machine that its host gave to others.</summary>
    public required double StolenShare { get; init; }

    /// <summary>Database transactions per payment, also those that only read.</summary>
    public double? Commits { get; init; }

    /// <summary>Database transactions per payment that wrote.</summary>
    public required double WritingCommits { get; init; }

    public double? WalSyncs { get; init; }

    public required double WalBytes { get; init; }

    /// <summary>Messages published per payment, its request included.</summary>
    public double? Published { get; init; }

    /// <summary>Messages delivered per payment, to workers and to the load generator.</summary>
    public double? Delivered { get; init; }

    public long? Redelivered { get; init; }

    /// <summary>Within the window, not per payment.</summary>
    public required long Checkpoints { get; init; }
}

/// <summary>One preloaded run.</summary>
internal sealed record ThroughputRun
{
    public required int Payments { get; init; }

    public required double Seconds { get; init; }

    public required double PaymentsPerSecond { get; init; }

    public required double OrdersPerSecond { get; init; }

    /// <summary>Null where processes were killed meanwhile: their CPU time is gone with them.</summary>
    public Cost? Cost { get; init; }

    /// <summary>Terminal events beyond each payment's first. At least once is what the broker promises.</summary>
    public required int Duplicates { get; init; }

    public required MostRows MostRows { get; init; }

    /// <summary>Of each process at the end; the database's peak is not known.</summary>
    public required IReadOnlyDictionary<string, MemoryUse> Memory { get; init; }

    public required bool IsBusyMachine { get; init; }
}

/// <summary>One open-loop run.</summary>
internal sealed record LatencyRun
{
    /// <summary>Of the median preloaded rate.</summary>
    public required double LoadShare { get; init; }

    public required double PaymentsPerSecond { get; init; }

    public required int Payments { get; init; }

    /// <summary>From the intended time of sending to the terminal event's arrival, without the first tenth.</summary>
    public required Percentiles Milliseconds { get; init; }

    /// <summary>By how much the load generator itself was late, which the latencies include.</summary>
    public required Percentiles SendDelayMilliseconds { get; init; }

    public required Cost Cost { get; init; }

    public required int Duplicates { get; init; }

    public required MostRows MostRows { get; init; }

    /// <summary>Of each process at the end; the database's peak is not known.</summary>
    public required IReadOnlyDictionary<string, MemoryUse> Memory { get; init; }

    public required bool IsBusyMachine { get; init; }
}

/// <summary>All of one scenario. With violations there are no figures.</summary>
internal sealed record ScenarioResult
{
    public required string Name { get; init; }

    /// <summary>The product or the floor.</summary>
    public required string Workers { get; init; }

    public required string Psp { get; init; }

    public required int ProcessesPerWorker { get; init; }

    public required int OrdersPerPayment { get; init; }

    public required IReadOnlyList<string> Violations { get; init; }

    public IReadOnlyList<string> Remarks { get; init; } = [];

    public IReadOnlyList<ThroughputRun> Throughput { get; init; } = [];

    public IReadOnlyList<LatencyRun> Latency { get; init; } = [];

    /// <summary>Finished payments that were in the tables before.</summary>
    public long Seeded { get; init; }

    /// <summary>How long the API took to answer.</summary>
    public IReadOnlyList<QueryRun> Queries { get; init; } = [];

    /// <summary>Of the scenario <c>outage</c> only, which measures nothing else.</summary>
    public OutageRun? Outage { get; init; }

    public IReadOnlyList<TableState> LargestTables { get; init; } = [];

    /// <summary>Whether others computed during any of its measurements.</summary>
    public bool IsBusyMachine =>
        Throughput.Any(r => r.IsBusyMachine) || Latency.Any(r => r.IsBusyMachine) || Queries.Any(q => q.IsBusyMachine)
        || Outage is { IsBusyMachine: true };

    /// <summary>Payments per second of the preloaded runs.</summary>
    public Spread Rate() => Spread.Of(Throughput.Select(r => r.PaymentsPerSecond));

    /// <summary>CPU ms per payment of the preloaded runs; not of a scenario that kills.</summary>
    public Spread CpuMs() => Spread.Of(Throughput.Select(r => r.Cost!.SystemCpuMs));
}

/// <summary>The whole run of the benchmark.</summary>
internal sealed record Report
{
    public required DateTimeOffset StartedAt { get; init; }

    public required string Commit { get; init; }

    public required string Mode { get; init; }

    public required IReadOnlyDictionary<string, string> Machine { get; init; }

    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    public required IReadOnlyDictionary<string, string> PostgresSettings { get; init; }

    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> WorkerSettings { get; init; }

    public required IReadOnlyList<ScenarioResult> Scenarios { get; init; }

    public FloorShare? FloorShare => FloorShare.Of(Scenarios);

    public OrderGrowth? OrderGrowth => OrderGrowth.Of(Scenarios);

    public ScaleOut? ScaleOut => ScaleOut.Of(Scenarios);

    public TableGrowth? TableGrowth => TableGrowth.Of(Scenarios);
}
