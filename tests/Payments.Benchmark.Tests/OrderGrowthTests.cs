using Payments.Benchmark.Reporting;

namespace Payments.Benchmark.Tests;

public sealed class OrderGrowthTests
{
    [Fact]
    public void Of_CostPerOrderThatFallsOrStays_IsAtMostLinear()
    {
        var growth = OrderGrowth.Of([Result(10, 10), Result(1, 2), Result(100, 105)])!;

        growth.IsAtMostLinear.ShouldBeTrue();
        growth.CpuMsPerOrder.Select(c => c.Milliseconds).ShouldBe([2.0, 1.0, 1.05]);
        growth.ToString().ShouldBe(
            "CPU ms per order by orders per payment: 1: 2.00, 10: 1.00, 100: 1.05. Cost grows no faster than linearly.");
    }

    [Fact]
    public void Of_CostPerOrderThatRisesAgain_NamesTheSizeAtWhichItRises()
    {
        // Still cheaper than at one order, yet dearer than at ten: the next size would not be.
        var growth = OrderGrowth.Of([Result(1, 2), Result(10, 10), Result(100, 150)])!;

        growth.IsAtMostLinear.ShouldBeFalse();
        growth.Steepest.ShouldBe(100);
    }

    [Fact]
    public void Of_OneSizeOrNoCleanOne_SaysNothing()
    {
        OrderGrowth.Of([Result(1, 2), Result(10, 10) with { Violations = ["lost"] }]).ShouldBeNull();
        OrderGrowth.Of([Result(1, 2), Result(3, 6) with { Name = "three-sellers" }]).ShouldBeNull();
    }

    private static ScenarioResult Result(int orders, double cpuMs) => Runs.Scenario($"orders-{orders}", 100, cpuMs, orders);
}
