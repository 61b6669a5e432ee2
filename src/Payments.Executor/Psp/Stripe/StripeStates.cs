namespace Payments.Executor.Psp.Stripe;

/// <summary>
/// What the state of an intent or a refund says about an operation of ours. Checks the echo before it approves.
/// </summary>
internal static class StripeStates
{
    /// <summary>Stripe cancels what is not captured within seven days, unless the charge names another end.</summary>
    private static readonly TimeSpan DefaultHold = TimeSpan.FromDays(7);

    public static Finding Of(PspOperation operation, StripeIntent intent)
    {
        if (Mismatch(operation, intent) is { } mismatch)
            return Finding.Known(mismatch);
        return operation.Step switch
        {
            PspStep.Sale => Finding.Known(OfSale(operation, intent)),
            PspStep.Authorize => Finding.Known(OfAuthorization(operation, intent)),
            PspStep.Capture => OfCapture(operation, intent),
            PspStep.Void => OfVoid(intent),
            PspStep.Refund => throw new ArgumentException("A refund is not read from an intent.", nameof(operation)),
        };
    }

    public static Finding Of(PspOperation operation, StripeRefund refund)
    {
        var (wire, _) = StripeAmounts.ToWire(operation.AmountMinor, operation.CurrencyCode);
        if (refund.Ids.OperationId != operation.OperationId
            || refund.Amount != wire
            || refund.Currency != operation.CurrencyCode
            || (refund.Intent is not null && refund.Intent != operation.TargetReference))
        {
            return Finding.Known(IntegrityMismatch(refund.Id, refund.Status));
        }

        return Finding.Known(refund.Status switch
        {
            "succeeded" => Outcome.Approved(refund.Id, refund.Status, operation.AmountMinor, operation.CurrencyCode),
            "pending" or "requires_action" => Outcome.Pending(Reasons.Processing, refund.Id, refund.Status),
            "failed" => Outcome.Refused(Reasons.RefundFailed, refund.Id, refund.Status) with { PspCode = refund.FailureReason },
            "canceled" => Outcome.Refused(Reasons.RefundCanceled, refund.Id, refund.Status),
            _ => Unexpected(refund.Id, refund.Status),
        });
    }

    public static Outcome IntegrityMismatch(string pspReference, string pspStatus) =>
        Outcome.Mismatch("Stripe", pspReference, pspStatus);

    private static Outcome? Mismatch(PspOperation operation, StripeIntent intent)
    {
        var (wire, _) = StripeAmounts.ToWire(operation.AmountMinor, operation.CurrencyCode);
        var same = intent.Currency == operation.CurrencyCode
            && intent.Ids.PaymentId == operation.PaymentId
            && intent.Ids.OrderId == operation.OrderId
            && operation.Step switch
            {
                PspStep.Sale or PspStep.Authorize =>
                    intent.Ids.OperationId == operation.OperationId && intent.Amount == wire,
                PspStep.Capture => intent.Id == operation.TargetReference && intent.Amount >= wire,
                PspStep.Void => intent.Id == operation.TargetReference && intent.Amount == wire,
                PspStep.Refund => true,
            };
        return same ? null : IntegrityMismatch(intent.Id, intent.Status);
    }

    private static Outcome OfSale(PspOperation operation, StripeIntent intent) => intent.Status switch
    {
        "succeeded" => Approved(operation, intent, intent.AmountReceived),
        _ => NotYetCharged(intent),
    };

    private static Outcome OfAuthorization(PspOperation operation, StripeIntent intent) => intent.Status switch
    {
        "requires_capture" => Approved(operation, intent, intent.AmountCapturable) with
        {
            AuthorizedUntil = intent.CaptureBefore ?? intent.Created + DefaultHold,
        },
        // Read after a capture: the authorization did happen.
        "succeeded" => Outcome.Approved(intent.Id, intent.Status, operation.AmountMinor, operation.CurrencyCode),
        _ => NotYetCharged(intent),
    };

    private static Outcome NotYetCharged(StripeIntent intent) => intent.Status switch
    {
        "processing" => Outcome.Pending(Reasons.Processing, intent.Id, intent.Status),
        "requires_action" => Outcome.ActionRequired(Reasons.ShopperAction, intent.Id, intent.Status),
        "requires_payment_method" when intent.LastErrorCode is { } code => Declined(intent, code),
        "canceled" => Canceled(intent),
        _ => Unexpected(intent.Id, intent.Status),
    };

    private static Finding OfCapture(PspOperation operation, StripeIntent intent) => intent.Status switch
    {
        "succeeded" => Finding.Known(Approved(operation, intent, intent.AmountReceived)),
        "processing" => Finding.Known(Outcome.Pending(Reasons.Processing, intent.Id, intent.Status)),
        "requires_capture" => Finding.Absent(TimeSpan.Zero),
        "canceled" => Finding.Known(Canceled(intent) with { Decline = DeclineKind.Hard }),
        _ => Finding.Known(Unexpected(intent.Id, intent.Status)),
    };

    private static Finding OfVoid(StripeIntent intent) => intent.Status switch
    {
        "canceled" => Finding.Known(Outcome.Approved(intent.Id, intent.Status, null, null)),
        "succeeded" => Finding.Known(Outcome.Refused(Reasons.AlreadyCaptured, intent.Id, intent.Status)),
        "requires_capture" or "requires_action" or "requires_confirmation" or "requires_payment_method"
            or "processing" => Finding.Absent(TimeSpan.Zero),
        _ => Finding.Known(Unexpected(intent.Id, intent.Status)),
    };

    private static Outcome Approved(PspOperation operation, StripeIntent intent, long wireMoved)
    {
        var (wire, _) = StripeAmounts.ToWire(operation.AmountMinor, operation.CurrencyCode);
        return wireMoved == wire
            ? Outcome.Approved(
                intent.Id, intent.Status, StripeAmounts.FromWire(wireMoved, intent.Currency), intent.Currency)
            : IntegrityMismatch(intent.Id, intent.Status);
    }

    private static Outcome Declined(StripeIntent intent, string code)
    {
        var (decline, reason) = StripeDeclines.Of(code);
        return Outcome.Declined(decline, reason) with
        {
            PspReference = intent.Id,
            PspStatus = intent.Status,
            PspCode = code,
        };
    }

    // Nothing is held any more. Soft, because the card did not say no.
    private static Outcome Canceled(StripeIntent intent) =>
        Outcome.Declined(
            DeclineKind.Soft,
            intent.CancellationReason == "automatic"
                ? Reasons.AuthorizationExpired
                : Reasons.AuthorizationCanceled) with
        {
            PspReference = intent.Id,
            PspStatus = intent.Status,
            PspCode = intent.CancellationReason,
        };

    private static Outcome Unexpected(string pspReference, string pspStatus) =>
        Outcome.Unexpected("Stripe", pspReference, pspStatus);
}
