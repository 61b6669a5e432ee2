using Payments.Benchmark.Loading;
using Payments.Benchmark.Reporting;

namespace Payments.Benchmark.Tests;

public sealed class OutageRunTests
{
    private static readonly TimeSpan Over = OutagePhases.Normal + OutagePhases.Outage;

    [Fact]
    public void Of_EachPhase_TakesThePaymentsThatWereMeantToBeSentInIt()
    {
        var run = OutageRun.Of("square", [.. Usual(), Sample("stripe", 2.9, 9000), Sample("stripe", 29.9, 15), Sample("stripe", 30, 40)], Over);

        var stripe = run.Healthy.Single(h => h.Psp == "stripe");
        (stripe.Normal.Samples, stripe.Normal.Max).ShouldBe((2, 15));
        (stripe.Outage.Samples, stripe.Outage.Max).ShouldBe((2, 40));
        stripe.Afterwards.Samples.ShouldBe(1);
    }

    [Fact]
    public void Of_AllHealthy_LeavesTheIllOneOut()
    {
        var run = OutageRun.Of("square", [.. Usual(), Sample("square", 60, 80_000)], Over);

        run.Healthy.Select(h => h.Psp).ShouldBe([OutageRun.AllHealthy, "braintree", "stripe"]);
        run.Healthy[0].Outage.Samples.ShouldBe(2);
        run.Ill.Outage.Max.ShouldBe(80_000);
        run.LongestWaitSeconds.ShouldBe(80);
    }

    [Theory]
    [InlineData(15, true)]
    [InlineData(15.1, false)]
    public void IsWithin_P99OfTheOutage_MayBeHalfAsLongAgain(double milliseconds, bool within)
    {
        var run = OutageRun.Of(
            "square", [.. Usual().Where(s => s.Psp != "stripe" || s.Sent < OutagePhases.Normal || s.Sent >= Over), Sample("stripe", 50, milliseconds)], Over);

        run.Healthy.Single(h => h.Psp == "stripe").IsWithin.ShouldBe(within);
    }

    [Fact]
    public void Of_TheBacklog_CountsToTheLastPaymentThatWasSentBeforeTheEnd()
    {
        var run = OutageRun.Of(
            "square", [.. Usual(), Sample("square", 60, 42_000), Sample("square", 89, 3_000), Sample("square", 95, 30_000)], Over);

        run.DrainedSeconds.ShouldBe(12);
    }

    [Fact]
    public void Of_NothingLeftAtTheEnd_WasDrainedAtOnce() => OutageRun.Of("square", Usual(), Over).DrainedSeconds.ShouldBe(0);

    [Fact]
    public void Of_IllPayments_AreCountedByTheirEnds()
    {
        var run = OutageRun.Of("square", [.. Usual(), Sample("square", 60, 10) with { End = PaymentEnd.Failed }], Over);

        run.IllEnds.ShouldBe(new Dictionary<PaymentEnd, int> { [PaymentEnd.Completed] = 3, [PaymentEnd.Failed] = 1 });
    }

    private static OutageSample[] Usual() =>
    [
        .. from psp in (string[])["stripe", "braintree", "square"]
           from second in (double[])[10, 50, 100]
           select Sample(psp, second, 10),
    ];

    private static OutageSample Sample(string psp, double second, double milliseconds) =>
        new(psp, TimeSpan.FromSeconds(second), TimeSpan.FromMilliseconds(milliseconds), PaymentEnd.Completed);
}
