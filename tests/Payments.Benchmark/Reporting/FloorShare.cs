using Payments.Benchmark.Measuring;

namespace Payments.Benchmark.Reporting;

/// <summary>
/// The product's rate as a share of the floor's, each time both ran one after the other: a machine whose pace changes from
/// minute to minute changes it for both.
/// </summary>
/// <param name="Rate">Payments per second over the floor's.</param>
/// <param name="Cpu">The floor's CPU ms per payment over the product's.</param>
/// <param name="Pairs">How many there were.</param>
internal sealed record FloorShare(Spread Rate, Spread Cpu, int Pairs)
{
    /// <summary>The floor that ran next.</summary>
    public static ScenarioResult? FloorOf(ScenarioResult product, IReadOnlyList<ScenarioResult> results) =>
        IsComparable(product) ? results.SkipWhile(r => !ReferenceEquals(r, product)).FirstOrDefault(IsFloor) : null;

    /// <summary>Null unless there was a pair.</summary>
    public static FloorShare? Of(IReadOnlyList<ScenarioResult> results)
    {
        var pairs = results
            .Select(product => (Product: product, Floor: FloorOf(product, results)))
            .Where(p => p.Floor is not null)
            .Select(p => (p.Product, Floor: p.Floor!))
            .ToArray();
        return pairs.Length == 0
            ? null
            : new FloorShare(
                Spread.Of(pairs.Select(p => OfRate(p.Product, p.Floor))), Spread.Of(pairs.Select(p => OfCpu(p.Product, p.Floor))),
                pairs.Length);
    }

    public static double OfRate(ScenarioResult product, ScenarioResult floor) => product.Rate().Median / floor.Rate().Median;

    public static double OfCpu(ScenarioResult product, ScenarioResult floor) => floor.CpuMs().Median / product.CpuMs().Median;

    public override string ToString() =>
        $"Of the floor, in {Pairs} pair(s): payments/s {Rate.Median:P0} ({Rate.Min:P0} to {Rate.Max:P0}), CPU {Cpu.Median:P0} ({Cpu.Min:P0} to {Cpu.Max:P0}).";

    /// <summary>Only the same payments compare, and both with a PSP that costs nothing.</summary>
    private static bool IsComparable(ScenarioResult result) =>
        result is { Name: "single", Workers: "product", Psp: "free", Violations.Count: 0 };

    private static bool IsFloor(ScenarioResult result) => result is { Workers: "floor", Violations.Count: 0 };
}
