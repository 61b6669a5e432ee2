using System.Text.Json.Nodes;
using Payments.Sandbox.Booking;

namespace Payments.Sandbox.Braintree;

/// <summary>The mutations. Called under the book's lock. None has a key: each request acts.</summary>
internal sealed class BraintreeWrites(Book book)
{
    /// <summary>Same order id, amount and payment method within so many seconds: rejected as a duplicate.</summary>
    private const long DuplicateSeconds = 30;

    private const int LongestOrderId = 255;

    /// <summary>The fault that the call's payment method asks for.</summary>
    public TokenFault FaultOf(BraintreeCall call)
    {
        if (call.Field is "chargePaymentMethod" or "authorizePaymentMethod")
            return BraintreeTokens.Find(call["paymentMethodId"], call.Account)?.OnCreate ?? default;
        if (TargetOf(call) is not { } intent || BraintreeTokens.Find(intent.PaymentMethod, call.Account) is not { } token)
            return default;
        return call.Field switch
        {
            "captureTransaction" => token.OnCapture,
            "refundTransaction" => token.OnRefund,
            // It gives money back where some was taken, and otherwise releases a hold.
            "reverseTransaction" => intent.Captured > 0 ? token.OnRefund : token.OnVoid,
            _ => default,
        };
    }

    public BraintreeReply Do(BraintreeCall call, TokenFault fault) => call.Field switch
    {
        "chargePaymentMethod" => Create(call, fault, isManual: false),
        "authorizePaymentMethod" => Create(call, fault, isManual: true),
        "captureTransaction" => OnTarget(call, i => Capture(call, i, fault)),
        "reverseTransaction" => OnTarget(call, i => Reverse(call, i, fault)),
        "refundTransaction" => OnTarget(call, i => Refund(call, i, fault)),
        "sandboxSettleTransaction" => OnTarget(call, i => Settle(call, i)),
        _ => throw new InvalidOperationException($"{call.Field} is no mutation."),
    };

    private Intent? TargetOf(BraintreeCall call) =>
        BraintreeObjects.LegacyIdOf(call["transactionId"]) is { } id ? book.Find(call.Account, id) : null;

    private BraintreeReply OnTarget(BraintreeCall call, Func<Intent, BraintreeReply> act)
    {
        if (call["transactionId"] is null)
            return BraintreeErrors.Validation("transactionId is required.");
        return TargetOf(call) is { } intent ? act(intent) : BraintreeErrors.NotFound();
    }

    private BraintreeReply Create(BraintreeCall call, TokenFault fault, bool isManual)
    {
        var merchantAccount = call["transaction", "merchantAccountId"];
        var currency = BraintreeMoney.CurrencyOf(merchantAccount);
        var orderId = call["transaction", "orderId"];
        var name = call["paymentMethodId"];
        if (name is null)
            return BraintreeErrors.Validation("paymentMethodId is required.");
        if (BraintreeMoney.FromWire(call["transaction", "amount"], currency) is not { } amount)
            return BraintreeErrors.Validation("Amount is an invalid format.", "81503");
        if (orderId is { Length: > LongestOrderId })
            return BraintreeErrors.Validation("Order ID is too long.", "91501");
        if (name == BraintreeTokens.Consumed)
            return BraintreeErrors.Validation("Cannot use a payment method nonce more than once.", "91564");
        if (name == BraintreeTokens.LuhnInvalid)
            return BraintreeErrors.Validation("Credit card number is invalid.", "81715");
        if (BraintreeTokens.Find(name, call.Account) is not { } token)
            return BraintreeErrors.Validation("Unknown or expired single-use payment method.", "91565");

        var intent = new Intent
        {
            Sequence = book.NextSequence,
            Account = call.Account,
            Id = book.NewId("pi"),
            Currency = currency,
            Amount = amount,
            IsManual = isManual,
            Created = book.UnixNow(),
            Status = "requires_payment_method",
            PaymentMethod = name,
            Description = merchantAccount,
            Metadata = IdsIn(orderId),
            EchoesWrongAmount = fault == TokenFault.WrongAmount,
        };
        Decide(intent, token);
        book.Add(intent);
        return Show(call, intent);
    }

    private void Decide(Intent intent, SandboxToken token)
    {
        intent.ChargeId = book.NewId("ch");
        if (DuplicateOf(intent) is { } first)
        {
            (intent.ErrorCode, intent.DeclineCode, intent.CancellationReason) = ("GATEWAY_REJECTED", "DUPLICATE", first.Id);
        }
        else if (BraintreeTokens.RefusalOf(token, intent.Amount) is { } refusal)
        {
            (intent.ErrorCode, intent.DeclineCode) = (refusal.Status, refusal.Code);
        }
        else if (token.Effect == TokenEffect.Process)
        {
            intent.Status = "processing";
        }
        else
        {
            // Braintree's test amount for an approval of a part.
            intent.Approve(intent.Amount == 1004_00 ? intent.Amount / 2 : intent.Amount);
        }
    }

    private Intent? DuplicateOf(Intent intent) =>
        intent.Metadata.GetValueOrDefault("reference") is not { } orderId
            ? null
            : book.NewestFirst(intent.Account)
                .TakeWhile(i => intent.Created - i.Created <= DuplicateSeconds)
                .FirstOrDefault(i => i.Authorized > 0
                    && i.Amount == intent.Amount
                    && i.PaymentMethod == intent.PaymentMethod
                    && i.Metadata.GetValueOrDefault("reference") == orderId);

    private BraintreeReply Capture(BraintreeCall call, Intent intent, TokenFault fault)
    {
        var asked = call["transaction", "amount"] ?? call["amount"];
        var amount = asked is null ? intent.Capturable : BraintreeMoney.FromWire(asked, intent.Currency);
        if (amount is null)
            return BraintreeErrors.Validation("Amount is an invalid format.", "81503");
        if (intent.Status != "requires_capture")
            return BraintreeErrors.Validation("Cannot submit for settlement unless status is authorized.", "91507");
        if (fault == TokenFault.Refuse)
        {
            Cancel(intent, "automatic");
            return BraintreeErrors.Validation("Cannot submit for settlement unless status is authorized.", "91507") with
            {
                Changed = intent,
            };
        }

        if (amount > intent.Capturable)
            return BraintreeErrors.Validation("Settlement amount is too large.", "91522");
        intent.Captured = amount.Value;
        intent.Capturable = 0;
        intent.Status = "succeeded";
        return Show(call, intent);
    }

    private BraintreeReply Reverse(BraintreeCall call, Intent intent, TokenFault fault)
    {
        switch (intent.Status)
        {
            case "succeeded" when intent.IsSettled:
                if (intent.Refunded > 0)
                    return BraintreeErrors.Validation("Transaction has already been refunded.", "91512");
                return Give(call, intent, intent.Captured, intent.Metadata.GetValueOrDefault("reference"), fault, "reversal");
            case "succeeded" when fault != TokenFault.Refuse:
            case "requires_capture":
            case "processing":
                Cancel(intent, "requested_by_merchant");
                return Reply(call, "reversal", BraintreeObjects.Transaction(intent), intent);
            default:
                return BraintreeErrors.Validation(
                    "Transaction can only be voided if status is authorized or submitted for settlement.", "91504");
        }
    }

    private BraintreeReply Refund(BraintreeCall call, Intent intent, TokenFault fault)
    {
        if (intent is not { Status: "succeeded", IsSettled: true })
            return BraintreeErrors.Validation("Cannot refund a transaction unless it is settled.", "91506");
        var left = intent.Captured - intent.Refunded;
        var asked = call["refund", "amount"];
        var amount = asked is null ? left : BraintreeMoney.FromWire(asked, intent.Currency);
        if (amount is null)
            return BraintreeErrors.Validation("Amount is an invalid format.", "81503");
        if (left == 0)
            return BraintreeErrors.Validation("Transaction has already been completely refunded.", "91512");
        if (amount > left)
            return BraintreeErrors.Validation("Refund amount is too large.", "91521");
        var orderId = call["refund", "orderId"] ?? intent.Metadata.GetValueOrDefault("reference");
        return Give(call, intent, amount.Value, orderId, fault, "refund");
    }

    private BraintreeReply Give(
        BraintreeCall call, Intent intent, long amount, string? orderId, TokenFault fault, string field)
    {
        var refund = new Refund
        {
            Id = book.NewId("re"),
            Amount = amount,
            Status = fault == TokenFault.Refuse ? "failed" : "succeeded",
            Created = book.UnixNow(),
            Metadata = IdsIn(orderId),
        };
        intent.Refunds.Add(refund);
        return Reply(call, field, BraintreeObjects.Refund(intent, refund), intent);
    }

    private static BraintreeReply Settle(BraintreeCall call, Intent intent)
    {
        if (intent.Status != "succeeded")
            return BraintreeErrors.Validation("Only what is submitted for settlement can settle.", "91507");
        intent.IsSettled = true;
        return Show(call, intent);
    }

    private void Cancel(Intent intent, string reason)
    {
        intent.Cancel(book.UnixNow(), reason: reason);
        intent.Captured = 0;
    }

    /// <summary>The one id that Braintree keeps for us; where it has the shape of an operation's id, also its parts.</summary>
    private static Dictionary<string, string> IdsIn(string? orderId)
    {
        if (orderId is null)
            return [];
        var ids = new Dictionary<string, string> { ["reference"] = orderId, ["operation_id"] = orderId };
        if (orderId.Split('/') is [var payment, var order, _, _])
        {
            ids["payment_id"] = payment;
            ids["order_id"] = order;
        }

        return ids;
    }

    private static BraintreeReply Show(BraintreeCall call, Intent intent) =>
        Reply(call, "transaction", BraintreeObjects.Transaction(intent), intent);

    private static BraintreeReply Reply(BraintreeCall call, string field, JsonObject made, Intent intent) =>
        new(200, new JsonObject { [call.Field] = new JsonObject { [field] = made } }) { Changed = intent };
}
