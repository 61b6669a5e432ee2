using Payments.Contracts;
using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests;

/// <summary>An undo that fails is a debt that a person sees, until it goes through.</summary>
[Collection(FlowCollection.Name)]
public sealed class When_a_refund_is_refused(SystemUnderTest system)
{
    [Fact]
    public async Task Should_park_with_a_debt_and_park_again_when_it_is_refused_again()
    {
        var request = Request.OfOne("pm_sandbox_refundFails");
        await system.CloseWallet(request.Sellers[0]);

        await system.FrontDoor.Publish(request);

        var payment = await ShouldBeParked(request, times: 1);
        payment.Path().ShouldBe("Capturing Crediting ReversingJournal Refunding Parked", SystemUnderTest.Describe(payment));
        payment.WaitsFor.ShouldBe("a person");

        await system.Http.Resume(request.PaymentId, "maria", "the PSP says it works now");

        var again = await ShouldBeParked(request, times: 2);
        again.Path().ShouldEndWith("Refunding Parked Refunding Parked");
        var resumed = (await system.Broker.Await<PaymentResumed>(1, e => e.PaymentId == request.PaymentId))[0].Message;
        (resumed.RequestedBy, resumed.Reason).ShouldBe(("maria", "the PSP says it works now"));
        var debt = (await system.Broker.Await<DebtOpened>(1, e => e.PaymentId == request.PaymentId))
            .ShouldHaveSingleItem("the same debt, tried twice").Message;
        (debt.OrderId, debt.Amount.Amount, debt.Reason).ShouldBe(("order-1", 10_000, "refund_failed"));
        var charge = (await system.Sandbox.Charges(request.PaymentId)).ShouldHaveSingleItem();
        charge.Refunded.ShouldBe(0);
        charge.Refunds.Select(r => r.Status).ShouldBe(["failed", "failed"], "resuming must try at the PSP again");
        (await system.Http.Books(request.PaymentId)).Net().ShouldBe(
            new Dictionary<string, long> { ["psp-receivable:stripe-a"] = 10_000, ["unallocated-captures"] = -10_000 },
            ignoreOrder: true);
    }

    [Fact]
    public async Task Should_settle_the_debt_when_the_psp_refunds_after_all()
    {
        var request = Request.OfOne();
        await system.CloseWallet(request.Sellers[0]);
        // The ledger's absence keeps the refund back until the PSP is told to refuse it.
        await system.Kill("ledger");
        await system.FrontDoor.Publish(request);
        await system.Await(
            request.PaymentId, "the way back to begin", p => p.State == "ReversingJournal");
        await using (await system.Sandbox.Fault("stripe-a", new { status = 403, count = 1 }))
        {
            await system.Start("ledger");
            await ShouldBeParked(request, times: 1, reason: "configuration");
        }

        await system.Http.Resume(request.PaymentId, "maria", "fixed");

        await system.Await(request.PaymentId, "its end, with all given back", p => p.State == "Failed");
        var settled = await system.Broker.Await<DebtSettled>(1, e => e.PaymentId == request.PaymentId);
        settled.ShouldHaveSingleItem().Message.Amount.Amount.ShouldBe(10_000);
        (await system.Sandbox.Charges(request.PaymentId)).ShouldHaveSingleItem().Refunded.ShouldBe(10_000);
        (await system.Http.Books(request.PaymentId)).Net().ShouldBeEmpty();
    }

    private async Task<PaymentDetails> ShouldBeParked(Request request, int times, string reason = "refund_failed")
    {
        var payment = await system.Await(
            request.PaymentId,
            $"being parked {times} times",
            p => p.State == "Parked" && p.History.Count(h => h.To == "Parked" && h.From != "Parked") == times);
        (payment.Reason, payment.ResumeState).ShouldBe(($"compensation_debt:{reason}", "Refunding"));
        var order = payment.Orders.ShouldHaveSingleItem();
        (order.Status, order.Reason).ShouldBe(("RefundDebt", reason));
        var parked = await system.Broker.Await<PaymentParked>(times, e => e.PaymentId == request.PaymentId);
        parked.ShouldAllBe(p => p.Message.AtRisk.Amount == 10_000 && p.Message.ResumeState == "Refunding");
        return payment;
    }
}
