using Payments.Contracts;

namespace Payments.Orchestrator.Paying;

/// <summary>The events that tell how a payment ended or where it stopped.</summary>
internal static class PaymentEnds
{
    public static object Completed(PaymentState payment) => new PaymentCompleted
    {
        PaymentId = payment.PaymentId,
        MerchantId = payment.MerchantId!,
        Amount = payment.Amount!.Value,
    };

    public static object PartiallyCompleted(PaymentState payment) => new PaymentPartiallyCompleted
    {
        PaymentId = payment.PaymentId,
        MerchantId = payment.MerchantId!,
        Amount = payment.Of(payment.Orders.Where(o => o.Status == OrderStatus.Recorded).Sum(o => o.AmountMinor)),
        Orders = Outcomes(payment),
    };

    public static object Failed(PaymentState payment) => new PaymentFailed
    {
        PaymentId = payment.PaymentId,
        MerchantId = payment.MerchantId!,
        Reason = payment.Reason!,
        Orders = Outcomes(payment),
    };

    public static PaymentParked ToParked(this PaymentState payment) => new()
    {
        PaymentId = payment.PaymentId,
        MerchantId = payment.MerchantId!,
        Reason = payment.ParkReason!,
        ResumeState = payment.ResumeState!,
        AtRisk = payment.Of(payment.AtRiskMinor!.Value),
    };

    private static OrderOutcome[] Outcomes(PaymentState payment) =>
        [.. payment.Orders.Select(o => new OrderOutcome(o.OrderId, o.Status.ToString(), o.Reason))];
}
