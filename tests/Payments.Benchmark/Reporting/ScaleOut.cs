namespace Payments.Benchmark.Reporting;

/// <summary>What two processes of each worker buy or cost, against one of each before and after.</summary>
/// <param name="Figures">By orders per payment.</param>
/// <param name="IsBusyMachine">Others computed during any of it: it proves nothing.</param>
internal sealed record ScaleOut(IReadOnlyList<Compared> Figures, bool IsBusyMachine)
{
    public const string Prefix = "scale-out";

    /// <summary>Null unless one and two were measured, and each is clean.</summary>
    public static ScaleOut? Of(IEnumerable<ScenarioResult> results)
    {
        var runs = results.Where(r => r.Name.StartsWith(Prefix, StringComparison.Ordinal)).ToArray();
        if (runs.Any(r => r.Violations.Count > 0))
            return null;
        var pairs = runs
            .GroupBy(r => r.OrdersPerPayment)
            .Select(g => (Orders: g.Key, One: g.Where(r => r.ProcessesPerWorker == 1).ToArray(), Two: g.FirstOrDefault(r => r.ProcessesPerWorker > 1)))
            .Where(p => p.One.Length > 0 && p.Two is not null)
            .ToArray();
        return pairs.Length == 0 ? null : new ScaleOut(
            [
                .. pairs.SelectMany(p => (Compared[])
                [
                    new($"payments/s of {p.Orders} order(s)", [.. p.One.Select(r => r.Rate().Median)], p.Two!.Rate().Median, MoreIsBetter: true),
                    new($"CPU ms/payment of {p.Orders} order(s)", [.. p.One.Select(r => r.CpuMs().Median)], p.Two!.CpuMs().Median, MoreIsBetter: false),
                ]),
            ],
            runs.Any(r => r.IsBusyMachine));
    }
}
