using Payments.Contracts;
using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests;

/// <summary>What the PSP's book and ours disagree about, nobody but a person can clear up.</summary>
[Collection(FlowCollection.Name)]
public sealed class When_the_psp_names_another_amount(SystemUnderTest system)
{
    [Fact]
    public async Task Should_park_with_everything_at_risk()
    {
        var request = Request.OfThree("pm_sandbox_wrongAmount");

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.State.ShouldBe("Parked", SystemUnderTest.Describe(payment));
        (payment.Reason, payment.ResumeState).ShouldBe(("integrity_mismatch", "Authorizing"));
        var parked = await system.Broker.Await<PaymentParked>(1, e => e.PaymentId == request.PaymentId);
        parked.ShouldHaveSingleItem().Message.AtRisk.Amount.ShouldBe(17_500);
        (await system.Sandbox.Charges(request.PaymentId)).ShouldAllBe(c => c.Captured == 0);
    }

    [Fact]
    public async Task Should_pay_the_other_sellers_first_under_best_effort()
    {
        var request = Request.OfTwoConnections("pm_sandbox_wrongAmount_stripe-b", "BestEffort");

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.State.ShouldBe("Parked", SystemUnderTest.Describe(payment));
        (payment.Reason, payment.ResumeState).ShouldBe(("integrity_mismatch", "Resolving"));
        payment.Orders.Select(o => o.Status).ShouldBe(["Recorded", "Charging"], SystemUnderTest.Describe(payment));
        (await system.Http.Balance(request.Sellers[0])).PendingMinor.ShouldBe(9_000);
        var parked = await system.Broker.Await<PaymentParked>(1, e => e.PaymentId == request.PaymentId);
        parked.ShouldHaveSingleItem().Message.AtRisk.Amount.ShouldBe(5_000);
    }
}
