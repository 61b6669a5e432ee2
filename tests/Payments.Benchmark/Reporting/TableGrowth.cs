using Payments.Benchmark.Measuring;

namespace Payments.Benchmark.Reporting;

/// <summary>Answers of the API to one kind of request.</summary>
internal sealed record QueryRun(string Name, Percentiles Milliseconds)
{
    public bool IsBusyMachine { get; init; }
}

/// <summary>Whether full tables make anything slower.</summary>
/// <param name="Payments">Seeded.</param>
/// <param name="Figures">Medians: on empty tables, before and once more after, and on full ones.</param>
/// <param name="IsBusyMachine">Others computed during any of it: it proves nothing.</param>
internal sealed record TableGrowth(long Payments, IReadOnlyList<Compared> Figures, bool IsBusyMachine)
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

        return new TableGrowth(grown.Seeded, figures, empties.Append(grown).Any(r => r.IsBusyMachine));

        Compared Compare(string name, Func<ScenarioResult, double> figure, bool moreIsBetter = false) =>
            new(name, [.. empties.Select(figure)], figure(grown), moreIsBetter);
    }
}
