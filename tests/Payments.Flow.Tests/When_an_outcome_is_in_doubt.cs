using Payments.Contracts;
using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests;

/// <summary>
/// Doubt takes its time: certainty that nothing happened needs two looks and the call limit, an undo in doubt is looked at
/// after its deadline. So these payments begin together, and each test waits for its own.
/// </summary>
public sealed class PaymentsInDoubt(SystemUnderTest system) : IAsyncLifetime
{
    internal Request Saved500 { get; } = Request.OfOne("pm_sandbox_saved500");

    internal Request Processing { get; } = Request.OfOne("pm_sandbox_processing");

    internal Request ProcessingThenFailed { get; } = Request.OfOne("pm_sandbox_processing");

    internal Request NotCharged { get; } = Request.OfOne("pm_sandbox_500NotCharged");

    internal Request LostAtA { get; } = Request.OfOne("pm_sandbox_chargeLost_stripe-a");

    internal Request LostAtAUnderBestEffort { get; } = Request.OfTwoConnections("pm_sandbox_chargeLost_stripe-a", "BestEffort");

    internal Request Capture500 { get; } = Request.OfThree("pm_sandbox_capture500");

    internal Request CaptureLost { get; } = Request.OfThree("pm_sandbox_captureLost");

    internal Request Refund500 { get; } = Request.OfOne("pm_sandbox_refund500");

    internal Request OneInDoubt { get; } = Request.OfTwoConnections("pm_sandbox_processing_stripe-b", "BestEffort");

    internal Request OneRefusedOneInDoubt { get; } = Request.OfTwoConnections("pm_sandbox_processing_stripe-b", "BestEffort");

    public async Task InitializeAsync()
    {
        await system.CloseWallet(Refund500.Sellers[0]);
        await SystemUnderTest.BlockAccountOf(OneRefusedOneInDoubt.Sellers[0]);
        // One of their orders is certain at stripe-a, whose breaker the errors and losses of the others may open.
        Request[] certainAtA = [OneInDoubt, OneRefusedOneInDoubt];
        await Publish(certainAtA);
        foreach (var request in certainAtA)
            await system.Await(request.PaymentId, "doubt about the other", p => p.State == "Resolving");
        await Publish(
            NotCharged, LostAtA, LostAtAUnderBestEffort, Refund500, Processing, ProcessingThenFailed, Saved500, Capture500, CaptureLost);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private async Task Publish(params Request[] requests)
    {
        foreach (var request in requests)
            await system.FrontDoor.Publish(request);
    }
}

[Collection(FlowCollection.Name)]
public sealed class When_an_outcome_is_in_doubt(SystemUnderTest system, PaymentsInDoubt payments)
    : IClassFixture<PaymentsInDoubt>
{
    private const int Patience = 180;

    [Fact]
    public async Task Should_find_a_charge_whose_answer_was_an_error()
    {
        var payment = await system.AwaitEnd(payments.Saved500.PaymentId, Patience);

        payment.Path().ShouldBe("Capturing Resolving Crediting Recording Completed", SystemUnderTest.Describe(payment));
        await ShouldBeChargedOnce(payments.Saved500);
    }

    [Fact]
    public async Task Should_complete_what_the_psp_settles_later()
    {
        var request = payments.Processing;
        await system.Await(request.PaymentId, "doubt", p => p.State == "Resolving", Patience);

        await system.Sandbox.Settle((await system.Sandbox.Charges(request.PaymentId)).Single(), "succeeded");

        (await system.AwaitEnd(request.PaymentId, Patience)).State.ShouldBe("Completed");
        await ShouldBeChargedOnce(request);
    }

    [Fact]
    public async Task Should_fail_what_the_psp_declines_later()
    {
        var request = payments.ProcessingThenFailed;
        await system.Await(request.PaymentId, "doubt", p => p.State == "Resolving", Patience);

        await system.Sandbox.Settle((await system.Sandbox.Charges(request.PaymentId)).Single(), "failed");

        var payment = await system.AwaitEnd(request.PaymentId, Patience);
        payment.State.ShouldBe("Failed", SystemUnderTest.Describe(payment));
        payment.Orders.ShouldHaveSingleItem().Status.ShouldBe("Declined");
        (await system.Sandbox.Charges(request.PaymentId)).ShouldHaveSingleItem().Captured.ShouldBe(0);
    }

    [Fact]
    public async Task Should_fail_what_certainly_was_not_charged_anywhere()
    {
        var payment = await system.AwaitEnd(payments.NotCharged.PaymentId, Patience);

        payment.State.ShouldBe("Failed", SystemUnderTest.Describe(payment));
        var order = payment.Orders.ShouldHaveSingleItem();
        (order.Connection, order.Status, order.Reason).ShouldBe(("stripe-b", "NotAttempted", "not_found"));
        (await system.Sandbox.Charges(payments.NotCharged.PaymentId)).ShouldAllBe(c => c.Captured == 0);
    }

    [Fact]
    public async Task Should_fail_over_only_when_nothing_certainly_happened()
    {
        var payment = await system.AwaitEnd(payments.LostAtA.PaymentId, Patience);

        payment.State.ShouldBe("Completed", SystemUnderTest.Describe(payment));
        payment.Path().ShouldStartWith("Capturing Resolving");
        var order = payment.Orders.ShouldHaveSingleItem();
        order.Connection.ShouldBe("stripe-b");
        (await ShouldBeChargedOnce(payments.LostAtA)).Account.ShouldBe("stripe-b");
    }

    [Fact]
    public async Task Should_find_captures_whose_answers_were_errors()
    {
        var payment = await system.AwaitEnd(payments.Capture500.PaymentId, Patience);

        payment.Path().ShouldBe(
            "Authorizing Capturing Resolving Crediting Recording Completed", SystemUnderTest.Describe(payment));
        (await system.Sandbox.Charges(payment.PaymentId)).ShouldAllBe(c => c.Captured == c.Amount && c.Refunded == 0);
    }

    [Fact]
    public async Task Should_repeat_captures_whose_answers_were_lost()
    {
        var payment = await system.AwaitEnd(payments.CaptureLost.PaymentId, Patience);

        payment.State.ShouldBe("Completed", SystemUnderTest.Describe(payment));
        (await system.Sandbox.Charges(payment.PaymentId)).ShouldAllBe(c => c.Captured == c.Amount && c.Refunded == 0);
    }

    [Fact]
    public async Task Should_refund_once_when_the_refund_is_in_doubt()
    {
        var payment = await system.AwaitEnd(payments.Refund500.PaymentId, Patience);

        payment.State.ShouldBe("Failed", SystemUnderTest.Describe(payment));
        payment.Orders.ShouldHaveSingleItem().Status.ShouldBe("Refunded");
        var charge = (await system.Sandbox.Charges(payment.PaymentId)).ShouldHaveSingleItem();
        (charge.Captured, charge.Refunded).ShouldBe((10_000, 10_000));
        charge.Refunds.ShouldHaveSingleItem();
        (await system.Http.Books(payment.PaymentId)).Net().ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_not_let_certain_orders_wait_for_doubtful_ones_under_best_effort()
    {
        var request = payments.OneInDoubt;
        await system.Await(
            request.PaymentId, "the certain order to be recorded", p => p.Orders[0].Status == "Recorded", Patience);
        var waiting = await system.Await(request.PaymentId, "doubt about the other", p => p.State == "Resolving", Patience);
        waiting.Orders[1].Status.ShouldBe("Charging");
        (await system.Http.Balance(request.Sellers[0])).PendingMinor.ShouldBe(9_000);

        var pending = (await system.Sandbox.Charges(request.PaymentId)).Single(c => c.Account == "stripe-b");
        await system.Sandbox.Settle(pending, "succeeded");

        var payment = await system.AwaitEnd(request.PaymentId, Patience);
        payment.State.ShouldBe("Completed", SystemUnderTest.Describe(payment));
        (await system.Http.Balance(request.Sellers[1])).PendingMinor.ShouldBe(4_500);
        (await system.Http.Books(request.PaymentId)).Kinds().ShouldBe("2 Capture");
    }

    [Fact]
    public async Task Should_fail_over_while_the_certain_orders_are_booked()
    {
        var request = payments.LostAtAUnderBestEffort;

        var payment = await system.AwaitEnd(request.PaymentId, Patience);

        payment.State.ShouldBe("Completed", SystemUnderTest.Describe(payment));
        payment.Orders.ShouldAllBe(o => o.Connection == "stripe-b" && o.Status == "Recorded");
        (await system.Sandbox.Charges(request.PaymentId)).Sum(c => c.Captured).ShouldBe(15_000);
        (await system.Http.Balance(request.Sellers[0])).PendingMinor.ShouldBe(9_000);
        (await system.Http.Balance(request.Sellers[1])).PendingMinor.ShouldBe(4_500);
    }

    [Fact]
    public async Task Should_take_back_what_the_ledger_refused_of_an_earlier_batch()
    {
        var request = payments.OneRefusedOneInDoubt;
        await system.Await(
            request.PaymentId, "the ledger to refuse the certain order", p => p.Orders[0].Status == "JournalRejected", Patience);

        var pending = (await system.Sandbox.Charges(request.PaymentId)).Single(c => c.Account == "stripe-b");
        await system.Sandbox.Settle(pending, "succeeded");

        var payment = await system.AwaitEnd(request.PaymentId, Patience);
        payment.State.ShouldBe("PartiallyCompleted", SystemUnderTest.Describe(payment));
        payment.Orders.Select(o => (o.Status, o.Reason)).ShouldBe([("Refunded", "account_blocked"), ("Recorded", null)]);
        (await system.Http.Balance(request.Sellers[0])).PendingMinor.ShouldBe(0);
        (await system.Http.Balance(request.Sellers[1])).PendingMinor.ShouldBe(4_500);
        (await system.Http.Books(request.PaymentId)).Kinds().ShouldBe("1 Capture, 1 CaptureUnallocated, 1 RefundUnallocated");
    }

    private async Task<Charge> ShouldBeChargedOnce(Request request)
    {
        var charged = (await system.Sandbox.Charges(request.PaymentId)).Where(c => c.Captured > 0).ShouldHaveSingleItem();
        (charged.Captured, charged.Refunded).ShouldBe((10_000, 0));
        return charged;
    }
}
