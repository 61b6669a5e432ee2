using System.Diagnostics;
using Payments.Benchmark.Loading;

namespace Payments.Benchmark.Tests;

public sealed class TallyTests
{
    [Fact]
    public void LatencyOf_AMessageSentLate_CountsFromWhenItWasMeantToBeSent()
    {
        var tally = new Tally(load: 1, capacity: 1, PaymentEnd.Completed);
        var schedule = new Schedule(Start: 1_000, PerSecond: 10);

        // The generator stood still for a second, then sent it, and it took 5 ms.
        tally.Record(0, PaymentEnd.Completed, schedule.At(0) + Stopwatch.Frequency * 1005 / 1000);

        tally.LatencyOf(0, schedule.At(0)).ShouldBe(TimeSpan.FromMilliseconds(1005));
    }

    [Fact]
    public void Record_TheSamePaymentTwice_IsADuplicateAndKeepsTheFirstTime()
    {
        var tally = new Tally(1, 2, PaymentEnd.Completed);
        tally.Expect(2);

        tally.Record(1, PaymentEnd.Completed, 10);
        tally.Record(1, PaymentEnd.Completed, 20);

        tally.Duplicates.ShouldBe(1);
        tally.Ended.ShouldBe(1);
        tally.LastEndedAt.ShouldBe(10);
        tally.All.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void Record_AnotherEnd_IsUnexpected()
    {
        var tally = new Tally(1, 2, PaymentEnd.Completed);

        tally.Record(0, PaymentEnd.Failed, 10);
        tally.Record(1, PaymentEnd.Completed, 10);
        tally.Record(1, PaymentEnd.Failed, 20);

        tally.Unexpected.ShouldBe(2);
    }

    [Fact]
    public void Record_WhereAnyEndWillDo_KeepsTheFirstAndExpectsNothing()
    {
        var tally = new Tally(1, 2, PaymentEnd.None);

        tally.Record(0, PaymentEnd.Failed, 10);
        tally.Record(0, PaymentEnd.Completed, 20);

        tally.Unexpected.ShouldBe(0);
        tally.EndOf(0).ShouldBe(PaymentEnd.Failed);
    }

    [Fact]
    public void Expect_AfterTheLastEnded_CompletesAtOnce()
    {
        var tally = new Tally(1, 5, PaymentEnd.Completed);
        tally.Record(0, PaymentEnd.Completed, 10);
        tally.Record(3, PaymentEnd.Completed, 30);

        tally.Expect(2);

        tally.All.IsCompleted.ShouldBeTrue();
        tally.EndedBy(29).ShouldBe(1);
    }
}
