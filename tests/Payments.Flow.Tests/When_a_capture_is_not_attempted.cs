using Payments.Contracts;
using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests;

/// <summary>Past the pivot an outage is waited out: unless another order has turned the payment back meanwhile.</summary>
[Collection(FlowCollection.Name)]
public sealed class When_a_capture_is_not_attempted(SystemUnderTest system)
{
    [Fact]
    public async Task Should_be_sent_again()
    {
        var request = Request.OfTwoConnections(Request.Approved);

        var payment = await PayWithTheCaptureAtStripeAHeldOff(request);

        payment.State.ShouldBe("Completed", SystemUnderTest.Describe(payment));
        payment.History.SelectMany(h => h.Sent).Count(m => m == "CaptureOrder").ShouldBe(3);
        var charges = await system.Sandbox.Charges(request.PaymentId);
        charges.Count.ShouldBe(2);
        charges.ShouldAllBe(c => c.Captured == c.Amount && c.Refunded == 0);
    }

    [Fact]
    public async Task Should_be_voided_when_another_capture_is_refused()
    {
        var request = Request.OfTwoConnections("pm_sandbox_captureRefused_stripe-b");

        var payment = await PayWithTheCaptureAtStripeAHeldOff(request);

        payment.State.ShouldBe("Failed", SystemUnderTest.Describe(payment));
        payment.Orders.Select(o => (o.Status, o.Reason)).ShouldBe([("Voided", null), ("Voided", "authorization_expired")]);
        payment.History.SelectMany(h => h.Sent).Count(m => m == "CaptureOrder").ShouldBe(2);
        (await system.Sandbox.Charges(request.PaymentId)).ShouldAllBe(c => c.Captured == 0 && c.Canceled);
    }

    /// <summary>The authorization at stripe-b is held up until stripe-a is told to refuse the capture: three tries.</summary>
    private async Task<PaymentDetails> PayWithTheCaptureAtStripeAHeldOff(Request request)
    {
        await using (await system.Sandbox.Fault("stripe-b", new { rateLimited = 1, retryAfterSeconds = 4 }))
        {
            await system.FrontDoor.Publish(request);
            await system.Await(
                request.PaymentId, "the authorization at stripe-a", p => p.Orders[0].Status != "Authorizing");
            await using (await system.Sandbox.Fault("stripe-a", new { rateLimited = 3 }))
            {
                var payment = await system.AwaitEnd(request.PaymentId);
                payment.History.ShouldContain(h => h.Event == "OrderNotAttempted", SystemUnderTest.Describe(payment));
                return payment;
            }
        }
    }
}
