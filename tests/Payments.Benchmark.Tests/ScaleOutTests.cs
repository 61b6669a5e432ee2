using Payments.Benchmark.Reporting;

namespace Payments.Benchmark.Tests;

public sealed class ScaleOutTests
{
    [Fact]
    public void Of_OneTwoAndOneProcess_ComparesTwoWithTheMeanOfOne()
    {
        var scaleOut = ScaleOut.Of([One(1, 500, 3), Two(1, 420, 4), One(1, 340, 5), Runs.Scenario("single", 900, 1), One(10, 80, 20), Two(10, 80, 22)]);

        scaleOut.ShouldNotBeNull().Figures.Select(f => (f.Name, f.Base, f.Ratio, f.MoreIsBetter)).ShouldBe(
        [
            ("payments/s of 1 order(s)", 420, 1, true), ("CPU ms/payment of 1 order(s)", 4, 1, false),
            ("payments/s of 10 order(s)", 80, 1, true), ("CPU ms/payment of 10 order(s)", 20, 1.1, false),
        ]);
    }

    [Fact]
    public void Of_OneIsMissingOrViolated_IsNothing()
    {
        ScaleOut.Of([Two(1, 420, 4)]).ShouldBeNull();
        ScaleOut.Of([One(1, 420, 4), One(1, 420, 4)]).ShouldBeNull();
        ScaleOut.Of([One(1, 420, 4), Two(1, 420, 4) with { Violations = ["Lost."] }, One(1, 420, 4)]).ShouldBeNull();
    }

    private static ScenarioResult One(int orders, double rate, double cpuMs) => Runs.Scenario($"scale-out-{orders}-one", rate, cpuMs, orders);

    private static ScenarioResult Two(int orders, double rate, double cpuMs) =>
        Runs.Scenario($"scale-out-{orders}-two", rate, cpuMs, orders) with { ProcessesPerWorker = 2 };
}
