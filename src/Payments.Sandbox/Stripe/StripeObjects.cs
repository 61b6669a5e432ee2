using System.Text.Json.Nodes;
using Payments.Sandbox.Booking;

namespace Payments.Sandbox.Stripe;

/// <summary>Renders what the book holds as Stripe's objects of API version 2023-08-16.</summary>
internal static class StripeObjects
{
    private const long HoldSeconds = 7 * 24 * 3600;

    public static JsonObject Intent(Intent intent, bool isExpanded)
    {
        var token = intent.PaymentMethod is null ? null : SandboxTokens.Find(intent.PaymentMethod, intent.Account);
        var skew = intent.EchoesWrongAmount || token is { EchoesWrongAmount: true } ? 1 : 0;
        return new JsonObject
        {
            ["id"] = intent.Id,
            ["object"] = "payment_intent",
            ["amount"] = intent.Amount + skew,
            ["amount_capturable"] = intent.Capturable == 0 ? 0 : intent.Capturable + skew,
            ["amount_received"] = intent.Captured == 0 ? 0 : intent.Captured + skew,
            ["automatic_payment_methods"] = new JsonObject { ["allow_redirects"] = "never", ["enabled"] = true },
            ["canceled_at"] = intent.CanceledAt,
            ["cancellation_reason"] = intent.CancellationReason,
            ["capture_method"] = intent.IsManual ? "manual" : "automatic",
            ["client_secret"] = intent.Id + "_secret_sandbox",
            ["confirmation_method"] = "automatic",
            ["created"] = intent.Created,
            ["currency"] = intent.Currency,
            ["customer"] = null,
            ["description"] = intent.Description,
            ["last_payment_error"] = LastError(intent),
            ["latest_charge"] = intent.ChargeId is null ? null : isExpanded ? Charge(intent) : intent.ChargeId,
            ["livemode"] = false,
            ["metadata"] = Metadata(intent.Metadata),
            ["next_action"] = intent.Status == "requires_action"
                ? new JsonObject { ["type"] = "use_stripe_sdk", ["use_stripe_sdk"] = new JsonObject() }
                : null,
            ["payment_method"] = intent.Status == "requires_payment_method" ? null : intent.PaymentMethod,
            ["payment_method_options"] = new JsonObject(),
            ["payment_method_types"] = new JsonArray("card"),
            ["processing"] = intent.Status == "processing" ? new JsonObject { ["type"] = "card" } : null,
            ["status"] = intent.Status,
        };
    }

    public static JsonObject Refund(Intent intent, Refund refund) => new()
    {
        ["id"] = refund.Id,
        ["object"] = "refund",
        ["amount"] = refund.Amount,
        ["balance_transaction"] = null,
        ["charge"] = intent.ChargeId,
        ["created"] = refund.Created,
        ["currency"] = intent.Currency,
        ["failure_reason"] = refund.FailureReason,
        ["metadata"] = Metadata(refund.Metadata),
        ["payment_intent"] = intent.Id,
        ["reason"] = refund.Reason,
        ["receipt_number"] = null,
        ["source_transfer_reversal"] = null,
        ["status"] = refund.Status,
        ["transfer_reversal"] = null,
    };

    public static JsonObject List(string url, IEnumerable<JsonObject> items, bool hasMore) => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. items]),
        ["has_more"] = hasMore,
        ["url"] = url,
    };

    public static JsonObject SearchResult(string url, IEnumerable<JsonObject> items, bool hasMore) => new()
    {
        ["object"] = "search_result",
        ["data"] = new JsonArray([.. items]),
        ["has_more"] = hasMore,
        ["next_page"] = null,
        ["url"] = url,
    };

    private static JsonObject Charge(Intent intent) => new()
    {
        ["id"] = intent.ChargeId,
        ["object"] = "charge",
        ["amount"] = intent.Amount,
        ["amount_captured"] = intent.Captured,
        ["amount_refunded"] = intent.Refunded,
        ["billing_details"] = new JsonObject
        {
            ["address"] = null,
            ["email"] = null,
            ["name"] = null,
            ["phone"] = null,
        },
        ["captured"] = intent.Captured > 0,
        ["created"] = intent.Created,
        ["currency"] = intent.Currency,
        ["disputed"] = false,
        ["failure_code"] = intent.ErrorCode,
        ["livemode"] = false,
        ["metadata"] = Metadata(intent.Metadata),
        ["paid"] = intent.Authorized > 0,
        ["payment_intent"] = intent.Id,
        ["payment_method"] = intent.PaymentMethod,
        ["payment_method_details"] = new JsonObject
        {
            ["type"] = "card",
            ["card"] = intent.IsManual
                ? new JsonObject { ["brand"] = "visa", ["capture_before"] = intent.Created + HoldSeconds }
                : new JsonObject { ["brand"] = "visa" },
        },
        ["refunded"] = intent.Captured > 0 && intent.Refunded == intent.Captured,
        ["status"] = intent.Status == "processing" ? "pending" : intent.Authorized > 0 ? "succeeded" : "failed",
    };

    private static JsonObject? LastError(Intent intent) => intent.ErrorCode is null
        ? null
        : new JsonObject
        {
            ["charge"] = intent.ChargeId,
            ["code"] = intent.ErrorCode,
            ["decline_code"] = intent.DeclineCode,
            ["message"] = "Your card was declined.",
            ["type"] = "card_error",
        };

    private static JsonObject Metadata(Dictionary<string, string> metadata) =>
        new(metadata.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value)));
}
