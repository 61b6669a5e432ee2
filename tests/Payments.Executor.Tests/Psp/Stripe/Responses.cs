using System.Text;
using Payments.Executor.Psp;

namespace Payments.Executor.Tests.Psp.Stripe;

internal static class Responses
{
    public static PspResponse Of(int status, string body, params (string Name, string Value)[] headers) => new()
    {
        Status = status,
        Headers = headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase),
        Body = Encoding.UTF8.GetBytes(body),
    };

    /// <summary>An intent of the operation, as Stripe renders it.</summary>
    public static string Intent(
        PspOperation operation,
        string status,
        long? amount = null,
        long capturable = 0,
        long received = 0,
        string? currency = null,
        string? operationId = null,
        string? paymentId = null,
        string? orderId = null,
        string? id = null,
        string? more = null) =>
        $$"""
        {"id":"{{id ?? operation.TargetReference ?? "pi_1"}}","object":"payment_intent","status":"{{status}}",
         "amount":{{amount ?? operation.AmountMinor}},"amount_capturable":{{capturable}},"amount_received":{{received}},
         "currency":"{{currency ?? "usd"}}","created":1700000000,
         "metadata":{"payment_id":"{{paymentId ?? operation.PaymentId}}","order_id":"{{orderId ?? operation.OrderId}}",
         "operation_id":"{{operationId ?? operation.OperationId}}"}{{more}} }
        """;

    public static string Refund(
        PspOperation operation, string status, long? amount = null, string? operationId = null, string? intent = null) =>
        $$"""
        {"id":"re_1","object":"refund","status":"{{status}}","amount":{{amount ?? operation.AmountMinor}},"currency":"usd",
         "payment_intent":"{{intent ?? operation.TargetReference}}","failure_reason":"expired_or_canceled_card",
         "metadata":{"operation_id":"{{operationId ?? operation.OperationId}}"} }
        """;
}
