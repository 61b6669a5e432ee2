using Payments.Benchmark.Reporting;
using Payments.Benchmark.Running;

namespace Payments.Benchmark.Tests;

public sealed class PlanFactoryTests
{
    [Fact]
    public void Create_NothingNamed_FillsNoDisk() =>
        PlanFactory.Create(new BenchmarkOptions()).Scenarios.ShouldAllBe(s => s.Seeded == 0);

    [Theory]
    [InlineData(null, 5_000_000)]
    [InlineData(200_000, 200_000)]
    public void Create_Growth_MeasuresTheSameOnEmptyAndOnGrownTables(int? grown, long seeded)
    {
        var scenarios = PlanFactory.Create(new BenchmarkOptions { Only = ["growth"], Grown = grown }).Scenarios;

        scenarios.Select(s => (s.Name, s.Seeded)).ShouldBe([(TableGrowth.Empty, 0), (TableGrowth.Grown, seeded)]);
        (scenarios[1] with { Name = TableGrowth.Empty, Seeded = 0 }).ShouldBe(scenarios[0]);
    }

    [Fact]
    public void Create_LoadsGiven_LeavesOutTheOthers()
    {
        const BenchmarkMode mode = BenchmarkMode.Long;
        PlanFactory.Create(new BenchmarkOptions { Mode = mode, Loads = [0.5] }).Loads.ShouldBe([0.5]);
        PlanFactory.Create(new BenchmarkOptions { Mode = mode, Loads = [] }).Loads.ShouldBeEmpty();
        PlanFactory.Create(new BenchmarkOptions { Mode = mode }).Loads.ShouldBe([0.5, 0.8, 0.1]);
    }
}
