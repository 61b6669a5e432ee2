using System.Text.Json;
using System.Text.Json.Nodes;
using Payments.Sandbox.Booking;

namespace Payments.Sandbox.Adyen;

/// <summary>
/// Payments, and the taking in of what is asked of them; <see cref="AdyenSettlement"/> does it later. Called under the book's
/// lock.
/// </summary>
internal sealed class AdyenWrites(Book book, AdyenNotices notices)
{
    private const int LongestReference = 80;

    private static readonly string[] PaymentFields =
    [
        "additionalData", "amount", "applicationInfo", "authenticationData", "browserInfo", "captureDelayHours", "channel",
        "countryCode", "merchantAccount", "merchantOrderReference", "metadata", "origin", "paymentMethod",
        "recurringProcessingModel", "reference", "returnUrl", "shopperEmail", "shopperIP", "shopperInteraction", "shopperLocale",
        "shopperReference", "shopperStatement", "storePaymentMethod",
    ];

    private static readonly string[] ModificationFields =
        ["amount", "applicationInfo", "merchantAccount", "merchantRefundReason", "paymentReference", "reference"];

    private static readonly string[] Interactions = ["Ecommerce", "ContAuth", "Moto", "POS"];

    /// <summary>The fault that the call's payment method asks for.</summary>
    public TokenFault FaultOf(AdyenCall call) => call switch
    {
        { Segments: ["payments"] } => TokenOf(call.Account, StoredMethod(call))?.OnCreate ?? default,
        { Segments: ["payments", var id, "captures"] } => TokenOf(call.Account, id, t => t.OnCapture),
        { Segments: ["payments", var id, "cancels" or "reversals"] } => TokenOf(call.Account, id, t => t.OnVoid),
        { Segments: ["payments", var id, "refunds"] } => TokenOf(call.Account, id, t => t.OnRefund),
        { Segments: ["cancels"] } when FindByReference(call) is { } intent => TokenOf(call.Account, intent.Id, t => t.OnVoid),
        _ => default,
    };

    public AdyenReply Do(AdyenCall call, TokenFault fault)
    {
        if (call.Segments is not (["payments"] or ["cancels"]
            or ["payments", _, "captures" or "cancels" or "reversals" or "refunds"]))
        {
            return AdyenErrors.UnknownUrl();
        }

        var known = call.Segments is ["payments"] ? PaymentFields : ModificationFields;
        if (call.Body.FirstOrDefault(f => !known.Contains(f.Key)).Key is { } unknown)
            return AdyenErrors.Invalid("702", "Unexpected input: " + unknown);
        if (call.Text("merchantAccount") != call.Account)
            return AdyenErrors.WrongAccount();
        if (call.Text("reference") is { Length: > LongestReference })
            return AdyenErrors.Invalid("130", "The reference has more than 80 characters.");
        return call.Segments switch
        {
            ["payments"] => WrongInPayment(call) ?? Pay(call, fault),
            ["cancels"] => CancelByReference(call),
            ["payments", var id, var verb] => book.Find(call.Account, id) is { } intent
                ? Modify(call, intent, verb)
                : AdyenErrors.Invalid("167", "Original pspReference required for this operation"),
            _ => AdyenErrors.UnknownUrl(),
        };
    }

    /// <summary>Decides a payment that is pending; null where it is not.</summary>
    public JournalLine? Settle(string account, string id, bool succeeds)
    {
        if (book.Find(account, id) is not { Status: "processing" } intent)
            return null;
        if (succeeds)
            Approve(intent);
        else
            Decline(intent, AdyenTestValues.OfName("DECLINED")!);
        return new JournalLine(
            Intent: intent, Notifications: notices.Authorisation(intent, succeeds, succeeds ? "" : "Refused"));
    }

    /// <summary>How many units more than it is every rendering of the payment names.</summary>
    public static int SkewOf(Intent intent) =>
        intent.EchoesWrongAmount || TokenOf(intent.Account, intent.PaymentMethod) is { EchoesWrongAmount: true } ? 1 : 0;

    public static SandboxToken? TokenOf(string account, string? name) =>
        name is null ? null : SandboxTokens.Find(name, account);

    private TokenFault TokenOf(string account, string id, Func<SandboxToken, TokenFault> fault) =>
        TokenOf(account, book.Find(account, id)?.PaymentMethod) is { } token ? fault(token) : default;

    private static string? StoredMethod(AdyenCall call) =>
        AdyenCall.Text(call.Body["paymentMethod"], "storedPaymentMethodId");

    private static AdyenReply? WrongInPayment(AdyenCall call)
    {
        if (call.Amount is not { } amount)
            return AdyenErrors.Invalid("100", "No amount specified");
        if (amount.Value < 1)
            return AdyenErrors.Invalid("137", "Invalid amount specified");
        if (amount.Currency.Length != 3 || !amount.Currency.All(char.IsAsciiLetterUpper))
            return AdyenErrors.Invalid("138", "Unsupported currency specified");
        if (call.Text("reference") is null)
            return AdyenErrors.Invalid("130", "Required field 'reference' is not provided.");
        if (call.Text("returnUrl") is null)
            return AdyenErrors.Invalid("14_030", "Return URL is missing.");
        if (call.Text("shopperInteraction") is { } interaction && !Interactions.Contains(interaction))
            return AdyenErrors.Invalid("134", "Invalid shopperInteraction");
        if (call.Body["paymentMethod"] is not JsonObject)
            return AdyenErrors.Invalid("14_004", "Missing payment method details");
        return VerdictOf(call) is null ? AdyenErrors.Invalid("800", "Contract not found") : null;
    }

    private static AdyenVerdict? VerdictOf(AdyenCall call)
    {
        var stored = StoredMethod(call);
        return AdyenTestValues.OfNumber(AdyenCall.Text(call.Body["additionalData"], "RequestedTestAcquirerResponseCode"))
            ?? AdyenTestValues.OfName(AdyenCall.Text(call.Body["paymentMethod"], "holderName"))
            ?? AdyenTestValues.OfName(stored)
            ?? (TokenOf(call.Account, stored) is { } token ? AdyenTestValues.Of(token) : null);
    }

    private AdyenReply Pay(AdyenCall call, TokenFault fault)
    {
        var (verdict, amount) = (VerdictOf(call)!, call.Amount!.Value);
        var intent = new Intent
        {
            Sequence = book.NextSequence,
            Account = call.Account,
            Id = NewReference(),
            Currency = amount.Currency,
            Amount = amount.Value,
            IsManual = AdyenCall.Text(call.Body["additionalData"], "manualCapture") == "true",
            Created = book.UnixNow(),
            Status = "processing",
            PaymentMethod = StoredMethod(call),
            Metadata = MetadataOf(call),
            CreateKey = call.Key,
            EchoesWrongAmount = fault == TokenFault.WrongAmount,
        };
        book.Add(intent);
        var body = new JsonObject
        {
            ["pspReference"] = intent.Id,
            ["resultCode"] = verdict.ResultCode,
            ["merchantReference"] = call.Text("reference"),
        };
        var reply = new AdyenReply(200, body) { Changed = intent };
        switch (verdict.ResultCode)
        {
            case "Authorised":
                Approve(intent);
                body["amount"] = amount.ToJson(SkewOf(intent));
                return reply with { Notifications = notices.Authorisation(intent, true, "") };
            case "Pending":
                return reply;
            case "IdentifyShopper":
                intent.Status = "requires_action";
                body["action"] = new JsonObject { ["type"] = "threeDS2", ["subtype"] = "fingerprint", ["token"] = "sandbox" };
                return reply;
            default:
                Decline(intent, verdict);
                body["refusalReason"] = verdict.Refusal;
                body["refusalReasonCode"] = verdict.RefusalCode;
                return reply with { Notifications = notices.Authorisation(intent, false, verdict.Refusal!) };
        }
    }

    /// <summary>The client's metadata and, as the book's own words for them, its references.</summary>
    private static Dictionary<string, string> MetadataOf(AdyenCall call)
    {
        Dictionary<string, string> metadata = [];
        foreach (var (name, value) in call.Body["metadata"] as JsonObject ?? [])
        {
            if (value?.GetValueKind() == JsonValueKind.String)
                metadata[name] = value.GetValue<string>();
        }

        metadata["operation_id"] = call.Text("reference")!;
        return metadata;
    }

    private static void Approve(Intent intent)
    {
        intent.ChargeId = intent.Id;
        intent.Approve();
    }

    private static void Decline(Intent intent, AdyenVerdict verdict) =>
        intent.Decline(verdict.ResultCode, verdict.RefusalCode);

    private AdyenReply Modify(AdyenCall call, Intent intent, string verb)
    {
        var kind = verb switch
        {
            "captures" => AdyenEvents.Capture,
            "cancels" => AdyenEvents.Cancellation,
            "reversals" => AdyenEvents.CancelOrRefund,
            _ => AdyenEvents.Refund,
        };
        var isOfAnAmount = verb is "captures" or "refunds";
        if (isOfAnAmount && call.Amount is null)
            return AdyenErrors.Invalid("100", "No amount specified");
        if (isOfAnAmount && call.Amount is { Value: < 1 })
            return AdyenErrors.Invalid("137", "Invalid amount specified");
        var modification = New(call, kind, isOfAnAmount ? call.Amount!.Value : new AdyenAmount(intent.Amount, intent.Currency));
        intent.Modifications.Add(modification);
        var body = TakenIn(call, modification);
        body["paymentPspReference"] = intent.Id;
        if (isOfAnAmount)
            body["amount"] = call.Amount!.Value.ToJson(SkewOf(intent));
        return new AdyenReply(201, body) { Changed = intent, TakenIn = modification };
    }

    private AdyenReply CancelByReference(AdyenCall call)
    {
        if (call.Text("paymentReference") is not { } reference)
            return AdyenErrors.Invalid("130", "Required field 'paymentReference' is not provided.");
        var intent = FindByReference(call);
        var modification = New(
            call, AdyenEvents.TechnicalCancel, new AdyenAmount(intent?.Amount ?? 0, intent?.Currency ?? "EUR"));
        var body = TakenIn(call, modification);
        body["paymentReference"] = reference;
        var reply = new AdyenReply(201, body);
        if (intent is null)
        {
            return reply with
            {
                Notifications = notices.Modification(call.Account, modification, null, false, "Original payment not found"),
            };
        }

        intent.Modifications.Add(modification);
        return reply with { Changed = intent, TakenIn = modification };
    }

    private Intent? FindByReference(AdyenCall call) =>
        call.Text("paymentReference") is { } reference
            ? book.NewestFirst(call.Account).FirstOrDefault(i => i.Metadata.GetValueOrDefault("operation_id") == reference)
            : null;

    private Modification New(AdyenCall call, string kind, AdyenAmount amount) => new()
    {
        Id = NewReference(),
        Kind = kind,
        Reference = call.Text("reference"),
        Amount = amount.Value,
        Currency = amount.Currency,
        Key = call.Key,
    };

    private static JsonObject TakenIn(AdyenCall call, Modification modification) => new()
    {
        ["merchantAccount"] = call.Account,
        ["pspReference"] = modification.Id,
        ["reference"] = modification.Reference,
        ["status"] = "received",
    };

    /// <summary>Sixteen capital letters and digits, as Adyen's are.</summary>
    private string NewReference() => book.NewId("")[1..17].ToUpperInvariant();
}
