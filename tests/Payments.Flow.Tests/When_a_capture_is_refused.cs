using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests;

/// <summary>Past the pivot only a definite refusal turns a payment back.</summary>
[Collection(FlowCollection.Name)]
public sealed class When_a_capture_is_refused(SystemUnderTest system)
{
    [Fact]
    public async Task Should_refund_what_was_captured_and_void_the_rest()
    {
        var request = Request.OfTwoConnections("pm_sandbox_captureRefused_stripe-b");

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.State.ShouldBe("Failed", SystemUnderTest.Describe(payment));
        payment.Path().ShouldEndWith("ReversingJournal Voiding Refunding RecordingRefund Failed");
        payment.Reason.ShouldBe("authorization_expired");
        payment.Orders.Select(o => (o.Connection, o.Status, o.Reason))
            .ShouldBe([("stripe-a", "Refunded", null), ("stripe-b", "Voided", "authorization_expired")]);
        (await system.Sandbox.Charges(request.PaymentId)).Select(c => (c.Account, c.Captured, c.Refunded, c.Canceled))
            .ShouldBe([("stripe-a", 10_000, 10_000, false), ("stripe-b", 0, 0, true)], ignoreOrder: true);
        var books = await system.Http.Books(request.PaymentId);
        books.Kinds().ShouldBe("1 CaptureUnallocated, 1 RefundUnallocated");
        books.Net().ShouldBeEmpty();
        books.Lots.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_fail_without_a_journal_when_every_capture_is_refused()
    {
        var request = Request.OfThree("pm_sandbox_captureRefused");

        await system.FrontDoor.Publish(request);

        var payment = await system.AwaitEnd(request.PaymentId);
        payment.State.ShouldBe("Failed", SystemUnderTest.Describe(payment));
        payment.Orders.ShouldAllBe(o => o.Status == "Voided" && o.Reason == "authorization_expired");
        (await system.Sandbox.Charges(request.PaymentId)).ShouldAllBe(c => c.Captured == 0 && c.Canceled);
        (await system.Http.Books(request.PaymentId)).Journals.ShouldBeEmpty();
    }
}
