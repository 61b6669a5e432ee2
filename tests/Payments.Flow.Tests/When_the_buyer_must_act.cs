using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests;

/// <summary>Nobody is there to act: what the PSP began is voided.</summary>
[Collection(FlowCollection.Name)]
public sealed class When_the_buyer_must_act(SystemUnderTest system)
{
    private const string Token = "pm_card_authenticationRequired";

    [Fact]
    public async Task Should_void_and_fail()
    {
        var request = Request.OfOne(Token);

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.Path().ShouldBe("Capturing Voiding Failed", SystemUnderTest.Describe(payment));
        payment.Reason.ShouldBe("authentication_required");
        var order = payment.Orders.ShouldHaveSingleItem();
        (order.Status, order.Reason).ShouldBe(("Voided", "authentication_required"));
        var charge = (await system.Sandbox.Charges(request.PaymentId)).ShouldHaveSingleItem();
        (charge.Captured, charge.Canceled).ShouldBe((0, true));
    }

    [Fact]
    public async Task Should_pay_the_other_orders_under_best_effort()
    {
        var request = Request.OfTwoConnections($"{Token}_stripe-b", "BestEffort");

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.State.ShouldBe("PartiallyCompleted", SystemUnderTest.Describe(payment));
        payment.Orders.Select(o => (o.Status, o.Reason))
            .ShouldBe([("Recorded", null), ("Voided", "authentication_required")]);
        (await system.Sandbox.Charges(request.PaymentId)).Select(c => (c.Account, c.Captured, c.Canceled))
            .ShouldBe([("stripe-a", 10_000, false), ("stripe-b", 0, true)], ignoreOrder: true);
    }
}
