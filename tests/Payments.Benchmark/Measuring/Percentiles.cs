namespace Payments.Benchmark.Measuring;

/// <summary>Milliseconds below or at which a share of the samples lie (nearest rank).</summary>
internal sealed record Percentiles(int Samples, double P50, double P95, double P99, double P999, double Max)
{
    public static Percentiles Of(IEnumerable<TimeSpan> samples)
    {
        var sorted = samples.Select(s => s.TotalMilliseconds).Order().ToArray();
        if (sorted.Length == 0)
            throw new ArgumentException("There are no samples.", nameof(samples));
        return new Percentiles(
            sorted.Length, At(sorted, 0.50), At(sorted, 0.95), At(sorted, 0.99), At(sorted, 0.999), sorted[^1]);
    }

    private static double At(double[] sorted, double share) =>
        sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
