using Payments.Benchmark.Growing;

namespace Payments.Benchmark.Tests;

public sealed class DiskNeedTests
{
    private const long Giga = 1_000_000_000;

    [Fact]
    public void Choose_Fits_IsWhatWasWanted() => Need(freeGiga: 80).Choose(5_000_000).ShouldBe(5_000_000);

    [Fact]
    public void Choose_DiskShort_IsAMillion()
    {
        var need = Need(freeGiga: 50);

        need.Choose(5_000_000).ShouldBe(1_000_000);
        need.Describe(5_000_000).ShouldEndWith("the disk is short, 1000000 are made instead");
    }

    [Theory]
    [InlineData(5_000_000)]
    [InlineData(1_000_000)]
    public void Choose_NotEvenAMillion_IsRefused(long wanted) =>
        Should.Throw<BenchmarkException>(() => Need(freeGiga: 10).Choose(wanted)).Message.ShouldContain("20.0 GB, 10.0 GB are free");

    [Fact]
    public void Choose_FewDoNotFit_AreRefused() =>
        Should.Throw<BenchmarkException>(() => Need(freeGiga: 1).Choose(100_000)).Message.ShouldContain("100000 payments");

    /// <summary>The log never holds more than was written.</summary>
    [Fact]
    public void Choose_Few_NeedLittleLog() => Need(freeGiga: 3).Choose(100_000).ShouldBe(100_000);

    private static DiskNeed Need(long freeGiga) =>
        new(BytesPerPayment: 10_000, WriteAheadLogBytes: 16 * Giga, FreeBytes: freeGiga * Giga);
}
