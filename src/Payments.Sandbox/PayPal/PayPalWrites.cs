using System.Text.Json.Nodes;
using Payments.Sandbox.Booking;

namespace Payments.Sandbox.PayPal;

/// <summary>The POSTs. Called under the book's lock.</summary>
internal sealed class PayPalWrites(Book book, PayPalReads reads)
{
    /// <summary>The fault that the call's payment method asks for.</summary>
    public TokenFault FaultOf(PayPalCall call) => call.Segments switch
    {
        ["v2", "checkout", "orders"] when PayPalVault.IsOnlyApproved(TokenIn(call.Body)) => default,
        ["v2", "checkout", "orders"] => PayPalVault.Find(TokenIn(call.Body), call.Account)?.OnCreate ?? default,
        ["v2", "checkout", "orders", var id, "capture" or "authorize"] => Of(book.Find(call.Account, id))?.OnCreate ?? default,
        ["v2", "payments", "authorizations", var id, "capture"] => Of(reads.OfAuthorization(call.Account, id))?.OnCapture ?? default,
        ["v2", "payments", "authorizations", var id, "void"] => Of(reads.OfAuthorization(call.Account, id))?.OnVoid ?? default,
        ["v2", "payments", "captures", var id, "refund"] => Of(reads.OfCapture(call.Account, id)?.Intent)?.OnRefund ?? default,
        _ => default,
    };

    public PayPalReply Do(PayPalCall call, TokenFault fault)
    {
        if (call.Mocked is { } code)
            return PayPalErrors.Mocked(code);
        return call.Segments switch
        {
            ["v2", "checkout", "orders"] => Create(call, fault),
            ["v2", "checkout", "orders", var id, ("capture" or "authorize") and var step] =>
                book.Find(call.Account, id) is { } intent ? Complete(call, intent, step) : PayPalErrors.NotFound(),
            ["v2", "payments", "authorizations", var id, "capture"] => reads.OfAuthorization(call.Account, id) is { } intent
                ? Capture(call, intent, fault)
                : PayPalErrors.NotFound(),
            ["v2", "payments", "authorizations", var id, "void"] => reads.OfAuthorization(call.Account, id) is { } intent
                ? Void(call, intent)
                : PayPalErrors.NotFound(),
            ["v2", "payments", "captures", var id, "refund"] => reads.OfCapture(call.Account, id) is var (intent, capture)
                ? Refund(call, intent, capture, fault)
                : PayPalErrors.NotFound(),
            _ => PayPalErrors.NotFound(),
        };
    }

    private static SandboxToken? Of(Intent? intent) =>
        intent is null ? null : PayPalVault.Find(intent.PaymentMethod, intent.Account);

    private static string? TokenIn(JsonObject body) =>
        PayPalCall.TextIn(body["payment_source"]?["card"], "vault_id")
        ?? PayPalCall.TextIn(body["payment_source"]?["paypal"], "vault_id")
        ?? PayPalCall.TextIn(body["payment_source"]?["token"], "id");

    private PayPalReply Create(PayPalCall call, TokenFault fault)
    {
        if (PayPalCall.TextIn(call.Body, "intent") is not ("CAPTURE" or "AUTHORIZE"))
            return PayPalErrors.Syntax("intent", "INVALID_PARAMETER_VALUE");
        if (call.Body["purchase_units"] is not JsonArray { Count: 1 } units || units[0] is not JsonObject unit)
            return PayPalErrors.Syntax("purchase_units", "MISSING_REQUIRED_PARAMETER");
        var (amount, currency, wrong) = PayPalMoney.Read(unit["amount"]);
        if (wrong is not null)
            return wrong;
        var token = TokenIn(call.Body);
        if (call.Body["payment_source"] is not null && WrongInSource(call, token) is { } wrongSource)
            return wrongSource;
        if (IsTaken(call.Account, PayPalCall.TextIn(unit, PayPalObjects.InvoiceId)))
            return PayPalErrors.Unprocessable("DUPLICATE_INVOICE_ID");
        if (PayPalVault.MockedBy(token) is { } code)
            return PayPalErrors.Mocked(code);
        var intent = new Intent
        {
            Sequence = book.NextSequence,
            Account = call.Account,
            Id = NewId(),
            Currency = currency,
            Amount = amount,
            IsManual = PayPalCall.TextIn(call.Body, "intent") == "AUTHORIZE",
            Created = book.UnixNow(),
            Status = "requires_confirmation",
            PaymentMethod = token,
            Metadata = MetadataOf(unit),
            CreateKey = call.RequestId,
            EchoesWrongAmount = fault == TokenFault.WrongAmount,
        };
        if (token is not null && !PayPalVault.IsOnlyApproved(token))
            Confirm(intent, PayPalVault.Find(token, call.Account)!);
        book.Add(intent);
        return Show(call, 201, PayPalObjects.Order(intent), intent, PayPalEvent.Of(intent));
    }

    /// <summary>The second step of an order that was approved only.</summary>
    private PayPalReply Complete(PayPalCall call, Intent intent, string step)
    {
        if (intent.IsManual != (step == "authorize"))
            return PayPalErrors.Unprocessable("ACTION_DOES_NOT_MATCH_INTENT");
        if (intent.ChargeId is not null)
            return PayPalErrors.Unprocessable(intent.IsManual ? "ORDER_ALREADY_AUTHORIZED" : "ORDER_ALREADY_CAPTURED");
        if (!PayPalVault.IsOnlyApproved(intent.PaymentMethod))
            return PayPalErrors.Unprocessable("ORDER_NOT_APPROVED");
        Confirm(intent, PayPalVault.Find(intent.PaymentMethod, call.Account)!);
        return Show(call, 201, PayPalObjects.Order(intent), intent, PayPalEvent.Of(intent));
    }

    private static PayPalReply? WrongInSource(PayPalCall call, string? token)
    {
        if (call.RequestId is null)
            return PayPalErrors.Syntax("PayPal-Request-Id", "PAYPAL_REQUEST_ID_REQUIRED");
        return PayPalVault.Find(token, call.Account) is null ? PayPalErrors.Invalid("TOKEN_ID_NOT_FOUND") : null;
    }

    private void Confirm(Intent intent, SandboxToken token)
    {
        // Until we ask again, which we never do, nothing is held and nothing can be taken.
        if (token.Effect == TokenEffect.RequireAction)
            return;

        intent.ChargeId = NewId();
        switch (token.Effect)
        {
            case TokenEffect.Decline:
                intent.Decline(token.Code, token.DeclineCode);
                break;
            case TokenEffect.Process:
                intent.Status = "processing";
                break;
            default:
                intent.Approve();
                break;
        }
    }

    private PayPalReply Capture(PayPalCall call, Intent intent, TokenFault fault)
    {
        var (asked, currency, wrong) = call.Body["amount"] is { } money
            ? PayPalMoney.Read(money)
            : (intent.Capturable, intent.Currency, null);
        if (wrong is not null)
            return wrong;
        if (intent.Status != "requires_capture")
        {
            return PayPalErrors.Unprocessable(intent.Status switch
            {
                "succeeded" => "AUTHORIZATION_ALREADY_CAPTURED",
                "canceled" => "AUTHORIZATION_VOIDED",
                _ => "AUTHORIZATION_DENIED",
            });
        }

        if (currency != intent.Currency)
            return PayPalErrors.Unprocessable("CURRENCY_MISMATCH");
        if (asked > intent.Capturable)
            return PayPalErrors.Unprocessable("MAX_CAPTURE_AMOUNT_EXCEEDED");
        if (fault == TokenFault.Refuse)
        {
            intent.Cancel(book.UnixNow(), call.RequestId);
            return PayPalErrors.Unprocessable("AUTHORIZATION_EXPIRED") with
            {
                Changed = intent,
                Happened = PayPalEvent.Of(intent),
            };
        }

        var invoice = PayPalCall.TextIn(call.Body, PayPalObjects.InvoiceId);
        if (IsTaken(call.Account, invoice))
            return PayPalErrors.Unprocessable("DUPLICATE_INVOICE_ID");
        var capture = new Modification
        {
            Id = NewId(),
            Kind = PayPalObjects.CaptureKind,
            Reference = invoice ?? intent.Metadata.GetValueOrDefault(PayPalObjects.InvoiceId),
            Amount = asked,
            Currency = currency,
            Key = call.RequestId,
            IsSettled = true,
        };
        intent.Modifications.Add(capture);
        intent.Captured += asked;
        intent.CaptureKey = call.RequestId;
        var isFinal = call.Body["final_capture"] is JsonValue value && value.TryGetValue<bool>(out var final) && final;
        intent.Capturable = isFinal ? 0 : intent.Capturable - asked;
        if (intent.Capturable == 0)
            intent.Status = "succeeded";
        return Show(call, 201, PayPalObjects.Capture(intent, capture), intent, PayPalEvent.Of(intent, capture));
    }

    private PayPalReply Void(PayPalCall call, Intent intent)
    {
        switch (intent.Status)
        {
            case "canceled":
                return PayPalErrors.Unprocessable("PREVIOUSLY_VOIDED");
            case "succeeded":
                return PayPalErrors.Unprocessable("PREVIOUSLY_CAPTURED");
            case "requires_payment_method":
                return PayPalErrors.Unprocessable("CANNOT_BE_VOIDED");
            case "requires_capture" when intent.Captured > 0:
                // What was captured stays, the rest is released.
                intent.Capturable = 0;
                intent.Status = "succeeded";
                break;
            default:
                intent.Cancel(book.UnixNow(), call.RequestId);
                break;
        }

        var happened = intent.Status == "canceled" ? PayPalEvent.Of(intent) : null;
        return call.WantsAll
            ? Show(call, 200, PayPalObjects.Authorization(intent), intent, happened)
            : new PayPalReply(204, null) { Changed = intent, Happened = happened };
    }

    private PayPalReply Refund(PayPalCall call, Intent intent, Modification capture, TokenFault fault)
    {
        var left = capture.Amount - PayPalObjects.RefundedOf(intent, capture);
        var (asked, currency, wrong) = call.Body["amount"] is { } money
            ? PayPalMoney.Read(money)
            : (left, intent.Currency, null);
        if (wrong is not null)
            return wrong;
        if (intent.Captured == 0)
            return PayPalErrors.Unprocessable(intent.Status == "processing" ? "PENDING_CAPTURE" : "REFUND_NOT_ALLOWED");
        if (currency != intent.Currency)
            return PayPalErrors.Unprocessable("CURRENCY_MISMATCH");
        if (left == 0)
            return PayPalErrors.Unprocessable("CAPTURE_FULLY_REFUNDED");
        if (asked > left)
            return PayPalErrors.Unprocessable("REFUND_AMOUNT_EXCEEDED");
        if (IsTaken(call.Account, PayPalCall.TextIn(call.Body, PayPalObjects.InvoiceId)))
            return PayPalErrors.Unprocessable("DUPLICATE_INVOICE_ID");
        var refund = new Refund
        {
            Id = NewId(),
            Amount = asked,
            Status = fault == TokenFault.Refuse ? "failed" : "succeeded",
            Created = book.UnixNow(),
            Metadata = MetadataOf(call.Body),
            Key = call.RequestId,
        };
        refund.Metadata[PayPalObjects.CaptureId] = capture.Id;
        intent.Refunds.Add(refund);
        return Show(call, 201, PayPalObjects.Refund(intent, refund), intent, PayPalEvent.Of(intent, refund));
    }

    /// <summary>As with the account's setting that blocks accidental payments: one payment per invoice id.</summary>
    private bool IsTaken(string account, string? invoice) =>
        invoice is not null && book.NewestFirst(account).Any(i =>
            (i.Authorized > 0 && i.Metadata.GetValueOrDefault(PayPalObjects.InvoiceId) == invoice)
            || i.Modifications.Exists(m => m.Reference == invoice)
            || i.Refunds.Exists(r => r.Status != "failed" && r.Metadata.GetValueOrDefault(PayPalObjects.InvoiceId) == invoice));

    /// <summary>
    /// What PayPal keeps, and what the book's readers look for: a custom id is an operation's with commas for its slashes, a
    /// reference id is a payment and an order.
    /// </summary>
    private static Dictionary<string, string> MetadataOf(JsonObject body)
    {
        Dictionary<string, string> metadata = [];
        foreach (var name in new[] { PayPalObjects.CustomId, PayPalObjects.InvoiceId, PayPalObjects.ReferenceId })
        {
            if (PayPalCall.TextIn(body, name) is { } value)
                metadata[name] = value;
        }

        if (metadata.TryGetValue(PayPalObjects.CustomId, out var custom))
            metadata["operation_id"] = custom.Replace(',', '/');
        if (metadata.TryGetValue(PayPalObjects.ReferenceId, out var reference) && reference.Split('/', 2) is [var payment, var order])
            (metadata["payment_id"], metadata["order_id"]) = (payment, order);
        return metadata;
    }

    private static PayPalReply Show(
        PayPalCall call, int status, JsonObject whole, Intent changed, PayPalEvent? happened) =>
        new(status, call.WantsAll ? whole : PayPalObjects.Minimal(whole)) { Changed = changed, Happened = happened };

    /// <summary>Seventeen letters and digits, as PayPal's.</summary>
    private string NewId() => book.NewId("")[1..18].ToUpperInvariant();
}
