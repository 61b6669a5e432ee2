using Payments.Contracts;
using Payments.Executor.Executing;
using Payments.Executor.Psp;
using Payments.Messaging;

namespace Payments.Executor.Tests.Executing;

/// <summary>A PSP may give a capture or void an id of its own: later undos still need the payment's.</summary>
public sealed class OperationAnswersTests
{
    private static readonly Ulid Payment = Ulid.NewUlid();

    [Theory]
    [InlineData(PspStep.Sale, "made")]
    [InlineData(PspStep.Authorize, "made")]
    [InlineData(PspStep.Capture, "payment")]
    [InlineData(PspStep.Void, "payment")]
    [InlineData(PspStep.Refund, null)]
    internal void Answer_Pending_NamesThePayment(PspStep step, string? reference) =>
        Answer<OrderPending>(step, OutcomeKind.Pending).PspReference.ShouldBe(reference);

    [Theory]
    [InlineData(PspStep.Sale, "made")]
    [InlineData(PspStep.Capture, "payment")]
    internal void Answer_Captured_NamesThePayment(PspStep step, string reference) =>
        Answer<OrderCaptured>(step, OutcomeKind.Approved).PspReference.ShouldBe(reference);

    /// <summary>PayPal refunds a capture, not the authorization; so the capture is what is named from then on.</summary>
    [Theory]
    [InlineData(OutcomeKind.Approved)]
    [InlineData(OutcomeKind.Declined)]
    internal void Conclude_WithAnotherReferenceOfThePayment_IsWhatAnswersName(OutcomeKind kind)
    {
        var step = kind == OutcomeKind.Approved ? PspStep.Capture : PspStep.Void;
        var outcome = kind == OutcomeKind.Approved
            ? Outcome.Approved("capture", "COMPLETED", 100, "EUR")
            : Outcome.Declined(DeclineKind.Hard, Reasons.AlreadyCaptured);

        var concluded = Row(step).Conclude(outcome with { PaymentReference = "capture" });

        concluded.TargetReference.ShouldBe("capture");
        Row(step).Conclude(outcome).TargetReference.ShouldBe("payment");
        var answer = new Effects(Payment).Answer(concluded).Messages.ShouldHaveSingleItem().Message;
        (answer is OrderCaptured captured ? captured.PspReference : ((VoidRefused)answer).PspReference).ShouldBe("capture");
    }

    [Fact]
    public void Answer_Refunded_NamesTheRefund() =>
        Answer<OrderRefunded>(PspStep.Refund, OutcomeKind.Approved).PspReference.ShouldBe("made");

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(null, false)]
    internal void Answer_ARefusedRefund_SaysWhetherOnlyForNow(bool? isHard, bool forNow)
    {
        var refused = Row(PspStep.Refund) with
        {
            Outcome = isHard is null ? OutcomeKind.InvalidRequest : OutcomeKind.Declined,
            IsHard = isHard,
            Reason = Reasons.NotYetSettled,
        };

        var answer = new Effects(Payment).Answer(refused).Messages.ShouldHaveSingleItem().Message.ShouldBeOfType<RefundFailed>();

        (answer.ForNow, answer.Reason).ShouldBe((forNow, "not_yet_settled"));
    }

    private static T Answer<T>(PspStep step, OutcomeKind outcome) => new Effects(Payment)
        .Answer(Row(step) with { Outcome = outcome })
        .Messages.ShouldHaveSingleItem().Message.ShouldBeOfType<T>();

    private static Operation Row(PspStep step) => new()
    {
        OperationId = $"{Payment}/order-1/{Words.Of(step)}/1",
        PaymentId = Payment.ToGuid(),
        OrderId = "order-1",
        Step = step,
        Connection = "adyen-eu",
        AmountMinor = 100,
        Currency = "EUR",
        State = OperationState.Open,
        PspReference = "made",
        TargetReference = step is PspStep.Sale or PspStep.Authorize ? null : "payment",
    };
}
