using Payments.Benchmark.Instance;
using Payments.Benchmark.Loading;

namespace Payments.Benchmark.Running;

/// <summary>One thing to measure, from empty tables on.</summary>
internal sealed record Scenario(string Name, Variant Variant, PspSetting Psp)
{
    public bool IsFloor { get; init; }

    /// <summary>Processes of each worker.</summary>
    public int Processes { get; init; } = 1;

    /// <summary>Whether each worker is killed once during a run.</summary>
    public bool Kills { get; init; }

    /// <summary>Whether latency is measured as well.</summary>
    public bool WithLatency { get; init; }

    /// <summary>Whether the API's queries are measured as well.</summary>
    public bool WithQueries { get; init; }

    /// <summary>Finished payments that are put into the tables before anything is measured.</summary>
    public long Seeded { get; init; }

    /// <summary>Dead letters that are put into the tables; only triage's queries are measured then.</summary>
    public int Letters { get; init; }

    /// <summary>What one PSP does wrong for a minute, in place of the usual measurements; null for nothing.</summary>
    public OutageKind? Outage { get; init; }

    public WorkerSet Workers => IsFloor ? WorkerSet.Floor
        : Psp == PspSetting.Free ? WorkerSet.ProductWithFreePsp
        : WorkerSet.Product;

    public string Title => $"{Name}, {Psp.ToString().ToLowerInvariant()} PSP";
}

/// <summary>What one call of the benchmark does, and how long.</summary>
internal sealed record Plan
{
    public required string Mode { get; init; }

    public required IReadOnlyList<Scenario> Scenarios { get; init; }

    public required int Runs { get; init; }

    /// <summary>Orders that are paid before anything is measured, in the same processes.</summary>
    public required int WarmUpOrders { get; init; }

    /// <summary>Orders of one preloaded run; an order in <c>single</c> is a payment.</summary>
    public required int Orders { get; init; }

    /// <summary>Instead of so many orders: this long, with the queue never empty.</summary>
    public TimeSpan? Saturation { get; init; }

    /// <summary>Shares of the preloaded rate.</summary>
    public required IReadOnlyList<double> Loads { get; init; }

    public required TimeSpan LatencyTime { get; init; }

    /// <summary>Whether to wait for what the database and the broker count late.</summary>
    public required bool Settles { get; init; }

    /// <summary>How long to wait for other processes to end what they do.</summary>
    public required TimeSpan QuietPatience { get; init; }
}
