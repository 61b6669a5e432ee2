using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Payments.Executor.Psp.Adyen;

/// <summary>Adyen's Checkout API, version 72, with stored cards.</summary>
internal sealed class AdyenAdapter(string merchantAccount) : IPspAdapter
{
    public const string AdapterName = "adyen";

    private const string Version = "v72";
    private const int LongestKey = 64;

    // The API demands an address to return the shopper to. Nobody is sent anywhere: what needs the shopper is voided, so
    // it is one of the reserved names that lead nowhere.
    private const string ReturnUrl = "https://return.invalid/";

    /// <summary>Adyen keeps keys for seven days or more; an hour is kept for a try under way and for clocks.</summary>
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromDays(7) - TimeSpan.FromHours(1);

    public bool VoidsByOurReference => true;

    public ReplayRule ReplayOf(PspStep step) => new(IsSafe: true, KeyLifetime);

    /// <summary>
    /// A hash in hexadecimal, 64 characters: Adyen takes 80, and a hyphen would separate several references. Authorizations
    /// and modifications bear their own, and each webhook names that of what it is about.
    /// </summary>
    public string ReferenceOf(string operationId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(operationId)));

    public Preparation Prepare(PspOperation operation)
    {
        var (wire, refusal) = AdyenAmounts.ToWire(operation.AmountMinor, operation.CurrencyCode);
        if (refusal is not null)
            return refusal;
        if (operation.Step is PspStep.Sale or PspStep.Authorize)
        {
            return string.IsNullOrEmpty(operation.Token)
                ? Preparation.Refuse(Reasons.MissingField, "A sale or an authorization needs a token.")
                : Preparation.Ready(Pay(operation, AdyenToken.Of(operation), wire));
        }

        if (string.IsNullOrEmpty(operation.TargetReference))
        {
            return operation is { Step: PspStep.Void, Undoes.Length: > 0 }
                ? Preparation.Ready(CancelByOurReference(operation, operation.Undoes))
                : Preparation.Refuse(
                    Reasons.MissingField, "A capture, void or refund needs the PSP reference of its payment.");
        }

        var path = "payments/" + Uri.EscapeDataString(operation.TargetReference);
        return Preparation.Ready(operation.Step switch
        {
            PspStep.Capture => Post(operation, path + "/captures", Body(operation, wire)),
            PspStep.Void => Post(operation, path + "/cancels", Body(operation)),
            PspStep.Refund => Post(operation, path + "/refunds", Body(operation, wire)),
            PspStep.Sale or PspStep.Authorize => throw new InvalidOperationException("Prepared above."),
        });
    }

    public Answer Classify(PspOperation operation, PspResponse response)
    {
        var isSuccess = response.Status is >= 200 and < 300;
        if (!PspJson.TryParse(response.Body, out var document))
            return isSuccess ? AdyenAnswers.Unreadable() : AdyenAnswers.OfError(response, default);
        using (document)
        {
            if (!isSuccess)
                return AdyenAnswers.OfError(response, document.RootElement);
            var reference = ReferenceOf(operation.OperationId);
            return operation.Step is PspStep.Sale or PspStep.Authorize
                ? AdyenAnswers.OfPayment(operation, reference, document.RootElement)
                : AdyenAnswers.OfModification(operation, reference, document.RootElement);
        }
    }

    // Checkout 72 has no call that reads a payment. What settles doubt is a replay while the key lives, to which Adyen
    // repeats its first answer, and the webhook, which bears our reference.
    public PspRequest? PrepareRetrieve(PspOperation operation, string? pspReference) => null;

    public Finding ClassifyRetrieve(PspOperation operation, PspResponse response) =>
        throw new NotSupportedException("Adyen has nothing to retrieve.");

    public PspRequest? PrepareLookUp(PspOperation operation, string? cursor) => null;

    public Finding ClassifyLookUp(PspOperation operation, string? cursor, PspResponse response) =>
        throw new NotSupportedException("Adyen has nothing to look up.");

    public void Authenticate(HttpRequestHeaders headers, PspConnectionOptions connection) =>
        headers.TryAddWithoutValidation("X-API-Key", connection.SecretKey);

    public string? RequestIdOf(PspResponse response) => response.Header("pspReference");

    private PspRequest Pay(PspOperation operation, AdyenToken token, long wire)
    {
        var body = Body(operation, wire);
        body["paymentMethod"] = new JsonObject { ["type"] = "scheme", ["storedPaymentMethodId"] = token.StoredPaymentMethodId };
        if (token.ShopperReference is not null)
            body["shopperReference"] = token.ShopperReference;
        // A card on file, used outside a schedule by a shopper who returns.
        body["shopperInteraction"] = "ContAuth";
        body["recurringProcessingModel"] = "CardOnFile";
        body["returnUrl"] = ReturnUrl;
        // Each whatever the merchant account is set to.
        if (operation.Step == PspStep.Sale)
            body["captureDelayHours"] = 0;
        else
            body["additionalData"] = new JsonObject { ["manualCapture"] = "true" };
        // For people at Adyen's back office. The operation's id may be longer than the 80 characters a value takes.
        body["metadata"] = new JsonObject { ["payment_id"] = operation.PaymentId, ["order_id"] = operation.OrderId };
        return Post(operation, "payments", body);
    }

    private PspRequest CancelByOurReference(PspOperation operation, string targetOperationId)
    {
        var body = Body(operation);
        body["paymentReference"] = ReferenceOf(targetOperationId);
        return Post(operation, "cancels", body);
    }

    private JsonObject Body(PspOperation operation, long? wire = null)
    {
        var body = new JsonObject
        {
            ["merchantAccount"] = merchantAccount,
            ["reference"] = ReferenceOf(operation.OperationId),
        };
        if (wire is not null)
            body["amount"] = new JsonObject { ["value"] = wire, ["currency"] = operation.CurrencyCode };
        return body;
    }

    private static PspRequest Post(PspOperation operation, string path, JsonObject body) => new()
    {
        Method = "POST",
        Path = $"{Version}/{path}",
        // An operation that cancels itself is done anew each time: its key is the payment's, and what was too early for the
        // first cancel is not for the next.
        Headers = operation.Undoes == operation.OperationId
            ? []
            : [new("Idempotency-Key", IdempotencyKey.Derive(operation.OperationId, LongestKey))],
        ContentType = "application/json",
        Body = Encoding.UTF8.GetBytes(body.ToJsonString()),
    };
}
