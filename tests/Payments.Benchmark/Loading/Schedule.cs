using System.Diagnostics;

namespace Payments.Benchmark.Loading;

/// <summary>
/// When each message of an open loop is meant to be sent, whatever the one before does. Latency counts from then: a
/// generator that was held up cannot hide the wait it would have measured (coordinated omission).
/// </summary>
/// <param name="Start">A <see cref="Stopwatch"/> timestamp.</param>
/// <param name="PerSecond">The rate.</param>
internal sealed record Schedule(long Start, double PerSecond)
{
    public long At(int number) => Start + (long)(number / PerSecond * Stopwatch.Frequency);

    /// <summary>How many are due at a moment: the messages numbered below it.</summary>
    public int DueBy(long timestamp) => timestamp < Start
        ? 0
        : (int)Math.Floor((timestamp - Start) * PerSecond / Stopwatch.Frequency) + 1;
}
