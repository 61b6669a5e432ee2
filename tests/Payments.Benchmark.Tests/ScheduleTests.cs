using System.Diagnostics;
using Payments.Benchmark.Loading;

namespace Payments.Benchmark.Tests;

public sealed class ScheduleTests
{
    private static readonly Schedule Hundred = new(Start: 1_000_000, PerSecond: 100);

    [Fact]
    public void DueBy_BeforeTheStart_IsNone() => Hundred.DueBy(Hundred.Start - 1).ShouldBe(0);

    [Fact]
    public void DueBy_AtTheStart_IsTheFirst() => Hundred.DueBy(Hundred.Start).ShouldBe(1);

    [Fact]
    public void DueBy_AfterAStallOfASecond_IsAllThatWereMissed() =>
        Hundred.DueBy(Hundred.Start + Stopwatch.Frequency).ShouldBe(101);

    [Theory]
    [InlineData(0.3)]
    [InlineData(7)]
    [InlineData(999.9)]
    [InlineData(2500)]
    public void DueBy_WhenAMessageIsMeantToBeSent_CountsIt(double perSecond)
    {
        var schedule = new Schedule(123_456_789, perSecond);
        foreach (var number in Enumerable.Range(0, 5000))
        {
            // A tick more: the moment is rounded down to one.
            schedule.DueBy(schedule.At(number) + 1).ShouldBe(number + 1);
            schedule.DueBy(schedule.At(number) - 1).ShouldBe(number);
        }
    }

    [Fact]
    public void At_DoesNotDependOnWhatWasSentBefore() =>
        (Hundred.At(250) - Hundred.Start).ShouldBe(Stopwatch.Frequency * 5 / 2);
}
