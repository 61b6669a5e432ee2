using Payments.Sandbox.Booking;

namespace Payments.Sandbox.Stripe;

/// <summary>The four POSTs. Called under the book's lock.</summary>
internal sealed class StripeWrites(Book book)
{
    private static readonly string[] CreateFields =
    [
        "amount", "automatic_payment_methods", "capture_method", "confirm", "confirmation_method", "currency", "customer",
        "description", "error_on_requires_action", "expand", "metadata", "off_session", "payment_method", "return_url",
        "statement_descriptor", "statement_descriptor_suffix",
    ];

    private static readonly string[] CaptureFields =
        ["amount_to_capture", "expand", "metadata", "statement_descriptor", "statement_descriptor_suffix"];

    private static readonly string[] CancelFields = ["cancellation_reason", "expand"];
    private static readonly string[] RefundFields = ["amount", "expand", "metadata", "payment_intent", "reason"];
    private static readonly string[] CancelReasons = ["abandoned", "duplicate", "fraudulent", "requested_by_customer"];
    private static readonly string[] RefundReasons = ["duplicate", "fraudulent", "requested_by_customer"];
    private static readonly string[] TwoDecimalsOfZero = ["isk", "ugx"];
    private static readonly string[] ThreeDecimals = ["bhd", "jod", "kwd", "omr", "tnd"];

    /// <summary>The fault that the call's payment method asks for.</summary>
    public TokenFault FaultOf(StripeCall call) => call switch
    {
        { Segments: ["payment_intents"] } => Token(call.Account, call.Fields["payment_method"])?.OnCreate ?? default,
        { Segments: ["payment_intents", var id, "capture"] } => TokenOf(call.Account, id)?.OnCapture ?? default,
        { Segments: ["payment_intents", var id, "cancel"] } => TokenOf(call.Account, id)?.OnVoid ?? default,
        { Segments: ["refunds"] } => TokenOf(call.Account, call.Fields["payment_intent"])?.OnRefund ?? default,
        _ => default,
    };

    public StripeReply Do(StripeCall call, TokenFault fault) => call.Segments switch
    {
        ["payment_intents"] => Create(call, fault),
        ["payment_intents", var id, "capture"] => OnIntent(call, id, CaptureFields, i => Capture(call, i, fault)),
        ["payment_intents", var id, "cancel"] => OnIntent(call, id, CancelFields, i => Cancel(call, i)),
        ["refunds"] => Refund(call, fault),
        _ => StripeErrors.UnknownUrl(call.Method, call.Path),
    };

    /// <summary>Settles an intent in <c>processing</c>; null where it is not.</summary>
    public Intent? Settle(string account, string id, bool succeeds)
    {
        if (book.Find(account, id) is not { Status: "processing" } intent)
            return null;
        if (succeeds)
            Approve(intent);
        else
            Decline(intent, "card_declined", "generic_decline");
        return intent;
    }

    private SandboxToken? TokenOf(string account, string? intentId) =>
        intentId is null ? null : Token(account, book.Find(account, intentId)?.PaymentMethod);

    private static SandboxToken? Token(string account, string? name) =>
        name is null ? null : SandboxTokens.Find(name, account);

    private StripeReply Create(StripeCall call, TokenFault fault)
    {
        var fields = call.Fields;
        if (WrongInCreate(call) is { } wrong)
            return wrong;
        fields.TryNumber("amount", out var amount);
        var intent = new Intent
        {
            Sequence = book.NextSequence,
            Account = call.Account,
            Id = book.NewId("pi"),
            Currency = fields["currency"]!,
            Amount = amount!.Value,
            IsManual = fields["capture_method"] == "manual",
            Created = book.UnixNow(),
            Status = fields["payment_method"] is null ? "requires_payment_method" : "requires_confirmation",
            PaymentMethod = fields["payment_method"],
            Description = fields["description"],
            Metadata = fields.Map("metadata"),
            CreateKey = call.Key,
            EchoesWrongAmount = fault == TokenFault.WrongAmount,
        };
        book.Add(intent);
        return fields["confirm"] == "true" ? Confirm(call, intent) : Show(call, intent);
    }

    private static StripeReply? WrongInCreate(StripeCall call)
    {
        var fields = call.Fields;
        if (Unknown(fields, CreateFields) is { } unknown)
            return unknown;
        if (!fields.TryNumber("amount", out var amount))
            return StripeErrors.Parameter(
                "amount", "Invalid integer: " + fields["amount"], "parameter_invalid_integer");
        if (amount is null)
            return StripeErrors.Missing("amount");
        if (fields["currency"] is not { } currency)
            return StripeErrors.Missing("currency");
        if (currency.Length != 3 || !currency.All(char.IsAsciiLetterLower))
            return StripeErrors.Parameter("currency", "Invalid currency: " + currency);
        if (amount < 1 || !FitsCurrency(amount.Value, currency))
            return StripeErrors.Parameter("amount", "Invalid amount for " + currency, "parameter_invalid_integer");
        if (fields["capture_method"] is not (null or "automatic" or "automatic_async" or "manual"))
            return StripeErrors.Parameter("capture_method", "Invalid capture_method");
        if (WrongMetadata(fields) is { } wrong)
            return wrong;
        return WrongInConfirm(call);
    }

    private static StripeReply? WrongInConfirm(StripeCall call)
    {
        var fields = call.Fields;
        var automatic = fields.Map("automatic_payment_methods");
        if (automatic.Count > 0 && !automatic.ContainsKey("enabled"))
            return StripeErrors.Missing("automatic_payment_methods[enabled]");
        if (fields["payment_method"] is { } method && SandboxTokens.Find(method, call.Account) is null)
            return StripeErrors.Parameter("payment_method", $"No such PaymentMethod: '{method}'", "resource_missing");
        if (fields["confirm"] != "true")
            return null;
        if (fields["payment_method"] is null)
            return StripeErrors.Missing("payment_method");
        return automatic.GetValueOrDefault("enabled") == "true"
            && automatic.GetValueOrDefault("allow_redirects") != "never"
            && fields["return_url"] is null
                ? StripeErrors.Parameter("return_url", "A return_url is needed where redirects are allowed.")
                : null;
    }

    private StripeReply Confirm(StripeCall call, Intent intent)
    {
        var token = SandboxTokens.Find(intent.PaymentMethod!, call.Account)!;
        switch (token.Effect)
        {
            case TokenEffect.Approve:
                Approve(intent);
                return Show(call, intent);
            case TokenEffect.Decline:
                Decline(intent, token.Code!, token.DeclineCode);
                return StripeErrors.Card(intent);
            case TokenEffect.RequireAction:
                intent.Status = "requires_action";
                return Show(call, intent);
            case TokenEffect.Process:
                intent.Status = "processing";
                intent.ChargeId = book.NewId("ch");
                return Show(call, intent);
            default:
                throw new InvalidOperationException($"Unknown effect {token.Effect}.");
        }
    }

    private void Approve(Intent intent)
    {
        intent.ChargeId ??= book.NewId("ch");
        intent.Approve();
    }

    private void Decline(Intent intent, string code, string? declineCode)
    {
        intent.ChargeId ??= book.NewId("ch");
        intent.Decline(code, declineCode);
    }

    private StripeReply OnIntent(StripeCall call, string id, string[] known, Func<Intent, StripeReply> act)
    {
        if (Unknown(call.Fields, known) is { } unknown)
            return unknown;
        return book.Find(call.Account, id) is { } intent
            ? act(intent)
            : StripeErrors.NotFound("payment_intent", id, "intent");
    }

    private StripeReply Capture(StripeCall call, Intent intent, TokenFault fault)
    {
        if (!call.Fields.TryNumber("amount_to_capture", out var asked) || asked < 1)
            return StripeErrors.Parameter("amount_to_capture", "Invalid integer", "parameter_invalid_integer");
        if (intent.Status != "requires_capture")
            return Unexpected(intent, "captured", "requires_capture");
        if (fault == TokenFault.Refuse)
        {
            intent.Cancel(book.UnixNow(), call.Key, "automatic");
            return StripeErrors.State(
                "charge_expired_for_capture", "The authorization of this charge has expired.", intent)
                with
            { Changed = intent };
        }

        var amount = asked ?? intent.Capturable;
        if (amount > intent.Capturable)
        {
            return StripeErrors.State(
                "amount_too_large", "The amount is greater than what can be captured.", intent, "amount_to_capture");
        }

        intent.Captured = amount;
        intent.Capturable = 0;
        intent.Status = "succeeded";
        intent.CaptureKey = call.Key;
        foreach (var (name, value) in call.Fields.Map("metadata"))
            intent.Metadata[name] = value;
        return Show(call, intent);
    }

    private StripeReply Cancel(StripeCall call, Intent intent)
    {
        var reason = call.Fields["cancellation_reason"];
        if (reason is not null && !CancelReasons.Contains(reason))
            return StripeErrors.Parameter("cancellation_reason", "Invalid cancellation_reason");
        if (intent.Status is "succeeded" or "canceled" or "processing")
        {
            return Unexpected(
                intent,
                "canceled",
                "requires_payment_method, requires_capture, requires_confirmation, requires_action");
        }

        intent.Cancel(book.UnixNow(), call.Key, reason);
        return Show(call, intent);
    }

    private StripeReply Refund(StripeCall call, TokenFault fault)
    {
        var fields = call.Fields;
        if (Unknown(fields, RefundFields) is { } unknown)
            return unknown;
        if (fields["payment_intent"] is not { } id)
            return StripeErrors.Missing("payment_intent");
        if (!fields.TryNumber("amount", out var asked) || asked < 1)
            return StripeErrors.Parameter("amount", "Invalid integer", "parameter_invalid_integer");
        if (fields["reason"] is { } reason && !RefundReasons.Contains(reason))
            return StripeErrors.Parameter("reason", "Invalid reason");
        if (WrongMetadata(fields) is { } wrong)
            return wrong;
        if (book.Find(call.Account, id) is not { } intent)
            return StripeErrors.NotFound("payment_intent", id, "payment_intent");
        if (intent.Captured == 0)
        {
            return StripeErrors.State(
                "payment_intent_unexpected_state",
                "This PaymentIntent does not have a successful charge to refund.",
                intent);
        }

        var left = intent.Captured - intent.Refunded;
        if (left == 0)
            return StripeErrors.State(
                "charge_already_refunded", $"Charge {intent.ChargeId} has already been refunded.");
        if (asked > left)
            return StripeErrors.State(
                "amount_too_large", "The refund is greater than what is left of the charge.", param: "amount");
        return Add(call, intent, asked ?? left, isFailed: fault == TokenFault.Refuse);
    }

    private StripeReply Add(StripeCall call, Intent intent, long amount, bool isFailed)
    {
        var refund = new Refund
        {
            Id = book.NewId("re"),
            Amount = amount,
            Status = isFailed ? "failed" : "succeeded",
            FailureReason = isFailed ? "expired_or_canceled_card" : null,
            Created = book.UnixNow(),
            Reason = call.Fields["reason"],
            Metadata = call.Fields.Map("metadata"),
            Key = call.Key,
        };
        intent.Refunds.Add(refund);
        return new StripeReply(200, StripeObjects.Refund(intent, refund)) { Changed = intent };
    }

    private static StripeReply Show(StripeCall call, Intent intent) =>
        new(200, StripeObjects.Intent(intent, call.Fields.Expands("latest_charge"))) { Changed = intent };

    private static StripeReply Unexpected(Intent intent, string verb, string needed) =>
        StripeErrors.State(
            "payment_intent_unexpected_state",
            $"This PaymentIntent could not be {verb} because it has a status of {intent.Status}. "
                + $"Only a PaymentIntent with one of the following statuses may be {verb}: {needed}.",
            intent);

    private static StripeReply? Unknown(FormFields fields, string[] known) =>
        fields.RootNames.FirstOrDefault(n => !known.Contains(n)) is { } name
            ? StripeErrors.Parameter(name, "Received unknown parameter: " + name, "parameter_unknown")
            : null;

    private static StripeReply? WrongMetadata(FormFields fields)
    {
        var metadata = fields.Map("metadata");
        return metadata.Count > 50 || metadata.Any(m => m.Key.Length > 40 || m.Value.Length > 500)
            ? StripeErrors.Parameter(
                "metadata", "Metadata takes 50 keys of 40 characters with values of 500 characters.")
            : null;
    }

    private static bool FitsCurrency(long amount, string currency) =>
        !(TwoDecimalsOfZero.Contains(currency) && amount % 100 != 0)
        && !(ThreeDecimals.Contains(currency) && amount % 10 != 0);
}
