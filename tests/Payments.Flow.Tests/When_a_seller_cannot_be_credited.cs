using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests;

/// <summary>The wallet refuses after the capture: the money is recorded as nobody's, given back, and recorded as gone.</summary>
[Collection(FlowCollection.Name)]
public sealed class When_a_seller_cannot_be_credited(SystemUnderTest system)
{
    [Fact]
    public async Task Should_refund_the_only_order()
    {
        var request = Request.OfOne();
        await system.CloseWallet(request.Sellers[0]);

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.Path().ShouldBe(
            "Capturing Crediting ReversingJournal Refunding RecordingRefund Failed", SystemUnderTest.Describe(payment));
        payment.Reason.ShouldBe("account_closed");
        var order = payment.Orders.ShouldHaveSingleItem();
        (order.Status, order.Reason).ShouldBe(("Refunded", "account_closed"));
        await ShouldHaveGivenEverythingBack(request, orders: 1);
    }

    [Fact]
    public async Task Should_refund_every_order_under_all_or_nothing()
    {
        var request = Request.OfThree();
        await system.CloseWallet(request.Sellers[1]);

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.Path().ShouldBe(
            "Authorizing Capturing Crediting ReversingJournal Refunding RecordingRefund Failed",
            SystemUnderTest.Describe(payment));
        payment.Orders.Select(o => (o.Status, o.Reason))
            .ShouldBe([("Refunded", null), ("Refunded", "account_closed"), ("Refunded", null)]);
        await ShouldHaveGivenEverythingBack(request, orders: 3);
    }

    [Fact]
    public async Task Should_refund_that_order_alone_under_best_effort()
    {
        var request = Request.OfThree(policy: "BestEffort");
        await system.CloseWallet(request.Sellers[1]);

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.State.ShouldBe("PartiallyCompleted", SystemUnderTest.Describe(payment));
        payment.Orders.Select(o => (o.Status, o.Reason))
            .ShouldBe([("Recorded", null), ("Refunded", "account_closed"), ("Recorded", null)]);
        (await system.Sandbox.Charges(request.PaymentId)).Select(c => (c.Captured, c.Refunded))
            .ShouldBe([(10_000, 0), (5_000, 5_000), (2_500, 0)], ignoreOrder: true);
        var books = await system.Http.Books(request.PaymentId);
        books.Kinds().ShouldBe("2 Capture, 1 CaptureUnallocated, 1 RefundUnallocated");
        books.Net()["psp-receivable:stripe-a"].ShouldBe(12_500);
        books.Net().Keys.ShouldNotContain("unallocated-captures");
        (await system.Http.Balance(request.Sellers[0])).PendingMinor.ShouldBe(9_000);
        (await system.Http.Balance(request.Sellers[1])).PendingMinor.ShouldBe(0);
    }

    private async Task ShouldHaveGivenEverythingBack(Request request, int orders)
    {
        var charges = await system.Sandbox.Charges(request.PaymentId);
        charges.Count.ShouldBe(orders);
        charges.ShouldAllBe(c => c.Captured == c.Amount && c.Refunded == c.Amount);
        var books = await system.Http.Books(request.PaymentId);
        books.Kinds().ShouldBe($"{orders} CaptureUnallocated, {orders} RefundUnallocated");
        books.Net().ShouldBeEmpty();
        books.Lots.ShouldBeEmpty();
        foreach (var seller in request.Sellers)
            (await system.Http.Balance(seller)).PendingMinor.ShouldBe(0);
    }
}
