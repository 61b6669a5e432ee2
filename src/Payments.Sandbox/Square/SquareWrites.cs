using System.Text.Json.Nodes;
using Payments.Sandbox.Booking;

namespace Payments.Sandbox.Square;

/// <summary>The POSTs and the PUT. Called under the book's lock.</summary>
internal sealed class SquareWrites(Book book)
{
    private const int LongestKey = 45;

    /// <summary>Where a payment names no location.</summary>
    private const string MainLocation = "main";

    private static readonly string[] CreateFields =
    [
        "amount_money", "autocomplete", "customer_id", "delay_action", "delay_duration", "idempotency_key", "location_id",
        "note", "reference_id", "source_id",
    ];

    private static readonly string[] UpdateFields = ["idempotency_key", "payment"];
    private static readonly string[] CancelByKeyFields = ["idempotency_key"];
    private static readonly string[] RefundFields = ["amount_money", "idempotency_key", "payment_id", "reason"];

    /// <summary>The fault that the call's source asks for.</summary>
    public TokenFault FaultOf(SquareCall call) => call switch
    {
        { Method: "PUT" } or { Segments: ["payments", "cancel"] } => default,
        { Segments: ["payments"] } => Source(call.Account, call.Text("source_id"))?.OnCreate ?? default,
        { Segments: ["payments", var id, "complete"] } => SourceOf(call.Account, id)?.OnCapture ?? default,
        { Segments: ["payments", var id, "cancel"] } => SourceOf(call.Account, id)?.OnVoid ?? default,
        { Segments: ["refunds"] } => SourceOf(call.Account, call.Text("payment_id"))?.OnRefund ?? default,
        _ => default,
    };

    public SquareReply Do(SquareCall call, TokenFault fault) => call switch
    {
        { Method: "PUT", Segments: ["payments", var id] } => OnPayment(call, id, UpdateFields, i => Update(call, i)),
        { Method: "POST", Segments: ["payments"] } => Create(call, fault),
        { Method: "POST", Segments: ["payments", "cancel"] } => CancelByKey(call),
        { Method: "POST", Segments: ["payments", var id, "complete"] } => OnPayment(call, id, [], i => Complete(i, fault)),
        { Method: "POST", Segments: ["payments", var id, "cancel"] } => OnPayment(call, id, [], Cancel),
        { Method: "POST", Segments: ["refunds"] } => Refund(call),
        _ => SquareErrors.UnknownUrl(call.Method, call.Path),
    };

    private SandboxToken? SourceOf(string account, string? paymentId) =>
        paymentId is null ? null : Source(account, book.Find(account, paymentId)?.PaymentMethod);

    private static SandboxToken? Source(string account, string? name) =>
        name is null ? null : SquareSources.Find(name, account);

    private SquareReply Create(SquareCall call, TokenFault fault)
    {
        if (WrongInCreate(call) is { } wrong)
            return wrong;
        var source = SquareSources.Find(call.Text("source_id")!, call.Account)!;
        if (source.Name == SquareSources.AlreadyUsed)
            return SquareErrors.Refused(SquareErrors.Invalid, "CARD_TOKEN_USED", "The token was already used.", "source_id");

        var (amount, currency) = SquareCall.MoneyIn(call.Body, "amount_money")!.Value;
        var intent = new Intent
        {
            Sequence = book.NextSequence,
            Account = call.Account,
            Id = book.NewId("sq"),
            Currency = currency,
            Amount = amount,
            IsManual = call.Body["autocomplete"]?.GetValue<bool>() == false,
            Created = book.UnixNow(),
            Status = "processing",
            PaymentMethod = source.Name,
            Description = call.Text("note"),
            Metadata = Metadata(call),
            CreateKey = call.Key,
            EchoesWrongAmount = fault == TokenFault.WrongAmount,
        };
        book.Add(intent);
        intent.ChargeId = intent.Id;
        if (source.Effect == TokenEffect.Approve)
            intent.Approve();
        if (source.Effect != TokenEffect.Decline)
            return SquareReply.Payment(intent);
        intent.Decline(source.Code, source.DeclineCode);
        return SquareErrors.Declined(intent);
    }

    private static SquareReply? WrongInCreate(SquareCall call)
    {
        if (Unknown(call, CreateFields) is { } unknown)
            return unknown;
        if (WrongKey(call) is { } wrongKey)
            return wrongKey;
        if (call.Text("source_id") is not { } source)
            return SquareErrors.Missing("source_id");
        if (WrongMoney(call.Body) is { } wrongMoney)
            return wrongMoney;
        if (call.Body["autocomplete"] is { } autocomplete && autocomplete.GetValueKind() is not (
            System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False))
        {
            return SquareErrors.Field("autocomplete", "EXPECTED_BOOLEAN", "Expected a boolean.");
        }

        if (call.Text("reference_id") is { Length: > 40 })
            return SquareErrors.Field("reference_id", "VALUE_TOO_LONG", "Field must not be longer than 40.");
        if (call.Text("note") is { Length: > 500 })
            return SquareErrors.Field("note", "VALUE_TOO_LONG", "Field must not be longer than 500.");
        if (SquareSources.Find(source, call.Account) is null)
            return SquareErrors.NotFound("source_id", "The source could not be found.");
        return source.StartsWith("ccof:", StringComparison.Ordinal) && call.Text("customer_id") is null
            ? SquareErrors.Missing("customer_id")
            : null;
    }

    // The book's readers know an operation by its id, which our adapter keeps in the note.
    private static Dictionary<string, string> Metadata(SquareCall call)
    {
        Dictionary<string, string> metadata = new() { ["location_id"] = call.Text("location_id") ?? MainLocation };
        if (call.Text("reference_id") is { } reference)
            metadata["reference_id"] = reference;
        if (call.Text("note") is not { } operation)
            return metadata;
        metadata["operation_id"] = operation;
        if (operation.Split('/') is [var payment, var order, _, _])
        {
            metadata["payment_id"] = payment;
            metadata["order_id"] = order;
        }

        return metadata;
    }

    private SquareReply OnPayment(SquareCall call, string id, string[] known, Func<Intent, SquareReply> act)
    {
        if (Unknown(call, known) is { } unknown)
            return unknown;
        return book.Find(call.Account, id) is { } intent
            ? act(intent)
            : SquareErrors.NotFound("payment_id", "Could not find the payment.");
    }

    private static SquareReply Update(SquareCall call, Intent intent)
    {
        if (WrongKey(call) is { } wrongKey)
            return wrongKey;
        if (call.Body["payment"] is not JsonObject payment)
            return SquareErrors.Missing("payment");
        if (WrongMoney(payment) is { } wrongMoney)
            return wrongMoney;
        if (intent.Status != "requires_capture")
            return Unexpected(intent);
        var (amount, currency) = SquareCall.MoneyIn(payment, "amount_money")!.Value;
        if (currency != intent.Currency || amount > intent.Capturable)
        {
            return SquareErrors.Refused(
                SquareErrors.Invalid, "BAD_REQUEST", "The payment has no capability EDIT_AMOUNT_UP.", "amount_money");
        }

        intent.Capturable = amount;
        return SquareReply.Payment(intent);
    }

    private SquareReply Complete(Intent intent, TokenFault fault)
    {
        if (intent.Status != "requires_capture")
            return Unexpected(intent);
        if (fault == TokenFault.Refuse)
        {
            intent.Cancel(book.UnixNow());
            return SquareErrors.Refused(SquareErrors.Invalid, "DELAYED_TRANSACTION_EXPIRED", "The payment has expired.") with
            {
                Changed = intent,
            };
        }

        intent.Captured = intent.Capturable;
        intent.Capturable = 0;
        intent.Status = "succeeded";
        return SquareReply.Payment(intent);
    }

    private SquareReply Cancel(Intent intent)
    {
        if (intent.Status != "requires_capture")
            return Unexpected(intent);
        intent.Cancel(book.UnixNow());
        return SquareReply.Payment(intent);
    }

    /// <summary>Says the same whether or not there was something to cancel.</summary>
    private SquareReply CancelByKey(SquareCall call)
    {
        if (Unknown(call, CancelByKeyFields) is { } unknown)
            return unknown;
        if (call.Text("idempotency_key") is not { } key)
            return SquareErrors.Missing("idempotency_key");
        var intent = book.NewestFirst(call.Account).FirstOrDefault(i => i.CreateKey == key);
        if (intent is null)
            return new SquareReply(200, []);
        var reply = Cancel(intent);
        return reply.Status == 200 ? new SquareReply(200, []) { Changed = intent } : reply;
    }

    private SquareReply Refund(SquareCall call)
    {
        if (Unknown(call, RefundFields) is { } unknown)
            return unknown;
        if (WrongKey(call) is { } wrongKey)
            return wrongKey;
        if (call.Text("payment_id") is not { } id)
            return SquareErrors.Missing("payment_id");
        if (WrongMoney(call.Body) is { } wrongMoney)
            return wrongMoney;
        if (call.Text("reason") is { Length: > 192 })
            return SquareErrors.Field("reason", "VALUE_TOO_LONG", "Field must not be longer than 192.");
        if (book.Find(call.Account, id) is not { } intent)
            return SquareErrors.NotFound("payment_id", "Could not find the payment.");
        if (intent.Status == "requires_capture")
        {
            return SquareErrors.Refused(
                "REFUND_ERROR", "REFUND_ERROR_PAYMENT_NEEDS_COMPLETION", "The payment must be completed first.");
        }

        if (intent.Status != "succeeded")
            return SquareErrors.Refused("REFUND_ERROR", "PAYMENT_NOT_REFUNDABLE", "The payment is not refundable.");
        var (amount, currency) = SquareCall.MoneyIn(call.Body, "amount_money")!.Value;
        return currency == intent.Currency && amount <= intent.Captured - intent.Refunded
            ? Add(call, intent, amount)
            : SquareErrors.Refused("REFUND_ERROR", "REFUND_AMOUNT_INVALID", "More than what is left of the payment.", "amount_money");
    }

    private SquareReply Add(SquareCall call, Intent intent, long amount)
    {
        var refund = new Refund
        {
            Id = book.NewId(intent.Id),
            Amount = amount,
            Status = "pending",
            Created = book.UnixNow(),
            Reason = call.Text("reason"),
            Metadata = call.Text("reason") is { } reason ? new() { ["operation_id"] = reason } : [],
            Key = call.Key,
        };
        intent.Refunds.Add(refund);
        return SquareReply.Refund(intent, refund);
    }

    private static SquareReply Unexpected(Intent intent) => SquareErrors.Refused(
        SquareErrors.Invalid,
        intent.Status switch
        {
            "succeeded" => "DELAYED_TRANSACTION_CAPTURED",
            "canceled" => "DELAYED_TRANSACTION_CANCELED",
            "requires_payment_method" => "DELAYED_TRANSACTION_FAILED",
            _ => "BAD_REQUEST",
        },
        "The payment is not APPROVED.");

    private static SquareReply? Unknown(SquareCall call, string[] known) =>
        call.Body.Select(f => f.Key).FirstOrDefault(n => !known.Contains(n)) is { } name
            ? SquareErrors.Field(name, "UNKNOWN_BODY_PARAMETER", "The parameter is not known here.")
            : null;

    private static SquareReply? WrongKey(SquareCall call) => call.Key switch
    {
        null => SquareErrors.Missing("idempotency_key"),
        { Length: > LongestKey } => SquareErrors.Field("idempotency_key", "VALUE_TOO_LONG", "Field must not be longer than 45."),
        _ => null,
    };

    private static SquareReply? WrongMoney(JsonObject body) => SquareCall.MoneyIn(body, "amount_money") switch
    {
        null => SquareErrors.Field("amount_money", "EXPECTED_OBJECT", "Expected an amount and a currency."),
        { Amount: < 1 } => SquareErrors.Field("amount_money.amount", "VALUE_TOO_LOW", "The amount must be positive."),
        { Currency: var code } when code.Length != 3 || !code.All(char.IsAsciiLetterUpper) =>
            SquareErrors.Field("amount_money.currency", "INVALID_ENUM_VALUE", "Not a currency."),
        _ => null,
    };
}
