using Payments.Contracts;
using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests;

[Collection(FlowCollection.Name)]
public sealed class When_a_route_is_explained(SystemUnderTest system)
{
    [Fact]
    public async Task Should_say_what_the_payment_then_does_and_charge_nobody()
    {
        var request = Request.OfTwoConnections(Request.Approved);

        var explained = await system.Http.ExplainRoute(request);

        explained.PaymentId.ShouldBe(request.PaymentId);
        explained.Orders.Select(o => o.Connection).ShouldBe(["stripe-a", "stripe-b"]);
        (await system.Http.Find(request.PaymentId)).ShouldBeNull();
        (await system.Sandbox.Charges(request.PaymentId)).ShouldBeEmpty();

        await system.FrontDoor.Publish(request);
        var payment = await system.AwaitEnd(request.PaymentId);
        payment.State.ShouldBe("Completed", SystemUnderTest.Describe(payment));
        payment.Orders.Select(o => o.Connection).ShouldBe(["stripe-a", "stripe-b"]);
        Choices(payment).Select(c => c.Sentence).ShouldBe(explained.Orders.Select(o => o.Sentence));
    }

    [Fact]
    public async Task Should_be_on_the_history_with_every_failover()
    {
        var request = Request.OfOne();
        await using (await system.Sandbox.Fault("stripe-a", new { refuse = true }))
        {
            await system.FrontDoor.Publish(request);

            var payment = await system.AwaitEnd(request.PaymentId);
            payment.State.ShouldBe("Completed", SystemUnderTest.Describe(payment));
            Choices(payment).Select(c => (c.Cause, c.After, c.Connection)).ShouldBe(
                [("first_choice", null, "stripe-a"), ("not_attempted", "connection_refused", "stripe-b")]);
            payment.History.SelectMany(h => h.Evidence?.Operations ?? [])
                .Select(o => (o.Command, o.Connection)).ShouldBe([("ChargeOrder", "stripe-a"), ("ChargeOrder", "stripe-b")]);
        }
    }

    private static RouteChoice[] Choices(PaymentDetails payment) =>
        [.. payment.History.SelectMany(h => h.Evidence?.Routes ?? [])];
}
