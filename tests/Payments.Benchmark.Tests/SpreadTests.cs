using Payments.Benchmark.Measuring;

namespace Payments.Benchmark.Tests;

public sealed class SpreadTests
{
    [Fact]
    public void Of_OddCount_IsTheMiddleOne() => Spread.Of([9, 1, 5]).ShouldBe(new Spread(5, 1, 9));

    [Fact]
    public void Of_EvenCount_IsBetweenTheMiddleTwo() => Spread.Of([4, 1, 2, 100]).ShouldBe(new Spread(3, 1, 100));

    [Fact]
    public void Of_NoValues_Throws() => Should.Throw<ArgumentException>(() => Spread.Of([]));
}
