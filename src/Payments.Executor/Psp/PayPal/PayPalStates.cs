namespace Payments.Executor.Psp.PayPal;

/// <summary>
/// What the state of an order, an authorization, a capture or a refund says about an operation of ours. Checks the echo before
/// it approves.
/// </summary>
internal static class PayPalStates
{
    /// <summary>
    /// Before the id of an order as a PSP reference, where there is nothing but the order: PayPal's own word for the kind of
    /// such a reference. Ids of authorizations, captures and refunds stand alone.
    /// </summary>
    public const string OrderPrefix = "ODR-";

    /// <summary>Orders are read at once; this is for replicas, of which PayPal says nothing.</summary>
    private static readonly TimeSpan OrderLag = TimeSpan.FromMinutes(1);

    /// <summary>A sale or an authorization, by the order that it made.</summary>
    public static Finding OfOrder(PspOperation operation, PayPalOrder order)
    {
        var payments = operation.Step == PspStep.Sale ? order.Captures : order.Authorizations;
        // A payment that was declined may stand beside the one that counts.
        PayPalPayment[] alive = [.. payments.Where(p => p.IsAlive)];
        if (alive.Length > 1)
            return Finding.Known(Duplicate(alive[0]));
        if (alive.Concat(payments.Reverse()).FirstOrDefault() is { } payment)
            return OfPayment(operation, payment);
        if (order.CustomId is { } custom && custom != PayPalReference.Of(operation.OperationId))
            return Finding.Known(Mismatch(OrderPrefix + order.Id, order.Status));
        // Nothing moves until we ask for it, see PayPalCompletions.
        return order.Status == "APPROVED" ? Finding.Absent(OrderLag) : Finding.Known(OfBareOrder(order));
    }

    /// <summary>A sale or a capture by its capture, or an authorization by itself.</summary>
    public static Finding OfPayment(PspOperation operation, PayPalPayment payment) =>
        Finding.Known(!IsOurs(operation, payment) || !Echoes(operation, payment)
            ? Mismatch(payment.Id, payment.Status)
            : operation.Step == PspStep.Authorize
                ? OfAuthorization(operation, payment)
                : OfCapture(operation, payment));

    public static Finding OfRefund(PspOperation operation, PayPalPayment refund)
    {
        if (!IsOurs(operation, refund) || !Echoes(operation, refund))
            return Finding.Known(Mismatch(refund.Id, refund.Status));
        return Finding.Known(refund.Status switch
        {
            "COMPLETED" => Approved(operation, refund),
            "PENDING" => Pending(refund),
            "FAILED" => Refused(Reasons.RefundFailed, refund),
            "CANCELLED" => Refused(Reasons.RefundCanceled, refund),
            _ => Unexpected(refund.Id, refund.Status),
        });
    }

    /// <summary>A capture, by the order of its authorization: what bears the capture's reference, or nothing.</summary>
    public static Finding OfCaptureIn(PspOperation operation, PayPalOrder order)
    {
        if (Single(operation, order.Captures) is { } found)
            return found;
        return order.Authorizations.FirstOrDefault(a => a.Id == operation.TargetReference) switch
        {
            { Status: "CREATED" or "PENDING" or "PARTIALLY_CAPTURED" } => Finding.Absent(OrderLag),
            { Status: "VOIDED" or "DENIED" } gone => Finding.Known(Refused(Reasons.AuthorizationCanceled, gone)),
            // Captured, but not by this operation.
            { } other => Finding.Known(Unexpected(other.Id, other.Status)),
            null => Finding.Unclear(Reasons.UnexpectedState, "The order has no such authorization."),
        };
    }

    /// <summary>A refund, by the order of its capture.</summary>
    public static Finding OfRefundIn(PspOperation operation, PayPalOrder order) =>
        Single(operation, order.Refunds) ?? Finding.Absent(OrderLag);

    /// <summary>A void, by its authorization; null where only the order knows the capture that stood in its way.</summary>
    public static Finding? OfVoid(PspOperation operation, PayPalPayment authorization) => authorization.Status switch
    {
        _ when authorization.Id != operation.TargetReference =>
            Finding.Known(Mismatch(authorization.Id, authorization.Status)),
        "VOIDED" or "DENIED" => Finding.Known(NothingHeld(authorization.Id, authorization.Status)),
        "CREATED" or "PENDING" => Finding.Absent(TimeSpan.Zero),
        "CAPTURED" or "PARTIALLY_CAPTURED" => null,
        _ => Finding.Known(Unexpected(authorization.Id, authorization.Status)),
    };

    /// <summary>A void, by a capture that its target turned out to be, or to have become.</summary>
    public static Finding OfVoidedCapture(PayPalPayment capture) => Finding.Known(capture.IsAlive
        ? Refused(Reasons.AlreadyCaptured, capture) with { PaymentReference = capture.Id }
        : NothingHeld(capture.Id, capture.Status));

    /// <summary>A void, by the order that it is about.</summary>
    public static Finding OfVoidIn(PayPalOrder order)
    {
        if (order.Captures.FirstOrDefault(c => c.IsAlive) is { } capture)
            return OfVoidedCapture(capture);
        return order.Authorizations.FirstOrDefault(a => a.IsAlive) is { } held
            ? Finding.Known(Unexpected(held.Id, held.Status))
            : Finding.Known(NothingHeld(OrderPrefix + order.Id, order.Status));
    }

    public static Outcome NothingHeld(string pspReference, string pspStatus) =>
        Outcome.Approved(pspReference, pspStatus, null, null);

    public static Outcome Duplicate(string pspReference, string pspStatus) =>
        Outcome.InDoubt(Reasons.DuplicateAtPsp, "PayPal holds more than one payment for this operation.") with
        {
            PspReference = pspReference,
            PspStatus = pspStatus,
        };

    private static Outcome Duplicate(PayPalPayment first) => Duplicate(first.Id, first.Status);

    private static Finding? Single(PspOperation operation, IReadOnlyList<PayPalPayment> payments)
    {
        PayPalPayment[] ours = [.. payments.Where(p => IsOurs(operation, p))];
        PayPalPayment[] alive = [.. ours.Where(p => p.IsAlive)];
        if (alive.Length > 1)
            return Finding.Known(Duplicate(alive[0]));
        if (alive.Concat(ours.Reverse()).FirstOrDefault() is not { } payment)
            return null;
        return operation.Step == PspStep.Refund ? OfRefund(operation, payment) : OfPayment(operation, payment);
    }

    // A capture bears the custom id of its authorization, so the invoice id is what tells.
    private static bool IsOurs(PspOperation operation, PayPalPayment payment)
    {
        var reference = PayPalReference.Of(operation.OperationId);
        return payment.InvoiceId == reference
            && (operation.Step == PspStep.Capture || payment.CustomId is null || payment.CustomId == reference);
    }

    private static bool Echoes(PspOperation operation, PayPalPayment payment) =>
        payment.AmountMinor == operation.AmountMinor && payment.Currency == operation.CurrencyCode;

    private static Outcome OfCapture(PspOperation operation, PayPalPayment capture) => capture.Status switch
    {
        // Given back later, but taken it was.
        "COMPLETED" or "PARTIALLY_REFUNDED" or "REFUNDED" => Approved(operation, capture) with
        {
            PaymentReference = operation.Step == PspStep.Capture ? capture.Id : null,
        },
        "PENDING" => Pending(capture),
        "DECLINED" or "FAILED" => Declined(capture),
        _ => Unexpected(capture.Id, capture.Status),
    };

    private static Outcome OfAuthorization(PspOperation operation, PayPalPayment authorization) =>
        authorization.Status switch
        {
            "CREATED" => Approved(operation, authorization) with { AuthorizedUntil = authorization.ExpiresAt },
            // Read after a capture: the authorization did happen.
            "CAPTURED" or "PARTIALLY_CAPTURED" => Approved(operation, authorization),
            "PENDING" => Pending(authorization),
            "DENIED" => Declined(authorization),
            "VOIDED" => Gone(authorization.Id, authorization.Status),
            _ => Unexpected(authorization.Id, authorization.Status),
        };

    private static Outcome OfBareOrder(PayPalOrder order) => order.Status switch
    {
        "PAYER_ACTION_REQUIRED" or "CREATED" =>
            Outcome.ActionRequired(Reasons.ShopperAction, OrderPrefix + order.Id, order.Status),
        "VOIDED" => Gone(OrderPrefix + order.Id, order.Status),
        _ => Unexpected(OrderPrefix + order.Id, order.Status),
    };

    private static Outcome Approved(PspOperation operation, PayPalPayment payment) =>
        Outcome.Approved(payment.Id, payment.Status, operation.AmountMinor, operation.CurrencyCode);

    private static Outcome Pending(PayPalPayment payment) =>
        Outcome.Pending(Reasons.Processing, payment.Id, payment.Status) with { PspCode = payment.Code };

    private static Outcome Declined(PayPalPayment payment)
    {
        var (decline, reason) = PayPalDeclines.Of(payment.Code);
        return Outcome.Declined(decline, reason) with
        {
            PspReference = payment.Id,
            PspStatus = payment.Status,
            PspCode = payment.Code,
        };
    }

    // Nothing is held any more. Soft, because the payer did not say no.
    private static Outcome Gone(string pspReference, string pspStatus) =>
        Outcome.Declined(DeclineKind.Soft, Reasons.AuthorizationCanceled) with
        {
            PspReference = pspReference,
            PspStatus = pspStatus,
        };

    private static Outcome Refused(string reason, PayPalPayment payment) =>
        Outcome.Refused(reason, payment.Id, payment.Status) with { PspCode = payment.Code };

    private static Outcome Mismatch(string pspReference, string pspStatus) =>
        Outcome.Mismatch("PayPal", pspReference, pspStatus);

    private static Outcome Unexpected(string pspReference, string pspStatus) =>
        Outcome.Unexpected("PayPal", pspReference, pspStatus);
}
