namespace Payments.Benchmark.Reporting;

/// <summary>One figure under two conditions, of which the first was measured before and after the second.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Bases">Under the first one: before, and once more after.</param>
/// <param name="Value">Under the second one.</param>
/// <param name="MoreIsBetter">A rate; a latency or a cost otherwise.</param>
internal sealed record Compared(string Name, IReadOnlyList<double> Bases, double Value, bool MoreIsBetter)
{
    private const double Tolerance = 0.10;

    /// <summary>What it would have been under the first at the time of <see cref="Value"/>, if the machine's pace changed evenly.</summary>
    public double Base => Bases.Average();

    public double Ratio => Value / Base;

    /// <summary>At most a tenth worse; better is fine.</summary>
    public bool IsWithin => MoreIsBetter ? Ratio >= 1 - Tolerance : Ratio <= 1 + Tolerance;
}
