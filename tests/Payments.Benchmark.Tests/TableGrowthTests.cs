using Payments.Benchmark.Measuring;
using Payments.Benchmark.Reporting;

namespace Payments.Benchmark.Tests;

public sealed class TableGrowthTests
{
    [Fact]
    public void Of_BothScenarios_ComparesEachFigure()
    {
        var growth = TableGrowth.Of(
        [
            Result(TableGrowth.Empty, 100, 2, 0), Result("single", 500, 1, 0), Result(TableGrowth.Grown, 95, 3, 5_000_000),
            Result(TableGrowth.Empty, 90, 4, 0),
        ]);

        growth.ShouldNotBeNull().Payments.ShouldBe(5_000_000);
        growth.Figures.Select(f => (f.Name, f.Bases[0], f.Bases[1], f.Value)).ShouldBe(
        [
            ("payments/s, preloaded", 100, 90, 95), ("CPU ms/payment, preloaded", 2, 4, 3),
            ("list, p50 ms", 2, 4, 3), ("list, p95 ms", 2, 4, 3), ("list, p99 ms", 2, 4, 3),
        ]);
    }

    [Fact]
    public void Of_OthersComputedDuringTheQuestions_SaysSo()
    {
        var quiet = Result(TableGrowth.Empty, 100, 2, 0);
        var grown = Result(TableGrowth.Grown, 95, 3, 1);

        TableGrowth.Of([quiet, grown, quiet])!.IsBusyMachine.ShouldBeFalse();
        TableGrowth.Of([quiet, grown with { Queries = [grown.Queries[0] with { IsBusyMachine = true }] }, quiet])!.IsBusyMachine.ShouldBeTrue();
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
