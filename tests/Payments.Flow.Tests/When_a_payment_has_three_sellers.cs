using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests;

[Collection(FlowCollection.Name)]
public sealed class When_a_payment_has_three_sellers(SystemUnderTest system)
{
    [Fact]
    public async Task Should_authorize_all_then_capture_all()
    {
        var request = Request.OfThree();

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.Path().ShouldBe("Authorizing Capturing Crediting Recording Completed", SystemUnderTest.Describe(payment));
        payment.Orders.ShouldAllBe(o => o.Status == "Recorded");
        var events = payment.History.Select(h => h.Event).ToList();
        events.FindLastIndex(e => e == "OrderAuthorized").ShouldBeLessThan(events.IndexOf("OrderCaptured"));

        (await system.Sandbox.Charges(request.PaymentId)).Select(c => c.Captured)
            .ShouldBe([10_000, 5_000, 2_500], ignoreOrder: true);
        foreach (var (seller, minor) in request.Sellers.Zip([9_000L, 4_500L, 2_500L]))
            (await system.Http.Balance(seller)).PendingMinor.ShouldBe(minor);
        var books = await system.Http.Books(request.PaymentId);
        books.Kinds().ShouldBe("3 Capture");
        books.Net()["platform-fees"].ShouldBe(-1_500);
        books.Net()["psp-receivable:stripe-a"].ShouldBe(17_500);
    }

    [Fact]
    public async Task Should_charge_each_alone_under_best_effort()
    {
        var request = Request.OfThree(policy: "BestEffort");

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.Path().ShouldBe("Capturing Crediting Recording Completed", SystemUnderTest.Describe(payment));
        payment.History.ShouldNotContain(h => h.Event == "OrderAuthorized");
        payment.Orders.ShouldAllBe(o => o.Status == "Recorded");
    }
}
