namespace Payments.Benchmark.Growing;

/// <summary>Whether so many payments fit on the disk.</summary>
/// <param name="BytesPerPayment">In all tables, indexes included, as small tables have it: more than in large ones.</param>
/// <param name="WriteAheadLogBytes">The most that the log takes beside them.</param>
/// <param name="FreeBytes">On the disk of the database.</param>
internal sealed record DiskNeed(double BytesPerPayment, long WriteAheadLogBytes, long FreeBytes)
{
    /// <summary>What is seeded where more does not fit.</summary>
    public const long Fallback = 1_000_000;

    private const double BytesPerGiga = 1e9;

    /// <summary>As many as wanted, or else <see cref="Fallback"/>.</summary>
    /// <exception cref="BenchmarkException">Not even that fits.</exception>
    public long Choose(long wanted) =>
        Fits(wanted) ? wanted
        : wanted > Fallback && Fits(Fallback) ? Fallback
        : throw new BenchmarkException(
            $"The disk is short: {Math.Min(wanted, Fallback)} payments take "
            + $"{Bytes(Math.Min(wanted, Fallback)) / BytesPerGiga:0.0} GB, {FreeBytes / BytesPerGiga:0.0} GB are free. "
            + "Ask for fewer with --grown.");

    /// <summary>What it comes to, in one sentence.</summary>
    public string Describe(long wanted) =>
        $"{wanted} payments take about {Bytes(wanted) / BytesPerGiga:0.0} GB ({BytesPerPayment / 1000:0.0} kB each, and "
        + $"the write-ahead log); {FreeBytes / BytesPerGiga:0.0} GB are free"
        + (Choose(wanted) == wanted ? "" : $": the disk is short, {Fallback} are made instead");

    private bool Fits(long payments) => Bytes(payments) <= FreeBytes;

    // The log holds what was written, up to its limit.
    private double Bytes(long payments) =>
        payments * BytesPerPayment + Math.Min(payments * BytesPerPayment, WriteAheadLogBytes);
}
