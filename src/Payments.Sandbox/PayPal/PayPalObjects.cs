using System.Globalization;
using System.Text.Json.Nodes;
using Payments.Sandbox.Booking;

namespace Payments.Sandbox.PayPal;

/// <summary>Renders what the book holds as PayPal's objects. An intent is an order with its one authorization or capture.</summary>
internal static class PayPalObjects
{
    /// <summary>Of a capture of an authorization, among the intent's modifications.</summary>
    public const string CaptureKind = "capture";

    /// <summary>In an intent's or a refund's metadata.</summary>
    public const string InvoiceId = "invoice_id";
    public const string CustomId = "custom_id";
    public const string ReferenceId = "reference_id";
    public const string CaptureId = "capture_id";

    private const string OrderPath = "/v2/checkout/orders/";
    private const long AuthorizationSeconds = 29 * 24 * 3600;

    public static JsonObject Order(Intent intent)
    {
        var unit = new JsonObject
        {
            ["reference_id"] = intent.Metadata.GetValueOrDefault(ReferenceId, "default"),
            ["amount"] = Money(intent, intent.Amount),
            ["custom_id"] = intent.Metadata.GetValueOrDefault(CustomId),
            ["invoice_id"] = intent.Metadata.GetValueOrDefault(InvoiceId),
        };
        var payments = new JsonObject();
        if (intent is { ChargeId: not null, IsManual: true })
            payments["authorizations"] = new JsonArray(Authorization(intent));
        if (CapturesOf(intent).ToArray() is { Length: > 0 } captures)
            payments["captures"] = new JsonArray([.. captures.Select(c => Capture(intent, c))]);
        if (intent.Refunds.Count > 0)
            payments["refunds"] = new JsonArray([.. intent.Refunds.Select(r => Refund(intent, r))]);
        if (payments.Count > 0)
            unit["payments"] = payments;
        return new JsonObject
        {
            ["id"] = intent.Id,
            ["intent"] = intent.IsManual ? "AUTHORIZE" : "CAPTURE",
            ["status"] = intent.Status switch
            {
                "requires_confirmation" when PayPalVault.IsOnlyApproved(intent.PaymentMethod) => "APPROVED",
                "requires_confirmation" => intent.PaymentMethod is null ? "CREATED" : "PAYER_ACTION_REQUIRED",
                _ => "COMPLETED",
            },
            ["purchase_units"] = new JsonArray(unit),
            ["create_time"] = Time(intent.Created),
            ["links"] = Links(OrderPath + intent.Id, null),
        };
    }

    public static JsonObject Authorization(Intent intent) => new()
    {
        ["id"] = intent.ChargeId,
        ["status"] = intent.Status switch
        {
            "processing" => "PENDING",
            "requires_payment_method" => "DENIED",
            "canceled" => "VOIDED",
            "succeeded" => "CAPTURED",
            _ => intent.Captured > 0 ? "PARTIALLY_CAPTURED" : "CREATED",
        },
        ["amount"] = Money(intent, intent.Amount),
        ["invoice_id"] = intent.Metadata.GetValueOrDefault(InvoiceId),
        ["custom_id"] = intent.Metadata.GetValueOrDefault(CustomId),
        ["expiration_time"] = Time(intent.Created + AuthorizationSeconds),
        ["create_time"] = Time(intent.Created),
        ["processor_response"] = Response(intent),
        ["supplementary_data"] = Related(intent, null),
        ["links"] = Links("/v2/payments/authorizations/" + intent.ChargeId, OrderPath + intent.Id),
    };

    /// <summary>The captures of an order: a sale's own, or those of its authorization.</summary>
    public static IEnumerable<Modification> CapturesOf(Intent intent) => intent.IsManual
        ? intent.Modifications.Where(m => m.Kind == CaptureKind)
        : intent.ChargeId is { } id
            ?
            [
                new Modification
                {
                    Id = id,
                    Kind = CaptureKind,
                    Reference = intent.Metadata.GetValueOrDefault(InvoiceId),
                    Amount = intent.Amount,
                    Currency = intent.Currency,
                },
            ]
            : [];

    public static JsonObject Capture(Intent intent, Modification capture)
    {
        var refunded = RefundedOf(intent, capture);
        var status = intent.IsManual ? "COMPLETED" : intent.Status switch
        {
            "processing" => "PENDING",
            "requires_payment_method" => "DECLINED",
            _ => "COMPLETED",
        };
        return new JsonObject
        {
            ["id"] = capture.Id,
            ["status"] = refunded == 0 ? status : refunded < capture.Amount ? "PARTIALLY_REFUNDED" : "REFUNDED",
            ["status_details"] = status == "PENDING" ? new JsonObject { ["reason"] = "PENDING_REVIEW" } : null,
            ["amount"] = Money(intent, capture.Amount),
            ["invoice_id"] = capture.Reference,
            ["custom_id"] = intent.Metadata.GetValueOrDefault(CustomId),
            ["final_capture"] = true,
            ["create_time"] = Time(intent.Created),
            ["processor_response"] = Response(intent),
            ["supplementary_data"] = Related(intent, intent.IsManual ? intent.ChargeId : null),
            ["links"] = Links(
                "/v2/payments/captures/" + capture.Id,
                intent.IsManual ? "/v2/payments/authorizations/" + intent.ChargeId : OrderPath + intent.Id),
        };
    }

    public static long RefundedOf(Intent intent, Modification capture) => intent.Refunds
        .Where(r => r.Status != "failed" && r.Metadata.GetValueOrDefault(CaptureId) == capture.Id)
        .Sum(r => r.Amount);

    public static JsonObject Refund(Intent intent, Refund refund) => new()
    {
        ["id"] = refund.Id,
        ["status"] = refund.Status == "failed" ? "FAILED" : "COMPLETED",
        ["amount"] = Money(intent, refund.Amount),
        ["invoice_id"] = refund.Metadata.GetValueOrDefault(InvoiceId),
        ["custom_id"] = refund.Metadata.GetValueOrDefault(CustomId),
        ["create_time"] = Time(refund.Created),
        ["links"] = Links(
            "/v2/payments/refunds/" + refund.Id, "/v2/payments/captures/" + refund.Metadata.GetValueOrDefault(CaptureId)),
    };

    /// <summary>What is answered without <c>Prefer: return=representation</c>.</summary>
    public static JsonObject Minimal(JsonObject whole) => new()
    {
        ["id"] = whole["id"]?.DeepClone(),
        ["status"] = whole["status"]?.DeepClone(),
        ["links"] = whole["links"]?.DeepClone(),
    };

    public static string Time(long unixSeconds) =>
        DateTimeOffset.FromUnixTimeSeconds(unixSeconds).UtcDateTime.ToString(
            "yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static JsonObject Money(Intent intent, long amount)
    {
        var token = PayPalVault.Find(intent.PaymentMethod, intent.Account);
        return PayPalMoney.Write(amount + (intent.EchoesWrongAmount || token is { EchoesWrongAmount: true } ? 1 : 0), intent.Currency);
    }

    private static JsonObject? Response(Intent intent) => (intent.DeclineCode ?? intent.ErrorCode) is { } code
        ? new JsonObject { ["response_code"] = PayPalVault.ResponseCodeOf(code) }
        : null;

    private static JsonObject Related(Intent intent, string? authorization)
    {
        var ids = new JsonObject { ["order_id"] = intent.Id };
        if (authorization is not null)
            ids["authorization_id"] = authorization;
        return new JsonObject { ["related_ids"] = ids };
    }

    private static JsonArray Links(string self, string? up)
    {
        var links = new JsonArray(Link(self, "self"));
        if (up is not null)
            links.Add(Link(up, "up"));
        return links;
    }

    private static JsonObject Link(string path, string relation) =>
        new() { ["href"] = "https://api-m.sandbox.paypal.com" + path, ["rel"] = relation, ["method"] = "GET" };
}
