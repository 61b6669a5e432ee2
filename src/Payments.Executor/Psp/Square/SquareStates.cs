namespace Payments.Executor.Psp.Square;

/// <summary>
/// What the state of a payment or a refund says about an operation of ours. Checks the echo before it approves.
/// </summary>
internal static class SquareStates
{
    /// <summary>Without another wish, Square holds a payment whose card was not present for seven days.</summary>
    public static readonly TimeSpan DefaultHold = TimeSpan.FromDays(7);

    /// <param name="operation">The operation asked about.</param>
    /// <param name="reference">How Square names the operation, or for a void by key the one it undoes.</param>
    /// <param name="payment">What Square says.</param>
    public static Finding Of(PspOperation operation, string reference, SquarePayment payment)
    {
        if (!IsEcho(operation, reference, payment))
            return Finding.Known(IntegrityMismatch(payment.Id, payment.Status));
        return operation.Step switch
        {
            PspStep.Sale => Finding.Known(OfSale(payment)),
            PspStep.Authorize => Finding.Known(OfAuthorization(operation, payment)),
            PspStep.Capture => OfCapture(operation, payment),
            PspStep.Void => OfVoid(payment),
            PspStep.Refund => throw new ArgumentException("A refund is not read from a payment.", nameof(operation)),
        };
    }

    /// <inheritdoc cref="Of(PspOperation, string, SquarePayment)"/>
    public static Finding Of(PspOperation operation, string reference, SquareRefund refund)
    {
        if (refund.Reference != reference
            || refund.Amount != operation.AmountMinor
            || refund.Currency != operation.CurrencyCode
            || (refund.Payment is not null && refund.Payment != operation.TargetReference))
        {
            return Finding.Known(IntegrityMismatch(refund.Id, refund.Status));
        }

        return Finding.Known(refund.Status switch
        {
            "COMPLETED" => Outcome.Approved(refund.Id, refund.Status, refund.Amount, refund.Currency),
            "PENDING" => Outcome.Pending(Reasons.Processing, refund.Id, refund.Status),
            "REJECTED" or "FAILED" => Outcome.Refused(Reasons.RefundFailed, refund.Id, refund.Status),
            _ => Unexpected(refund.Id, refund.Status),
        });
    }

    public static Outcome IntegrityMismatch(string pspReference, string pspStatus) =>
        Outcome.Mismatch("Square", pspReference, pspStatus);

    private static bool IsEcho(PspOperation operation, string reference, SquarePayment payment)
    {
        if (payment.Currency != operation.CurrencyCode)
            return false;
        return operation.Step switch
        {
            PspStep.Sale => payment.Reference == reference && payment.Amount == operation.AmountMinor,
            // A partial capture lowers the amount of what was authorized.
            PspStep.Authorize => payment.Reference == reference
                && (payment.Amount == operation.AmountMinor
                    || (payment.Amount < operation.AmountMinor && payment.Approved == operation.AmountMinor)),
            PspStep.Capture => payment.Id == operation.TargetReference && payment.Amount >= operation.AmountMinor,
            PspStep.Void => payment.Amount <= operation.AmountMinor
                && (operation.TargetReference is { Length: > 0 } target
                    ? payment.Id == target
                    : payment.Reference == reference),
            PspStep.Refund => true,
        };
    }

    private static Outcome OfSale(SquarePayment payment) => payment.Status switch
    {
        "COMPLETED" => Approved(payment),
        // Held, and completed by Square itself when possible.
        "APPROVED" => Outcome.Pending(Reasons.Processing, payment.Id, payment.Status),
        _ => NotYetCharged(payment),
    };

    private static Outcome OfAuthorization(PspOperation operation, SquarePayment payment) => payment.Status switch
    {
        "APPROVED" => Approved(payment) with
        {
            AmountMinor = operation.AmountMinor,
            AuthorizedUntil = payment.DelayedUntil ?? payment.CreatedAt + DefaultHold,
        },
        // Read after a capture: the authorization did happen.
        "COMPLETED" => Approved(payment) with { AmountMinor = operation.AmountMinor },
        _ => NotYetCharged(payment),
    };

    private static Outcome NotYetCharged(SquarePayment payment) => payment.Status switch
    {
        "PENDING" => Outcome.Pending(Reasons.Processing, payment.Id, payment.Status),
        "FAILED" => Failed(payment),
        "CANCELED" => Canceled(payment),
        _ => Unexpected(payment.Id, payment.Status),
    };

    private static Finding OfCapture(PspOperation operation, SquarePayment payment) => payment.Status switch
    {
        "COMPLETED" => Finding.Known(payment.Amount == operation.AmountMinor
            ? Approved(payment)
            : IntegrityMismatch(payment.Id, payment.Status)),
        "APPROVED" => Finding.Absent(TimeSpan.Zero),
        "PENDING" or "FAILED" or "CANCELED" => Finding.Known(Harden(NotYetCharged(payment))),
        _ => Finding.Known(Unexpected(payment.Id, payment.Status)),
    };

    private static Finding OfVoid(SquarePayment payment) => payment.Status switch
    {
        // Of what failed nothing is held, which is all that a void wants.
        "CANCELED" or "FAILED" => Finding.Known(Outcome.Approved(payment.Id, payment.Status, null, null)),
        "COMPLETED" => Finding.Known(Outcome.Refused(Reasons.AlreadyCaptured, payment.Id, payment.Status)),
        "APPROVED" or "PENDING" => Finding.Absent(TimeSpan.Zero),
        _ => Finding.Known(Unexpected(payment.Id, payment.Status)),
    };

    // What is not there any more cannot be captured, whatever the card says later.
    private static Outcome Harden(Outcome outcome) =>
        outcome.Decline is null ? outcome : outcome with { Decline = DeclineKind.Hard };

    private static Outcome Approved(SquarePayment payment) =>
        Outcome.Approved(payment.Id, payment.Status, payment.Amount, payment.Currency);

    private static Outcome Failed(SquarePayment payment)
    {
        var (decline, reason) = SquareDeclines.Of(payment.CardError);
        return Outcome.Declined(decline, reason) with
        {
            PspReference = payment.Id,
            PspStatus = payment.Status,
            PspCode = payment.CardError,
        };
    }

    // Nothing is held any more. Soft, because the card did not say no.
    private static Outcome Canceled(SquarePayment payment) =>
        Outcome.Declined(
            DeclineKind.Soft,
            payment.UpdatedAt >= payment.DelayedUntil ? Reasons.AuthorizationExpired : Reasons.AuthorizationCanceled) with
        {
            PspReference = payment.Id,
            PspStatus = payment.Status,
        };

    private static Outcome Unexpected(string pspReference, string pspStatus) =>
        Outcome.Unexpected("Square", pspReference, pspStatus);
}
