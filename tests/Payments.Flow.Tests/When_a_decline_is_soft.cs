using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests;

[Collection(FlowCollection.Name)]
public sealed class When_a_decline_is_soft(SystemUnderTest system)
{
    private const string SoftlyDeclinedAtA = "pm_sandbox_softDecline_stripe-a";

    [Fact]
    public async Task Should_go_on_to_the_next_connection_where_the_routing_table_allows_it()
    {
        var request = Request.OfOne(SoftlyDeclinedAtA, Country.SecondChance);

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.State.ShouldBe("Completed", SystemUnderTest.Describe(payment));
        payment.Orders.ShouldHaveSingleItem().Connection.ShouldBe("stripe-b");
        (await system.Sandbox.Charges(request.PaymentId)).Select(c => (c.Account, c.Captured))
            .ShouldBe([("stripe-a", 0), ("stripe-b", 10_000)]);
    }

    [Fact]
    public async Task Should_fail_where_the_routing_table_does_not()
    {
        var request = Request.OfOne(SoftlyDeclinedAtA);

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.State.ShouldBe("Failed", SystemUnderTest.Describe(payment));
        var order = payment.Orders.ShouldHaveSingleItem();
        (order.Connection, order.Status, order.Reason).ShouldBe(("stripe-a", "Declined", "try_again_later"));
    }

    [Fact]
    public async Task Should_not_go_on_after_a_hard_decline()
    {
        var request = Request.OfOne("pm_card_visa_chargeDeclinedStolenCard_stripe-a", Country.SecondChance);

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.State.ShouldBe("Failed", SystemUnderTest.Describe(payment));
        (await system.Sandbox.Charges(request.PaymentId)).ShouldHaveSingleItem().Account.ShouldBe("stripe-a");
    }
}
