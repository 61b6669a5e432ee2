using System.Globalization;

namespace Payments.Benchmark.Measuring;

/// <summary>What the executor's <c>/metrics</c> say of its circuit breakers.</summary>
internal static class BreakerMetrics
{
    private const string Transitions = "payments_psp_breaker_transitions_total{";

    /// <summary>How often breakers of a PSP's connections have opened, after a failed probe as well.</summary>
    /// <param name="page">In Prometheus' text format.</param>
    /// <param name="psp">Connections are named after it: <c>square</c> and <c>square-a</c>.</param>
    public static long Openings(string page, string psp) => page.Split('\n')
        .Where(line => line.StartsWith(Transitions, StringComparison.Ordinal)
            && line.Contains($"payments_psp_connection=\"{psp}-", StringComparison.Ordinal)
            && line.Contains("payments_psp_breaker_state=\"Open\"", StringComparison.Ordinal))
        .Sum(line => long.Parse(line[(line.LastIndexOf('}') + 1)..].Trim(), CultureInfo.InvariantCulture));
}
