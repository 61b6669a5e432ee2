using Payments.Executor.Psp;
using Payments.Executor.Psp.Square;

namespace Payments.Executor.Tests.Psp.Square;

/// <summary>Payments and refunds as Square renders them.</summary>
internal static class SquareResponses
{
    public static readonly SquareAdapter Adapter = new("L1");

    public static string Payment(
        PspOperation operation,
        string status,
        long? amount = null,
        long? approved = null,
        string? currency = null,
        string? reference = null,
        string? id = null,
        string? more = null) =>
        $$"""
        {"id":"{{id ?? operation.TargetReference ?? "sq_1"}}","status":"{{status}}","created_at":"2026-01-01T12:00:00.000Z",
         "updated_at":"2026-01-01T12:00:00.000Z","delayed_until":"2026-01-08T12:00:00.000Z",
         "amount_money":{"amount":{{amount ?? operation.AmountMinor}},"currency":"{{currency ?? "USD"}}"},
         "approved_money":{"amount":{{approved ?? operation.AmountMinor}},"currency":"{{currency ?? "USD"}}"},
         "reference_id":"{{reference ?? Adapter.ReferenceOf(operation.OperationId)}}"{{more}} }
        """;

    public static string Refund(
        PspOperation operation,
        string status,
        long? amount = null,
        string? currency = null,
        string? reference = null,
        string? payment = null) =>
        $$"""
        {"id":"sq_1_r1","status":"{{status}}","payment_id":"{{payment ?? operation.TargetReference}}",
         "created_at":"2026-01-01T12:00:00.000Z",
         "amount_money":{"amount":{{amount ?? operation.AmountMinor}},"currency":"{{currency ?? "USD"}}"},
         "reason":"{{reference ?? Adapter.ReferenceOf(operation.OperationId)}}"}
        """;

    /// <summary>The object in its envelope.</summary>
    public static string One(PspStep step, string json) =>
        step == PspStep.Refund ? $$"""{"refund":{{json}} }""" : $$"""{"payment":{{json}} }""";

    public static string Errors(params (string? Category, string? Code)[] errors) =>
        $$"""{"errors":[{{string.Join(',', errors.Select(Error))}}]}""";

    private static string Error((string? Category, string? Code) error)
    {
        static string Json(string? text) => text is null ? "null" : $"\"{text}\"";
        return $$"""{"category":{{Json(error.Category)}},"code":{{Json(error.Code)}},"detail":"cnon:card-nonce-ok"}""";
    }
}
