using Payments.Benchmark.Loading;
using Payments.Benchmark.Measuring;

namespace Payments.Benchmark.Reporting;

/// <summary>How long the parts of an outage's measurement are. A payment belongs to the phase it was meant to be sent in.</summary>
internal static class OutagePhases
{
    public static readonly TimeSpan Normal = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan Outage = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(30);

    /// <summary>Of the normal phase, at its start.</summary>
    public static readonly TimeSpan Dropped = TimeSpan.FromSeconds(3);
}

/// <summary>One payment.</summary>
/// <param name="Psp">Which has its only credential.</param>
/// <param name="Sent">When it was meant to be sent, counted from the first.</param>
/// <param name="Latency">From then to its terminal event.</param>
/// <param name="End">As that event says.</param>
internal sealed record OutageSample(string Psp, TimeSpan Sent, TimeSpan Latency, PaymentEnd End);

/// <summary>Latencies of one PSP's payments in milliseconds, by the phase in which they were sent.</summary>
internal sealed record PhaseLatency(string Psp, Percentiles Normal, Percentiles Outage, Percentiles Afterwards)
{
    public const double MostRatio = 1.5;

    /// <summary>Of the p99: outage over normal.</summary>
    public double Ratio => Outage.P99 / Normal.P99;

    public bool IsWithin => Ratio <= MostRatio;
}

/// <summary>What a minute's outage of one PSP did.</summary>
internal sealed record OutageRun
{
    /// <summary>Stands for all PSPs that were well.</summary>
    public const string AllHealthy = "all healthy";

    public required string IllPsp { get; init; }

    /// <summary>All PSPs that were well together, then each.</summary>
    public required IReadOnlyList<PhaseLatency> Healthy { get; init; }

    public required PhaseLatency Ill { get; init; }

    /// <summary>Of the ill PSP's payments of all phases.</summary>
    public required IReadOnlyDictionary<PaymentEnd, int> IllEnds { get; init; }

    /// <summary>Of the ill PSP's payments, to their end.</summary>
    public required double LongestWaitSeconds { get; init; }

    /// <summary>From the end of the outage until the last payment had ended that was sent before.</summary>
    public required double DrainedSeconds { get; init; }

    /// <summary>The sandbox's name for what was wrong.</summary>
    public string Fault { get; init; } = "";

    public double PaymentsPerSecond { get; init; }

    /// <summary>Of the ill PSP's breakers, after failed probes as well.</summary>
    public long BreakerOpenings { get; init; }

    /// <summary>In every <c>_error</c> and <c>_skipped</c> queue, <c>unrouted</c> and <c>dead-letters</c>, at the end.</summary>
    public long DeadLetters { get; init; }

    /// <summary>By how much the load generator itself was late, which the latencies include.</summary>
    public Percentiles? SendDelayMilliseconds { get; init; }

    /// <summary>Of the whole measurement.</summary>
    public Cost? Cost { get; init; }

    public int Duplicates { get; init; }

    public bool IsBusyMachine { get; init; }

    /// <param name="ill">Which PSP was ill.</param>
    /// <param name="samples">Every payment; each PSP has some in each phase.</param>
    /// <param name="over">When it was well again, counted from the first payment's sending.</param>
    public static OutageRun Of(string ill, IReadOnlyCollection<OutageSample> samples, TimeSpan over)
    {
        var ofIll = samples.Where(s => s.Psp == ill).ToArray();
        var healthy = samples.Where(s => s.Psp != ill).ToArray();
        var drained = ofIll.Where(s => s.Sent < over).Max(s => s.Sent + s.Latency) - over;
        return new OutageRun
        {
            IllPsp = ill,
            Healthy =
            [
                Latency(AllHealthy, healthy),
                .. healthy.GroupBy(s => s.Psp).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => Latency(g.Key, [.. g])),
            ],
            Ill = Latency(ill, ofIll),
            IllEnds = ofIll.CountBy(s => s.End).OrderBy(e => e.Key).ToDictionary(),
            LongestWaitSeconds = ofIll.Max(s => s.Latency).TotalSeconds,
            DrainedSeconds = Math.Max(0, drained.TotalSeconds),
        };
    }

    private static PhaseLatency Latency(string psp, OutageSample[] samples)
    {
        var begins = OutagePhases.Normal;
        var ends = begins + OutagePhases.Outage;
        return new PhaseLatency(
            psp,
            Percentiles.Of(samples.Where(s => s.Sent >= OutagePhases.Dropped && s.Sent < begins).Select(s => s.Latency)),
            Percentiles.Of(samples.Where(s => s.Sent >= begins && s.Sent < ends).Select(s => s.Latency)),
            Percentiles.Of(samples.Where(s => s.Sent >= ends).Select(s => s.Latency)));
    }
}
