using System.Text.Json;

namespace Payments.Executor.Psp.Stripe;

/// <summary>What we read of a PaymentIntent. Amounts as on the wire.</summary>
internal sealed record StripeIntent(
    string Id,
    string Status,
    long Amount,
    long AmountCapturable,
    long AmountReceived,
    string Currency,
    DateTimeOffset? Created,
    DateTimeOffset? CaptureBefore,
    string? CancellationReason,
    string? LastErrorCode,
    StripeIds Ids)
{
    public static StripeIntent? Read(JsonElement json)
    {
        if (json.Word("object") != "payment_intent"
            || json.Word("id") is not { } id
            || json.Word("status") is not { } status
            || json.Number("amount") is not { } amount
            || json.Word("currency") is not { } currency)
        {
            return null;
        }

        var lastError = json.Object("last_payment_error");
        return new StripeIntent(
            id,
            status,
            amount,
            json.Number("amount_capturable") ?? 0,
            json.Number("amount_received") ?? 0,
            currency.ToUpperInvariant(),
            json.Time("created"),
            json.Object("latest_charge").Object("payment_method_details").Object("card").Time("capture_before"),
            json.Word("cancellation_reason"),
            lastError.Word("decline_code") ?? lastError.Word("code"),
            StripeIds.Read(json));
    }
}

/// <summary>What we read of a Refund. The amount as on the wire.</summary>
internal sealed record StripeRefund(
    string Id, string Status, long Amount, string Currency, string? Intent, string? FailureReason, StripeIds Ids)
{
    public static StripeRefund? Read(JsonElement json)
    {
        if (json.Word("object") != "refund"
            || json.Word("id") is not { } id
            || json.Word("status") is not { } status
            || json.Number("amount") is not { } amount
            || json.Word("currency") is not { } currency)
        {
            return null;
        }

        return new StripeRefund(
            id,
            status,
            amount,
            currency.ToUpperInvariant(),
            json.Word("payment_intent") ?? json.Object("payment_intent").Word("id"),
            json.Word("failure_reason"),
            StripeIds.Read(json));
    }
}

/// <summary>Our ids as the PSP gives them back.</summary>
internal sealed record StripeIds(string? PaymentId, string? OrderId, string? OperationId)
{
    public static StripeIds Read(JsonElement json)
    {
        var metadata = json.Object("metadata");
        return new StripeIds(metadata.Text("payment_id"), metadata.Text("order_id"), metadata.Text("operation_id"));
    }
}

/// <summary>What we read of an error, and of the intent in it.</summary>
internal sealed record StripeError(string? Type, string? Code, string? DeclineCode, StripeIntent? Intent)
{
    public static StripeError Read(JsonElement json)
    {
        var error = json.Object("error");
        return new StripeError(
            error.Word("type"),
            error.Word("code"),
            error.Word("decline_code"),
            StripeIntent.Read(error.Object("payment_intent")));
    }
}
