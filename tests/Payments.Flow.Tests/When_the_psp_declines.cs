using Payments.Contracts;
using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests;

[Collection(FlowCollection.Name)]
public sealed class When_the_psp_declines(SystemUnderTest system)
{
    private const string DeclinedAtB = "pm_card_visa_chargeDeclinedStolenCard_stripe-b";

    [Fact]
    public async Task Should_fail_a_payment_of_one_order()
    {
        var request = Request.OfOne("pm_card_visa_chargeDeclinedInsufficientFunds");

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.Path().ShouldBe("Capturing Failed", SystemUnderTest.Describe(payment));
        payment.Reason.ShouldBe("insufficient_funds");
        var order = payment.Orders.ShouldHaveSingleItem();
        (order.Status, order.Reason).ShouldBe(("Declined", "insufficient_funds"));
        await ShouldHaveMovedNothing(request);
        var failed = await system.Broker.Await<PaymentFailed>(1, e => e.PaymentId == request.PaymentId);
        failed.ShouldHaveSingleItem().Message.Reason.ShouldBe("insufficient_funds");
    }

    [Fact]
    public async Task Should_complete_the_other_orders_under_best_effort()
    {
        var request = Request.OfTwoConnections(DeclinedAtB, "BestEffort");

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.State.ShouldBe("PartiallyCompleted", SystemUnderTest.Describe(payment));
        payment.Orders.Select(o => (o.Connection, o.Status, o.Reason))
            .ShouldBe([("stripe-a", "Recorded", null), ("stripe-b", "Declined", "stolen_card")]);
        (await system.Http.Balance(request.Sellers[0])).PendingMinor.ShouldBe(9_000);
        (await system.Http.Balance(request.Sellers[1])).PendingMinor.ShouldBe(0);
        (await system.Http.Books(request.PaymentId)).Net()["psp-receivable:stripe-a"].ShouldBe(10_000);
        var partially = await system.Broker.Await<PaymentPartiallyCompleted>(1, e => e.PaymentId == request.PaymentId);
        partially.ShouldHaveSingleItem().Message.Amount.Amount.ShouldBe(10_000);
    }

    [Fact]
    public async Task Should_void_what_was_authorized_before()
    {
        var request = Request.OfTwoConnections(DeclinedAtB);
        // Holds up the order at stripe-b until the other is authorized.
        await using (await system.Sandbox.Fault("stripe-b", new { rateLimited = 1, retryAfterSeconds = 3 }))
        {
            await system.FrontDoor.Publish(request);
            await system.Await(
                request.PaymentId, "the authorization at stripe-a", p => p.Orders[0].Status != "Authorizing");
            await ShouldEndVoided(request, "Authorizing Voiding Failed");
        }
    }

    [Fact]
    public async Task Should_void_what_is_authorized_afterwards()
    {
        var request = Request.OfTwoConnections(DeclinedAtB);
        // Holds up the order at stripe-a until the other is declined.
        await using (await system.Sandbox.Fault("stripe-a", new { rateLimited = 1, retryAfterSeconds = 3 }))
        {
            await system.FrontDoor.Publish(request);
            await ShouldEndVoided(request, "Authorizing Aborting Voiding Failed");
        }
    }

    [Fact]
    public async Task Should_void_once_when_the_answer_to_the_void_is_lost()
    {
        var request = Request.OfTwoConnections("pm_sandbox_voidLost");
        await using (await system.Sandbox.Fault("stripe-b", new { status = 403, count = 1 }))
        {
            await system.FrontDoor.Publish(request);

            var payment = await system.AwaitEnd(request.PaymentId);
            payment.State.ShouldBe("Failed", SystemUnderTest.Describe(payment));
            payment.Orders.Select(o => (o.Status, o.Reason)).ShouldBe([("Voided", null), ("Declined", "configuration")]);
            (await system.Sandbox.Charges(request.PaymentId)).ShouldHaveSingleItem().Canceled.ShouldBeTrue();
            await ShouldHaveMovedNothing(request);
        }
    }

    private async Task ShouldEndVoided(Request request, string path)
    {
        var payment = await system.AwaitEnd(request.PaymentId);
        payment.Path().ShouldBe(path, SystemUnderTest.Describe(payment));
        payment.Reason.ShouldBe("stolen_card");
        payment.Orders.Select(o => (o.Connection, o.Status, o.Reason))
            .ShouldBe([("stripe-a", "Voided", null), ("stripe-b", "Declined", "stolen_card")]);
        var held = (await system.Sandbox.Charges(request.PaymentId)).Single(c => c.Account == "stripe-a");
        (held.Authorized, held.Canceled).ShouldBe((10_000, true));
        await ShouldHaveMovedNothing(request);
    }

    private async Task ShouldHaveMovedNothing(Request request)
    {
        (await system.Sandbox.Charges(request.PaymentId)).ShouldAllBe(c => c.Captured == 0);
        var books = await system.Http.Books(request.PaymentId);
        books.Journals.ShouldBeEmpty();
        books.Lots.ShouldBeEmpty();
    }
}
