using Payments.Benchmark.Reporting;

namespace Payments.Benchmark.Tests;

public sealed class FloorShareTests
{
    [Fact]
    public void Of_PairsInTurns_ComparesEachWithTheFloorThatRanNext()
    {
        // The machine is half as fast in the second pair.
        var share = FloorShare.Of([Product(800, 2), Floor(1600, 1), Product(400, 4), Floor(1000, 2), Product(600, 2), Floor(1000, 2)])!;

        share.Pairs.ShouldBe(3);
        share.Rate.ShouldBe(new(0.5, 0.4, 0.6));
        share.Cpu.ShouldBe(new(0.5, 0.5, 1));
        share.ToString().ShouldBe("Of the floor, in 3 pair(s): payments/s 50 % (40 % to 60 %), CPU 50 % (50 % to 100 %).");
    }

    [Fact]
    public void Of_NoCleanFloorAfterwards_SaysNothing()
    {
        FloorShare.Of([Floor(1600, 1), Product(800, 2)]).ShouldBeNull();
        FloorShare.Of([Product(800, 2), Product(800, 2), Floor(1600, 1) with { Violations = ["lost"] }]).ShouldBeNull();
        FloorShare.Of([Product(800, 2) with { Violations = ["lost"] }, Floor(1600, 1), Product(800, 2)]).ShouldBeNull();
    }

    [Fact]
    public void FloorOf_OtherPaymentsOrAnotherPsp_IsNone()
    {
        var (http, declines, floor) = (Product(800, 2) with { Psp = "http" }, Product(800, 2) with { Name = "declines" }, Floor(1600, 1));

        FloorShare.FloorOf(http, [http, declines, floor]).ShouldBeNull();
        FloorShare.FloorOf(declines, [http, declines, floor]).ShouldBeNull();
        FloorShare.FloorOf(floor, [http, declines, floor]).ShouldBeNull();
    }

    private static ScenarioResult Product(double rate, double cpuMs) => Runs.Scenario("single", rate, cpuMs);

    private static ScenarioResult Floor(double rate, double cpuMs) => Runs.Scenario("floor", rate, cpuMs) with { Workers = "floor" };
}
