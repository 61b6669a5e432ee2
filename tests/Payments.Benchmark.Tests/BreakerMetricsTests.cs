using Payments.Benchmark.Measuring;

namespace Payments.Benchmark.Tests;

public sealed class BreakerMetricsTests
{
    private const string Page = """
        # TYPE payments_psp_breaker_transitions_total counter
        payments_psp_breaker_transitions_total{payments_psp_connection="square-a",payments_psp_step="Sale",payments_psp_breaker_state="Open"} 5
        payments_psp_breaker_transitions_total{payments_psp_breaker_state="Open",payments_psp_connection="square-b",payments_psp_step="Capture"} 2
        payments_psp_breaker_transitions_total{payments_psp_connection="square-a",payments_psp_step="Sale",payments_psp_breaker_state="HalfOpen"} 7
        payments_psp_breaker_transitions_total{payments_psp_connection="stripe-a",payments_psp_step="Sale",payments_psp_breaker_state="Open"} 11
        payments_psp_breaker_state{payments_psp_connection="square-a",payments_psp_step="Sale"} 13
        """;

    [Theory]
    [InlineData("square", 7)]
    [InlineData("stripe", 11)]
    [InlineData("braintree", 0)]
    public void Openings_OfAPsp_AddsUpItsConnections(string psp, long openings) =>
        BreakerMetrics.Openings(Page, psp).ShouldBe(openings);
}
