using Payments.Benchmark.Instance;
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

        scenarios.Select(s => (s.Name, s.Seeded)).ShouldBe([(TableGrowth.Empty, 0), (TableGrowth.Grown, seeded), (TableGrowth.Empty, 0)]);
        (scenarios[1] with { Name = TableGrowth.Empty, Seeded = 0 }).ShouldBe(scenarios[0]);
        scenarios[2].ShouldBe(scenarios[0]);
    }

    [Fact]
    public void Create_ScaleOut_HasPaymentsOfOneOrderAndOfSeveral() =>
        PlanFactory.Create(new BenchmarkOptions { Only = ["scale-out"] }).Scenarios
            .Select(s => (s.Name, s.Variant.Orders, s.Processes))
            .ShouldBe(
            [
                ("scale-out-1-one", 1, 1), ("scale-out-1-two", 1, 2), ("scale-out-1-one", 1, 1),
                ("scale-out-10-one", 10, 1), ("scale-out-10-two", 10, 2), ("scale-out-10-one", 10, 1),
            ]);

    [Fact]
    public void Create_Outage_IsByNameOnlyAndOverHttp()
    {
        var scenarios = PlanFactory.Create(new BenchmarkOptions { Only = ["outage"] }).Scenarios;

        scenarios.Select(s => (s.Name, s.Outage, s.Psp)).ShouldBe(
        [
            ("outage-refusing", OutageKind.Refusing, PspSetting.Http), ("outage-silent", OutageKind.Silent, PspSetting.Http),
        ]);
        PlanFactory.Create(new BenchmarkOptions()).Scenarios.ShouldAllBe(s => s.Outage == null);
    }

    [Theory]
    [InlineData(null, 100_000)]
    [InlineData(20_000, 20_000)]
    public void Create_Letters_HasAPaymentForEach(int? letters, int seeded)
    {
        var scenario = PlanFactory.Create(new BenchmarkOptions { Only = ["letters"], Letters = letters }).Scenarios.ShouldHaveSingleItem();

        (scenario.Letters, scenario.Seeded, scenario.WithQueries).ShouldBe((seeded, seeded, true));
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
