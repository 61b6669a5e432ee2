using Payments.Contracts;
using Payments.Orchestrator.Paying;

namespace Payments.Orchestrator.Tests.Paying;

public sealed class LateAnswerTests
{
    private static readonly Ulid Payment = Ulid.NewUlid();
    private static readonly string Charge = $"{Payment}/order-1/charge/1";
    private static readonly string Refund = $"{Payment}/order-1/refund/1";

    [Fact]
    public void IsToReport_CaptureAfterADecline_IsReported() =>
        IsToReport(Order(OrderStatus.Declined, "charge/1=OrderDeclined"), Captured()).ShouldBeTrue();

    [Fact]
    public void IsToReport_TheSameCaptureAgain_IsNot() =>
        IsToReport(Order(OrderStatus.Recorded, "charge/1=OrderCaptured"), Captured()).ShouldBeFalse();

    [Fact]
    public void IsToReport_CaptureOfAnOrderThatIsBeingRefunded_IsNot() =>
        IsToReport(Order(OrderStatus.Refunding, "charge/1=OrderCaptured") with { OperationId = Refund }, Captured()).ShouldBeFalse();

    [Fact]
    public void IsToReport_CaptureOfWhatWasVoided_IsReported() =>
        IsToReport(
            Order(OrderStatus.Voided, "charge/1=OrderActionRequired void/1=OrderVoided") with { OperationId = $"{Payment}/order-1/void/1" },
            Captured()).ShouldBeTrue();

    [Fact]
    public void IsToReport_CaptureAtTheConnectionThatWasLeft_IsReported() =>
        IsToReport(
            Order(OrderStatus.Recorded, "charge/1=OrderNotAttempted charge/2=OrderCaptured")
                with
            { OperationId = $"{Payment}/order-1/charge/2", ForwardOperationId = $"{Payment}/order-1/charge/2" },
            Captured()).ShouldBeTrue();

    [Fact]
    public void IsToReport_DeclineOfWhatWasTakenAndIsBeingRefunded_IsReported() =>
        IsToReport(
            Order(OrderStatus.Refunding, "charge/1=OrderCaptured") with { OperationId = Refund },
            new OrderDeclined { PaymentId = Payment, OrderId = "order-1", OperationId = Charge, Hard = true, Reason = "fraud" })
            .ShouldBeTrue();

    [Fact]
    public void IsToReport_RefundThatFailsAfterItWasDone_IsReported() =>
        IsToReport(Order(OrderStatus.Refunded, "charge/1=OrderCaptured refund/1=OrderRefunded") with { OperationId = Refund }, Failed()).ShouldBeTrue();

    [Fact]
    public void IsToReport_RefundThatFailsAgain_IsNot() =>
        IsToReport(Order(OrderStatus.RefundDebt, "charge/1=OrderCaptured refund/1=RefundFailed") with { OperationId = Refund }, Failed()).ShouldBeFalse();

    /// <summary>It was refused, and done after all: both were heard, and told of then.</summary>
    [Fact]
    public void IsToReport_TheRefusalOrTheRefundAgain_IsNot()
    {
        var order = Order(OrderStatus.Refunded, "charge/1=OrderCaptured refund/1=RefundFailed refund/1=OrderRefunded") with
        {
            OperationId = Refund,
        };

        IsToReport(order, Failed()).ShouldBeFalse();
        IsToReport(order, new OrderRefunded
        {
            PaymentId = Payment,
            OrderId = "order-1",
            OperationId = Refund,
            Amount = new Money(1000, Currency.Eur),
        }).ShouldBeFalse();
    }

    [Theory]
    [InlineData("integrity_mismatch", true)]
    [InlineData("duplicate_at_psp", true)]
    [InlineData("no_answer", false)]
    public void IsToReport_DoubtAboutWhatWasSettled_IsReportedWhereAPersonMustLook(string reason, bool expected) =>
        IsToReport(Order(OrderStatus.Recorded, "charge/1=OrderCaptured"), new OrderInDoubt
        {
            PaymentId = Payment,
            OrderId = "order-1",
            OperationId = Charge,
            Reason = reason,
        }).ShouldBe(expected);

    private static bool IsToReport(OrderState order, object answer) =>
        PaymentDecisions.IsToReport(order, OrderAnswer.Of(answer)!, answer.GetType().Name);

    private static OrderState Order(OrderStatus status, string outcomes) => new()
    {
        OrderId = "order-1",
        Position = 0,
        SellerId = "seller-1",
        AmountMinor = 1000,
        FeeMinor = 0,
        Status = status,
        Outcomes = outcomes,
        OperationId = Charge,
        ForwardOperationId = Charge,
        PspReference = "psp-1",
    };

    private static OrderCaptured Captured() => new()
    {
        PaymentId = Payment,
        OrderId = "order-1",
        OperationId = Charge,
        PspReference = "psp-1",
        Amount = new Money(1000, Currency.Eur),
    };

    private static RefundFailed Failed() => new()
    {
        PaymentId = Payment,
        OrderId = "order-1",
        OperationId = Refund,
        Reason = "refund_failed",
    };
}
