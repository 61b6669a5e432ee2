using Payments.Sandbox.Booking;
using Payments.Sandbox.Notifying;

namespace Payments.Sandbox.Adyen;

/// <summary>Does what was taken in, and tells by webhook. Called under the book's lock.</summary>
internal sealed class AdyenSettlement(Book book, AdyenNotices notices)
{
    /// <summary>Null where it is done already.</summary>
    public JournalLine? Settle(string account, string intentId, string modificationId)
    {
        if (book.Find(account, intentId) is not { } intent
            || intent.Modifications.Find(m => m.Id == modificationId && !m.IsSettled) is not { } modification)
        {
            return null;
        }

        modification.IsSettled = true;
        var token = AdyenWrites.TokenOf(account, intent.PaymentMethod);
        var told = modification.Kind switch
        {
            AdyenEvents.Capture => Capture(intent, modification, token?.OnCapture ?? default),
            AdyenEvents.Refund => Refund(intent, modification, token?.OnRefund ?? default),
            AdyenEvents.CancelOrRefund when intent.Captured > 0 =>
                Refund(intent, modification, token?.OnRefund ?? default, "refund"),
            AdyenEvents.CancelOrRefund => Cancel(intent, modification, "cancel"),
            _ => Cancel(intent, modification),
        };
        return new JournalLine(Intent: intent, Notifications: told);
    }

    private Notification[] Capture(Intent intent, Modification modification, TokenFault fault)
    {
        if (intent.Status != "requires_capture")
            return Tell(intent, modification, false, "The payment is not open for capture");
        if (fault == TokenFault.Refuse)
        {
            intent.Cancel(book.UnixNow(), modification.Key);
            return Tell(intent, modification, false, "The authorisation has expired");
        }

        if (modification.Currency != intent.Currency || modification.Amount > intent.Capturable)
            return Tell(intent, modification, false, "Insufficient balance on payment");

        // The rest of the hold is released.
        intent.Captured = modification.Amount;
        intent.Capturable = 0;
        intent.Status = "succeeded";
        intent.CaptureKey = modification.Key;
        if (fault != TokenFault.FailLate)
            return Tell(intent, modification, true);
        intent.Captured = 0;
        intent.Cancel(book.UnixNow(), modification.Key);
        return
        [
            .. Tell(intent, modification, true),
            .. notices.Modification(
                intent.Account, modification, intent.Id, true, "Capture Failed", AdyenEvents.CaptureFailed),
        ];
    }

    private Notification[] Cancel(Intent intent, Modification modification, string? action = null)
    {
        if (intent.Status is not ("requires_capture" or "requires_action" or "processing"))
            return Tell(intent, modification, false, "The payment is not open for cancellation", action);
        intent.Cancel(book.UnixNow(), modification.Key);
        return Tell(intent, modification, true, action: action);
    }

    private Notification[] Refund(Intent intent, Modification modification, TokenFault fault, string? action = null)
    {
        var isPossible = modification.Currency == intent.Currency
            && modification.Amount <= intent.Captured - intent.Refunded;
        var isDone = isPossible && fault != TokenFault.Refuse;
        var isKept = isDone && fault != TokenFault.FailLate;
        if (isPossible)
        {
            intent.Refunds.Add(new Refund
            {
                Id = modification.Id,
                Amount = modification.Amount,
                Status = isKept ? "succeeded" : "failed",
                Created = book.UnixNow(),
                Metadata = new() { ["operation_id"] = modification.Reference ?? "" },
                Key = modification.Key,
            });
        }

        var told = Tell(intent, modification, isDone, isDone ? null : "The refund is not possible", action);
        return isDone == isKept
            ? told
            :
            [
                .. told,
                .. notices.Modification(
                    intent.Account, modification, intent.Id, true, "Refund Failed", AdyenEvents.RefundFailed),
            ];
    }

    private Notification[] Tell(
        Intent intent, Modification modification, bool success, string? reason = null, string? action = null) =>
        [.. notices.Modification(intent.Account, modification, intent.Id, success, reason, action: action)];
}
