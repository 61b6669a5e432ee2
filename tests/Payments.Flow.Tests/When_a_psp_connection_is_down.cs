using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests;

[Collection(FlowCollection.Name)]
public sealed class When_a_psp_connection_is_down(SystemUnderTest system)
{
    [Fact]
    public async Task Should_charge_once_at_the_other_connection()
    {
        var request = Request.OfOne();
        await using (await system.Sandbox.Fault("stripe-a", new { refuse = true }))
        {
            await system.FrontDoor.Publish(request);

            var payment = await system.AwaitEnd(request.PaymentId);
            payment.State.ShouldBe("Completed", SystemUnderTest.Describe(payment));
            payment.Orders.ShouldHaveSingleItem().Connection.ShouldBe("stripe-b");
            payment.History.ShouldContain(h => h.Event == "OrderNotAttempted" && h.Sent.Contains("ChargeOrder"));
            var charge = (await system.Sandbox.Charges(request.PaymentId)).ShouldHaveSingleItem();
            (charge.Account, charge.Captured).ShouldBe(("stripe-b", 10_000));
            (await system.Http.Books(request.PaymentId)).Net()["psp-receivable:stripe-b"].ShouldBe(10_000);
        }
    }

    [Fact]
    public async Task Should_capture_where_it_was_authorized()
    {
        var request = Request.OfThree();
        await using (await system.Sandbox.Fault("stripe-a", new { refuse = true }))
        {
            await system.FrontDoor.Publish(request);

            var payment = await system.AwaitEnd(request.PaymentId);
            payment.State.ShouldBe("Completed", SystemUnderTest.Describe(payment));
            payment.Orders.ShouldAllBe(o => o.Connection == "stripe-b");
            var charges = await system.Sandbox.Charges(request.PaymentId);
            charges.Count.ShouldBe(3);
            charges.ShouldAllBe(c => c.Account == "stripe-b" && c.Captured == c.Amount);
        }
    }

    [Fact]
    public async Task Should_fail_when_every_connection_is_down()
    {
        var request = Request.OfOne();
        await using (await system.Sandbox.Fault("stripe-a", new { refuse = true }))
        await using (await system.Sandbox.Fault("stripe-b", new { refuse = true }))
        {
            await system.FrontDoor.Publish(request);

            var payment = await system.AwaitEnd(request.PaymentId);
            payment.State.ShouldBe("Failed", SystemUnderTest.Describe(payment));
            var order = payment.Orders.ShouldHaveSingleItem();
            (order.Status, order.Reason).ShouldBe(("NotAttempted", "connection_refused"));
            (await system.Sandbox.Charges(request.PaymentId)).ShouldBeEmpty();
        }
    }
}
