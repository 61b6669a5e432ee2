using Payments.Benchmark.Measuring;

namespace Payments.Benchmark.Tests;

public sealed class PercentilesTests
{
    [Fact]
    public void Of_OneSample_IsThatSampleEverywhere() =>
        Percentiles.Of([TimeSpan.FromMilliseconds(7)]).ShouldBe(new Percentiles(1, 7, 7, 7, 7, 7));

    [Fact]
    public void Of_ThousandSamplesInAnyOrder_TakesTheNearestRank()
    {
        var samples = Enumerable.Range(1, 1000).Select(i => TimeSpan.FromMilliseconds(i)).OrderBy(t => t.Ticks % 7);

        Percentiles.Of(samples).ShouldBe(new Percentiles(1000, 500, 950, 990, 999, 1000));
    }

    [Fact]
    public void Of_FewSamples_NeverFlatters() =>
        Percentiles.Of([TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(100)]).P95.ShouldBe(100);

    [Fact]
    public void Of_NoSamples_Throws() => Should.Throw<ArgumentException>(() => Percentiles.Of([]));
}
