using Payments.Benchmark.Measuring;
using Payments.Benchmark.Reporting;

namespace Payments.Benchmark.Tests;

public sealed class TableGrowthTests
{
    [Theory]
    [InlineData(100, 90, true)]
    [InlineData(100, 89, false)]
    [InlineData(100, 150, true)]
    public void IsWithin_Rate_MayBeATenthLower(double empty, double grown, bool within) =>
        new Compared("rate", [empty], grown, MoreIsBetter: true).IsWithin.ShouldBe(within);

    [Theory]
    [InlineData(2.0, 2.2, true)]
    [InlineData(2.0, 2.3, false)]
    [InlineData(2.0, 1.0, true)]
    public void IsWithin_Latency_MayBeATenthHigher(double empty, double grown, bool within) =>
        new Compared("latency", [empty], grown, MoreIsBetter: false).IsWithin.ShouldBe(within);

    [Fact]
    public void IsWithin_EmptyTablesBeforeAndAfter_CountsAgainstTheirMean()
    {
        new Compared("rate", [100, 60], 72, MoreIsBetter: true).IsWithin.ShouldBeTrue("it would have been 80 on empty tables");
        new Compared("rate", [100, 60], 71, MoreIsBetter: true).IsWithin.ShouldBeFalse();
    }

    [Fact]
    public void Of_BothScenarios_ComparesEachFigure()
    {
        var growth = TableGrowth.Of(
        [
            Result(TableGrowth.Empty, 100, 2, 0), Result("single", 500, 1, 0), Result(TableGrowth.Grown, 95, 3, 5_000_000),
            Result(TableGrowth.Empty, 90, 4, 0),
        ]);

        growth.ShouldNotBeNull().Payments.ShouldBe(5_000_000);
        growth.Figures.Select(f => (f.Name, f.Empties[0], f.Empties[1], f.Grown)).ShouldBe(
        [
            ("payments/s, preloaded", 100, 90, 95), ("CPU ms/payment, preloaded", 2, 4, 3),
            ("list, p50 ms", 2, 4, 3), ("list, p95 ms", 2, 4, 3), ("list, p99 ms", 2, 4, 3),
        ]);
    }

    [Fact]
    public void Of_OneIsMissing_IsNothing() => TableGrowth.Of([Result(TableGrowth.Empty, 100, 2, 0)]).ShouldBeNull();

    [Fact]
    public void Of_OneIsViolated_IsNothing() => TableGrowth.Of(
    [
        Result(TableGrowth.Empty, 100, 2, 0), Result(TableGrowth.Grown, 95, 3, 1) with { Violations = ["Lost."] },
    ]).ShouldBeNull();

    [Fact]
    public void Of_TheSecondEmptyOneIsViolated_IsNothing() => TableGrowth.Of(
    [
        Result(TableGrowth.Empty, 100, 2, 0), Result(TableGrowth.Grown, 95, 3, 1),
        Result(TableGrowth.Empty, 100, 2, 0) with { Violations = ["Lost."] },
    ]).ShouldBeNull();

    private static ScenarioResult Result(string name, double rate, double milliseconds, long seeded) =>
        Runs.Scenario(name, rate, milliseconds) with
        {
            Seeded = seeded,
            Queries = [new QueryRun("list", Percentiles.Of([TimeSpan.FromMilliseconds(milliseconds)]))],
        };
}
