using Payments.Benchmark.Measuring;

namespace Payments.Benchmark.Reporting;

/// <summary>Answers of the API to one kind of request.</summary>
internal sealed record QueryRun(string Name, Percentiles Milliseconds);

/// <summary>One figure on empty and on grown tables.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Empty">Few payments in the tables.</param>
/// <param name="Grown">With the seeded ones.</param>
/// <param name="MoreIsBetter">A rate; a latency otherwise.</param>
internal sealed record Compared(string Name, double Empty, double Grown, bool MoreIsBetter)
{
    private const double Tolerance = 0.10;

    public double Ratio => Grown / Empty;

    /// <summary>At most a tenth worse than on empty tables; better is fine.</summary>
    public bool IsWithin => MoreIsBetter ? Ratio >= 1 - Tolerance : Ratio <= 1 + Tolerance;
}

/// <summary>Whether full tables make anything slower.</summary>
/// <param name="Payments">Seeded.</param>
/// <param name="Figures">Medians.</param>
internal sealed record TableGrowth(long Payments, IReadOnlyList<Compared> Figures)
{
    public const string Empty = "growth-empty";
    public const string Grown = "growth-grown";

    /// <summary>Null unless both were measured.</summary>
    public static TableGrowth? Of(IReadOnlyList<ScenarioResult> results)
    {
        var empty = Clean(results, Empty);
        var grown = Clean(results, Grown);
        if (empty is null || grown is null)
            return null;
        var figures = new List<Compared>
        {
            new("payments/s, preloaded", empty.Rate().Median, grown.Rate().Median, MoreIsBetter: true),
            new("CPU ms/payment, preloaded", empty.CpuMs().Median, grown.CpuMs().Median, MoreIsBetter: false),
        };
        foreach (var (before, after) in empty.Queries.Zip(grown.Queries))
        {
            figures.Add(new($"{before.Name}, p50 ms", before.Milliseconds.P50, after.Milliseconds.P50, MoreIsBetter: false));
            figures.Add(new($"{before.Name}, p95 ms", before.Milliseconds.P95, after.Milliseconds.P95, MoreIsBetter: false));
            figures.Add(new($"{before.Name}, p99 ms", before.Milliseconds.P99, after.Milliseconds.P99, MoreIsBetter: false));
        }

        return new TableGrowth(grown.Seeded, figures);
    }

    private static ScenarioResult? Clean(IEnumerable<ScenarioResult> results, string name) =>
        results.FirstOrDefault(r => r.Name == name && r.Violations.Count == 0);
}
