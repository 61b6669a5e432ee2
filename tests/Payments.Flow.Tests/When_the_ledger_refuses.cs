using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests;

/// <summary>The ledger refuses after the wallets were credited: credits are taken back before anything else.</summary>
[Collection(FlowCollection.Name)]
public sealed class When_the_ledger_refuses(SystemUnderTest system)
{
    [Fact]
    public async Task Should_reverse_the_wallet_and_refund()
    {
        var request = Request.OfOne();
        await SystemUnderTest.BlockAccountOf(request.Sellers[0]);

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.Path().ShouldBe(
            "Capturing Crediting Recording ReversingWallets ReversingJournal Refunding RecordingRefund Failed",
            SystemUnderTest.Describe(payment));
        payment.Reason.ShouldBe("account_blocked");
        payment.Orders.ShouldHaveSingleItem().Status.ShouldBe("Refunded");
        await ShouldHaveTakenBack(request, orders: 1);
    }

    [Fact]
    public async Task Should_reverse_every_wallet_under_all_or_nothing()
    {
        var request = Request.OfThree();
        await SystemUnderTest.BlockAccountOf(request.Sellers[2]);

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.State.ShouldBe("Failed", SystemUnderTest.Describe(payment));
        payment.Orders.Select(o => (o.Status, o.Reason))
            .ShouldBe([("Refunded", null), ("Refunded", null), ("Refunded", "account_blocked")]);
        await ShouldHaveTakenBack(request, orders: 3);
    }

    [Fact]
    public async Task Should_reverse_that_wallet_alone_under_best_effort()
    {
        var request = Request.OfThree(policy: "BestEffort");
        await SystemUnderTest.BlockAccountOf(request.Sellers[0]);

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.State.ShouldBe("PartiallyCompleted", SystemUnderTest.Describe(payment));
        payment.Orders.Select(o => (o.Status, o.Reason))
            .ShouldBe([("Refunded", "account_blocked"), ("Recorded", null), ("Recorded", null)]);
        foreach (var (seller, minor) in request.Sellers.Zip([0L, 4_500L, 2_500L]))
            (await system.Http.Balance(seller)).PendingMinor.ShouldBe(minor);
        (await system.Http.Books(request.PaymentId)).Net()["psp-receivable:stripe-a"].ShouldBe(7_500);
    }

    private async Task ShouldHaveTakenBack(Request request, int orders)
    {
        (await system.Sandbox.Charges(request.PaymentId)).ShouldAllBe(c => c.Captured == c.Amount && c.Refunded == c.Amount);
        var books = await system.Http.Books(request.PaymentId);
        books.Kinds().ShouldBe($"{orders} CaptureUnallocated, {orders} RefundUnallocated");
        books.Net().ShouldBeEmpty();
        books.Lots.Count.ShouldBe(orders);
        books.Lots.ShouldAllBe(l => l.Credited.Amount > 0 && l.Reversed == l.Credited && l.Remaining.Amount == 0);
        foreach (var seller in request.Sellers)
            (await system.Http.Balance(seller)).PendingMinor.ShouldBe(0);
    }
}
