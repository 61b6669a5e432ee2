using Payments.Contracts;
using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests;

[Collection(FlowCollection.Name)]
public sealed class When_a_payment_has_one_order(SystemUnderTest system)
{
    [Fact]
    public async Task Should_complete_and_pay_the_seller()
    {
        var request = Request.OfOne();

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.Path().ShouldBe("Capturing Crediting Recording Completed", SystemUnderTest.Describe(payment));
        payment.Orders.ShouldHaveSingleItem().Status.ShouldBe("Recorded");
        payment.WaitsFor.ShouldBeNull();
        payment.WaitsUntil.ShouldBeNull();

        var charge = (await system.Sandbox.Charges(request.PaymentId)).ShouldHaveSingleItem();
        (charge.Account, charge.Captured, charge.Refunded).ShouldBe(("stripe-a", 10_000, 0));
        (await system.Http.Balance(request.Sellers[0])).PendingMinor.ShouldBe(9_000);
        var books = await system.Http.Books(request.PaymentId);
        books.Kinds().ShouldBe("1 Capture");
        books.Net().ShouldBe(new Dictionary<string, long>
        {
            ["psp-receivable:stripe-a"] = 10_000,
            [$"seller-payable:{request.Sellers[0]}"] = -9_000,
            ["platform-fees"] = -1_000,
        }, ignoreOrder: true);
        var completed = await system.Broker.Await<PaymentCompleted>(1, e => e.PaymentId == request.PaymentId);
        completed.ShouldHaveSingleItem().Message.Amount.Amount.ShouldBe(10_000);
    }

    [Fact]
    public async Task Should_complete_when_it_was_posted_over_http()
    {
        var request = Request.OfOne();

        var accepted = await system.Http.Publish(request);

        accepted.PaymentId.ShouldBe(request.PaymentId);
        (await system.AwaitEnd(request.PaymentId)).State.ShouldBe("Completed");
    }

    [Theory]
    [InlineData("pm_sandbox_slow")]
    [InlineData("pm_sandbox_responseLost")]
    [InlineData("pm_sandbox_chargeLostOnce")]
    public async Task Should_charge_once_when_the_answer_is_slow_or_lost(string token)
    {
        var request = Request.OfOne(token);

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.Path().ShouldBe("Capturing Crediting Recording Completed", SystemUnderTest.Describe(payment));
        var charge = (await system.Sandbox.Charges(request.PaymentId)).ShouldHaveSingleItem();
        (charge.Captured, charge.Refunded).ShouldBe((10_000, 0));
    }
}
