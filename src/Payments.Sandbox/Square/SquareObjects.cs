using System.Globalization;
using System.Text.Json.Nodes;
using Payments.Sandbox.Booking;

namespace Payments.Sandbox.Square;

/// <summary>
/// Renders what the book holds as Square's objects of API version 2025-08-20. The book keeps the words of Stripe, whichever
/// PSP an intent is at, so that its readers need to know no other.
/// </summary>
internal static class SquareObjects
{
    // Square itself cancels what is older.
    private const long HoldSeconds = 7 * 24 * 3600;

    public static JsonObject Payment(Intent intent)
    {
        var source = intent.PaymentMethod is { } name ? SquareSources.Find(name, intent.Account) : null;
        var skew = intent.EchoesWrongAmount || source is { EchoesWrongAmount: true } ? 1 : 0;
        // A partial capture lowers the amount before it captures.
        var amount = (intent.Captured > 0 ? intent.Captured : intent.Capturable > 0 ? intent.Capturable : intent.Amount) + skew;
        var payment = new JsonObject
        {
            ["id"] = intent.Id,
            ["created_at"] = Time(intent.Created),
            ["updated_at"] = Time(intent.CanceledAt ?? intent.Created),
            ["amount_money"] = Money(intent, amount),
            ["total_money"] = Money(intent, amount),
            ["status"] = StatusOf(intent),
            ["delay_duration"] = "PT168H",
            ["delay_action"] = "CANCEL",
            ["delayed_until"] = Time(intent.Created + HoldSeconds),
            ["source_type"] = "CARD",
            ["card_details"] = CardDetails(intent),
            ["location_id"] = intent.Metadata["location_id"],
            ["reference_id"] = intent.Metadata.GetValueOrDefault("reference_id"),
            ["note"] = intent.Description,
        };
        if (intent.Authorized > 0)
            payment["approved_money"] = Money(intent, intent.Authorized + skew);
        if (intent.Status == "requires_capture")
            payment["capabilities"] = new JsonArray("EDIT_AMOUNT_DOWN", "EDIT_DELAY_ACTION");
        if (intent.Refunds.Count > 0)
        {
            payment["refund_ids"] = new JsonArray([.. intent.Refunds.Select(r => (JsonNode?)r.Id)]);
            payment["refunded_money"] = Money(intent, intent.Refunded);
        }

        return payment;
    }

    public static JsonObject Refund(Intent intent, Refund refund) => new()
    {
        ["id"] = refund.Id,
        ["status"] = refund.Status switch { "succeeded" => "COMPLETED", "failed" => "FAILED", _ => "PENDING" },
        ["amount_money"] = Money(intent, refund.Amount),
        ["payment_id"] = intent.Id,
        ["location_id"] = intent.Metadata["location_id"],
        ["reason"] = refund.Reason,
        ["created_at"] = Time(refund.Created),
        ["updated_at"] = Time(refund.Created),
    };

    private static string StatusOf(Intent intent) => intent.Status switch
    {
        "requires_capture" => "APPROVED",
        "succeeded" => "COMPLETED",
        "canceled" => "CANCELED",
        "processing" => "PENDING",
        "requires_payment_method" => "FAILED",
        _ => throw new InvalidOperationException($"Square has no payment that is {intent.Status}."),
    };

    private static JsonObject CardDetails(Intent intent)
    {
        var details = new JsonObject
        {
            ["status"] = intent.Status switch
            {
                "succeeded" => "CAPTURED",
                "canceled" => "VOIDED",
                "requires_payment_method" => "FAILED",
                _ => "AUTHORIZED",
            },
            ["card"] = new JsonObject { ["card_brand"] = "VISA" },
            ["entry_method"] = "KEYED",
        };
        if (intent.ErrorCode is { } code)
        {
            details["errors"] = new JsonArray(
                SquareErrors.Error("PAYMENT_METHOD_ERROR", SquareSources.CodeOf(code), "The payment was declined."));
        }

        return details;
    }

    private static JsonObject Money(Intent intent, long amount) =>
        new() { ["amount"] = amount, ["currency"] = intent.Currency };

    private static string Time(long unixSeconds) =>
        DateTimeOffset.FromUnixTimeSeconds(unixSeconds).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
