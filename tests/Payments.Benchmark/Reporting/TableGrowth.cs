using Payments.Benchmark.Measuring;

namespace Payments.Benchmark.Reporting;

/// <summary>Answers of the API to one kind of request.</summary>
internal sealed record QueryRun(string Name, Percentiles Milliseconds);

/// <summary>One figure on empty and on grown tables.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Empties">Few payments in the tables: before, and once more after.</param>
/// <param name="Grown">With the seeded ones.</param>
/// <param name="MoreIsBetter">A rate; a latency otherwise.</param>
internal sealed record Compared(string Name, IReadOnlyList<double> Empties, double Grown, bool MoreIsBetter)
{
    private const double Tolerance = 0.10;

    /// <summary>What it would have been on empty tables at the time of <see cref="Grown"/>, if the machine's pace changed evenly.</summary>
    public double Empty => Empties.Average();

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

    /// <summary>Null unless both were measured, and each is clean.</summary>
    public static TableGrowth? Of(IReadOnlyList<ScenarioResult> results)
    {
        var empties = results.Where(r => r.Name == Empty).ToArray();
        if (empties.Length == 0 || results.FirstOrDefault(r => r.Name == Grown) is not { } grown)
            return null;
        if (empties.Append(grown).Any(r => r.Violations.Count > 0))
            return null;

        var figures = new List<Compared>
        {
            Compare("payments/s, preloaded", r => r.Rate().Median, moreIsBetter: true),
            Compare("CPU ms/payment, preloaded", r => r.CpuMs().Median),
        };
        foreach (var (name, i) in grown.Queries.Select((q, i) => (q.Name, i)))
        {
            figures.Add(Compare($"{name}, p50 ms", r => r.Queries[i].Milliseconds.P50));
            figures.Add(Compare($"{name}, p95 ms", r => r.Queries[i].Milliseconds.P95));
            figures.Add(Compare($"{name}, p99 ms", r => r.Queries[i].Milliseconds.P99));
        }

        return new TableGrowth(grown.Seeded, figures);

        Compared Compare(string name, Func<ScenarioResult, double> figure, bool moreIsBetter = false) =>
            new(name, [.. empties.Select(figure)], figure(grown), moreIsBetter);
    }
}
