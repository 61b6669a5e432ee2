using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Payments.Executor.Psp.PayPal;

/// <summary>PayPal's Orders v2 and Payments v2, with payment methods from its vault.</summary>
internal sealed class PayPalAdapter(PspConnectionOptions connection) : IPspAdapter
{
    public const string AdapterName = "paypal";

    /// <summary>The idempotency key of a POST.</summary>
    public const string KeyHeader = "PayPal-Request-Id";

    /// <summary>What PayPal documents is 108 for orders and nothing for payments; what it takes everywhere is 38.</summary>
    private const int LongestKey = 38;

    /// <summary>So begin the ids of billing agreements; every other token is the vault id of a card.</summary>
    private const string AgreementPrefix = "B-";

    /// <summary>Orders keep a key six hours; an hour is left for a try under way and for clocks.</summary>
    private static readonly TimeSpan OrderKeyLifetime = TimeSpan.FromHours(5);

    /// <summary>Payments keep it 45 days.</summary>
    private static readonly TimeSpan PaymentKeyLifetime = TimeSpan.FromDays(44);

    public ReplayRule ReplayOf(PspStep step) =>
        new(IsSafe: true, step is PspStep.Sale or PspStep.Authorize ? OrderKeyLifetime : PaymentKeyLifetime);

    public string ReferenceOf(string operationId) => PayPalReference.Of(operationId);

    public Preparation Prepare(PspOperation operation)
    {
        var (value, refusal) = PayPalAmounts.ToWire(operation.AmountMinor, operation.CurrencyCode);
        if (refusal is not null)
            return refusal;
        var amount = new JsonObject { ["currency_code"] = operation.CurrencyCode, ["value"] = value };
        if (operation.Step is PspStep.Sale or PspStep.Authorize)
        {
            return string.IsNullOrEmpty(operation.Token)
                ? Preparation.Refuse(Reasons.MissingField, "A sale or an authorization needs a token.")
                : Preparation.Ready(Create(operation, operation.Token, amount));
        }

        if (string.IsNullOrEmpty(operation.TargetReference))
            return Preparation.Refuse(
                Reasons.MissingField, "A capture, void or refund needs the PSP reference of its payment.");
        if (OrderOf(operation) is { } order)
        {
            // Nothing is held by an order alone, and PayPal cannot cancel one: to void it is to see that this is so.
            return operation.Step == PspStep.Void
                ? Preparation.Ready(new PayPalLook(PayPalResource.Order, order).ToRequest(operation))
                : Preparation.Refuse(Reasons.NotFound, "An order that waits for its payer has nothing to capture or refund.");
        }

        return Preparation.Ready(OnPayment(operation, Uri.EscapeDataString(operation.TargetReference), amount));
    }

    public Answer Classify(PspOperation operation, PspResponse response)
    {
        using var document = PspJson.TryParse(response.Body, out var parsed) ? parsed : null;
        if (response.Status is < 200 or >= 300)
            return OfError(operation, response, document?.RootElement ?? default);
        if (operation.Step == PspStep.Void && response.Status == 204)
            return new Answer(PayPalStates.NothingHeld(operation.TargetReference!, "VOIDED"));
        var finding = document is null ? null : OfAnswer(operation, document.RootElement);
        return finding switch
        {
            { Kind: FindingKind.Known } => new Answer(finding.Outcome!),
            // A 2xx whose object does not show what was asked for.
            { Kind: FindingKind.Absent } => new Answer(
                Outcome.InDoubt(Reasons.UnexpectedState, "PayPal answered 2xx, but did not do it.") with
                {
                    PspReference = OrderIn(operation, document!.RootElement),
                }),
            _ => new Answer(
                Outcome.InDoubt(Reasons.UnreadableAnswer, "PayPal answered 2xx, but not with the object asked for."),
                AfterTry.RetrySameKey),
        };
    }

    public PspRequest? PrepareRetrieve(PspOperation operation, string? pspReference)
    {
        if (operation.Step == PspStep.Void)
            return OrderOf(operation) is { } id ? new PayPalLook(PayPalResource.Order, id).ToRequest(operation) : null;
        if (string.IsNullOrEmpty(pspReference))
            return null;
        if (pspReference.StartsWith(PayPalStates.OrderPrefix, StringComparison.Ordinal))
        {
            return new PayPalLook(PayPalResource.Order, pspReference[PayPalStates.OrderPrefix.Length..])
                .ToRequest(operation);
        }

        // A capture in doubt may have been given its authorization's id.
        if (operation.Step == PspStep.Capture && pspReference == operation.TargetReference)
            return null;
        return new PayPalLook(KindOf(operation.Step), pspReference).ToRequest(operation);
    }

    public Finding ClassifyRetrieve(PspOperation operation, PspResponse response) =>
        Understand(response, json => OfAnswer(operation, json));

    /// <summary>
    /// A capture, void or refund is found in the order of its target; a sale or an authorization by transaction search, and then
    /// read itself.
    /// </summary>
    public PspRequest? PrepareLookUp(PspOperation operation, string? cursor) =>
        LookOf(operation, cursor) is { } look ? look.ToRequest(operation) : null;

    public Finding ClassifyLookUp(PspOperation operation, string? cursor, PspResponse response)
    {
        var look = LookOf(operation, cursor)!.Value;
        // The target may be a capture, also of a capture's own: once captured, that is what an undo has to name.
        if (response.Status == 404 && look.Resource == PayPalResource.Authorization
            && operation.Step is PspStep.Void or PspStep.Capture)
        {
            return Finding.More(new PayPalLook(PayPalResource.Capture, look.Id).ToString());
        }

        return Understand(response, json => look.Resource switch
        {
            PayPalResource.Search => PayPalSearch.Of(operation, int.Parse(look.Id, CultureInfo.InvariantCulture), json),
            PayPalResource.Order => PayPalOrder.Read(json) is { } order ? OfOrder(operation, order) : null,
            PayPalResource.Authorization or PayPalResource.Capture or PayPalResource.Refund =>
                PayPalPayment.Read(json) is { } payment ? OfPayment(operation, look, payment) : null,
        });
    }

    /// <summary>The access token comes from <see cref="Over"/>.</summary>
    public void Authenticate(HttpRequestHeaders headers, PspConnectionOptions connection)
    {
    }

    public HttpMessageHandler Over(HttpMessageHandler network) =>
        new PayPalCompletions { InnerHandler = new PayPalTokens(connection, TimeProvider.System) { InnerHandler = network } };

    public string? RequestIdOf(PspResponse response) => response.Header("Paypal-Debug-Id");

    private static PspRequest Create(PspOperation operation, string token, JsonObject amount)
    {
        var reference = PayPalReference.Of(operation.OperationId);
        var source = token.StartsWith(AgreementPrefix, StringComparison.Ordinal)
            ? new JsonObject { ["token"] = new JsonObject { ["id"] = token, ["type"] = "BILLING_AGREEMENT" } }
            : new JsonObject { ["card"] = new JsonObject { ["vault_id"] = token } };
        var create = Post(operation, "v2/checkout/orders", new JsonObject
        {
            ["intent"] = operation.Step == PspStep.Sale ? "CAPTURE" : "AUTHORIZE",
            ["purchase_units"] = new JsonArray(new JsonObject
            {
                ["reference_id"] = $"{operation.PaymentId}/{operation.OrderId}",
                ["custom_id"] = reference,
                ["invoice_id"] = reference,
                ["amount"] = amount,
            }),
            ["payment_source"] = source,
        });
        var completion = operation.Step == PspStep.Sale ? "capture" : "authorize";
        var key = IdempotencyKey.Derive(operation.OperationId + "/complete", LongestKey);
        return create with { Headers = [.. create.Headers, new(PayPalCompletions.CompletionHeader, $"{completion} {key}")] };
    }

    private static PspRequest OnPayment(PspOperation operation, string target, JsonObject amount)
    {
        var reference = PayPalReference.Of(operation.OperationId);
        return operation.Step switch
        {
            // The rest is released, so that nothing is left that somebody would have to void.
            PspStep.Capture => Post(
                operation,
                $"v2/payments/authorizations/{target}/capture",
                new JsonObject { ["amount"] = amount, ["invoice_id"] = reference, ["final_capture"] = true }),
            PspStep.Void => Post(operation, $"v2/payments/authorizations/{target}/void", null),
            PspStep.Refund => Post(
                operation,
                $"v2/payments/captures/{target}/refund",
                new JsonObject { ["amount"] = amount, ["custom_id"] = reference, ["invoice_id"] = reference }),
            PspStep.Sale or PspStep.Authorize => throw new InvalidOperationException("These have no target."),
        };
    }

    private static PspRequest Post(PspOperation operation, string path, JsonObject? body) => new()
    {
        Method = "POST",
        Path = path,
        Headers =
        [
            new(KeyHeader, IdempotencyKey.Derive(operation.OperationId, LongestKey)),
            new("Prefer", "return=representation"),
        ],
        ContentType = "application/json",
        Body = body is null ? default : Encoding.UTF8.GetBytes(body.ToJsonString()),
    };

    /// <summary>What the operation itself, or a read by its own reference, was answered with.</summary>
    private static Finding? OfAnswer(PspOperation operation, JsonElement json)
    {
        // An order has purchase units, a payment an amount; a reference may have been of either.
        var isOrder = operation.Step is PspStep.Sale or PspStep.Authorize
            ? json.Object("amount").ValueKind != JsonValueKind.Object
            : OrderOf(operation) is not null;
        if (isOrder)
            return PayPalOrder.Read(json) is { } order ? OfOrder(operation, order) : null;
        if (PayPalPayment.Read(json) is not { } payment)
            return null;
        return operation.Step switch
        {
            PspStep.Void => PayPalStates.OfVoid(operation, payment),
            PspStep.Refund => PayPalStates.OfRefund(operation, payment),
            PspStep.Sale or PspStep.Authorize or PspStep.Capture => PayPalStates.OfPayment(operation, payment),
        };
    }

    private static Finding OfOrder(PspOperation operation, PayPalOrder order) => operation.Step switch
    {
        PspStep.Sale or PspStep.Authorize => PayPalStates.OfOrder(operation, order),
        PspStep.Capture => PayPalStates.OfCaptureIn(operation, order),
        PspStep.Void => PayPalStates.OfVoidIn(order),
        PspStep.Refund => PayPalStates.OfRefundIn(operation, order),
    };

    /// <summary>What a look-up found on its way.</summary>
    private static Finding OfPayment(PspOperation operation, PayPalLook look, PayPalPayment payment)
    {
        if (operation.Step is PspStep.Sale or PspStep.Authorize
            || (operation.Step == PspStep.Capture && look.Resource == PayPalResource.Capture))
        {
            return PayPalStates.OfPayment(operation, payment);
        }

        if (operation.Step == PspStep.Void && look.Resource == PayPalResource.Capture)
            return PayPalStates.OfVoidedCapture(payment);
        if (operation.Step == PspStep.Void && PayPalStates.OfVoid(operation, payment) is { } finding)
            return finding;
        return payment.OrderId is { } order
            ? Finding.More(new PayPalLook(PayPalResource.Order, order).ToString())
            : Finding.Unclear(Reasons.UnexpectedState, "PayPal does not name the order of this payment.");
    }

    private static PayPalLook? LookOf(PspOperation operation, string? cursor)
    {
        if (cursor is not null)
            return PayPalLook.Parse(cursor);
        if (operation.Step is PspStep.Sale or PspStep.Authorize)
            return PayPalLook.Page(1);
        var kind = operation.Step == PspStep.Refund ? PayPalResource.Capture : PayPalResource.Authorization;
        return string.IsNullOrEmpty(operation.TargetReference) ? null : new PayPalLook(kind, operation.TargetReference);
    }

    private static PayPalResource KindOf(PspStep step) => step switch
    {
        PspStep.Sale or PspStep.Capture => PayPalResource.Capture,
        PspStep.Authorize or PspStep.Void => PayPalResource.Authorization,
        PspStep.Refund => PayPalResource.Refund,
    };

    /// <summary>Of a sale or an authorization that has no payment yet.</summary>
    private static string? OrderIn(PspOperation operation, JsonElement json) =>
        operation.Step is PspStep.Sale or PspStep.Authorize && PayPalOrder.Read(json) is { } order
            ? PayPalStates.OrderPrefix + order.Id
            : null;

    private static string? OrderOf(PspOperation operation) =>
        operation.TargetReference?.StartsWith(PayPalStates.OrderPrefix, StringComparison.Ordinal) == true
            ? operation.TargetReference[PayPalStates.OrderPrefix.Length..]
            : null;

    private static Answer OfError(PspOperation operation, PspResponse response, JsonElement body)
    {
        var error = PayPalError.Read(body);
        var row = PayPalErrorTable.Of(response.Status, error.Code, operation.Step);
        var (decline, reason) = row.Reason is null ? PayPalDeclines.Of(error.Code) : (row.Decline, row.Reason);
        var outcome = new Outcome
        {
            Kind = row.Kind,
            Decline = row.Kind == OutcomeKind.Declined ? decline : null,
            Reason = reason,
            // What is in doubt is read there.
            PspReference = row.Kind == OutcomeKind.InDoubt && response.Header(PayPalCompletions.OrderHeader) is { } order
                ? PayPalStates.OrderPrefix + order
                : null,
            PspCode = error.Code,
            Message = Sentence(response.Status, error),
        };
        var ifAbsent = row.IfAbsent is null
            ? null
            : Outcome.Declined(DeclineKind.Hard, row.IfAbsent, outcome.Message) with { PspCode = error.Code };
        return new Answer(outcome, row.Next, ifAbsent);
    }

    // Of status, name and issue only: PayPal's own description may repeat what was sent.
    private static string Sentence(int status, PayPalError error)
    {
        string?[] words = [status.ToString(CultureInfo.InvariantCulture), error.Name, error.Issue];
        return "PayPal answered " + string.Join(' ', words.Where(w => w is not null)) + ".";
    }

    private static Finding Understand(PspResponse response, Func<JsonElement, Finding?> read)
    {
        using var document = PspJson.TryParse(response.Body, out var parsed) ? parsed : null;
        if (response.Status == 200)
            return (document is null ? null : read(document.RootElement)) ?? Finding.Unclear(Reasons.UnreadableAnswer);
        return Finding.Unanswered(response.Status, Sentence(response.Status, PayPalError.Read(document?.RootElement ?? default)));
    }
}
