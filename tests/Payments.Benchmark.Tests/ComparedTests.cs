using Payments.Benchmark.Reporting;

namespace Payments.Benchmark.Tests;

public sealed class ComparedTests
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
}
