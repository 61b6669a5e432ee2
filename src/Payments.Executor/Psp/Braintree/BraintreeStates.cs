namespace Payments.Executor.Psp.Braintree;

/// <summary>
/// What the state of transactions and refunds says about an operation of ours. Checks the echo before it approves.
/// </summary>
internal static class BraintreeStates
{
    private const string Authorized = "AUTHORIZED";
    private const string Submitted = "SUBMITTED_FOR_SETTLEMENT";
    private const string Voided = "VOIDED";
    private const string Expired = "AUTHORIZATION_EXPIRED";
    private const string Failed = "FAILED";
    private const string Rejected = "GATEWAY_REJECTED";
    private const string Duplicate = "DUPLICATE";

    /// <summary>Braintree works on a request for up to 60 s, also when its client has hung up.</summary>
    internal static readonly TimeSpan GatewayLimit = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How far the search lags is not documented. Half an hour, so that of the looks at once, after a minute and after an
    /// hour the last one is the proof.
    /// </summary>
    internal static readonly TimeSpan SearchLag = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan DefaultHold = TimeSpan.FromDays(7);

    private static readonly string[] Dead =
        [Voided, Expired, "PROCESSOR_DECLINED", Rejected, Failed, "SETTLEMENT_DECLINED"];

    /// <summary>The direct answer to a sale or an authorization.</summary>
    public static Answer OfAnswer(PspOperation operation, string orderId, BraintreeTransaction made)
    {
        if (made.Rejection == Duplicate && made.OrderIdOfDuplicateOf == orderId && made.DuplicateOf is { } first)
        {
            // The first one is ours: something sent the request twice.
            return Reading(Outcome.InDoubt(Reasons.Conflict, "Braintree holds an earlier payment of this operation.") with
            {
                PspReference = first,
                PspStatus = made.Status,
            });
        }

        if (made.IsRetried && Dead.Contains(made.Status))
            return Reading(OfRetried(made));
        if (made.Status == Failed)
        {
            return new Answer(Of(
                Outcome.InDoubt(Reasons.PspError, "Braintree could not reach the processor."), made));
        }

        return new Answer(OfCharges(operation, orderId, [made]).Outcome!);
    }

    /// <summary>Everything found of a sale or an authorization, by id or by our order id.</summary>
    public static Finding OfCharges(PspOperation operation, string orderId, IReadOnlyList<BraintreeTransaction> found)
    {
        if (found.FirstOrDefault(t => t.OrderId != orderId) is { } stranger)
            return Finding.Known(Mismatch(stranger.Id, stranger.Status));
        BraintreeTransaction[] live = [.. found.Where(t => !Dead.Contains(t.Status))];
        if (live.Length > 1)
        {
            return Finding.Known(Of(
                Outcome.InDoubt(Reasons.DuplicateAtPsp, "Braintree holds more than one payment for this operation."),
                live[0]));
        }

        if (found.Count == 0)
            return Finding.Absent(SearchLag);
        var one = live.FirstOrDefault() ?? found.FirstOrDefault(t => t.Rejection != Duplicate) ?? found[0];
        if (live.Length == 0 && found.Any(t => t.IsRetried))
            return Finding.Unclear(Reasons.Processing, OfRetried(one).Message);
        if (live.Length == 0 && one.Rejection == Duplicate && one.OrderIdOfDuplicateOf == orderId)
            return Finding.Unclear(Reasons.Conflict, "Braintree does not show the payment that it calls the first.");
        return Finding.Known(OfCharge(operation, one));
    }

    /// <summary>The transaction that a capture, void or refund is about, with its refunds.</summary>
    public static Finding OfTarget(PspOperation operation, string orderId, BraintreeTransaction target)
    {
        if (target.Id != operation.TargetReference || target.CurrencyCode != operation.CurrencyCode)
            return Finding.Known(Mismatch(target.Id, target.Status));
        return operation.Step switch
        {
            PspStep.Capture => OfCapture(operation, target),
            PspStep.Void => OfVoid(target),
            PspStep.Refund => OfRefunded(operation, orderId, target),
            PspStep.Sale or PspStep.Authorize =>
                throw new ArgumentException("A charge has no target.", nameof(operation)),
        };
    }

    /// <param name="operation">The refund, or a void that came after the settlement and so became one.</param>
    /// <param name="orderId">What it must bear; null where Braintree chose.</param>
    /// <param name="refund">The refund.</param>
    public static Outcome OfRefund(PspOperation operation, string? orderId, BraintreeRefund refund)
    {
        if ((orderId is not null && refund.OrderId != orderId)
            || (operation.Step == PspStep.Refund && refund.AmountMinor != operation.AmountMinor)
            || refund.CurrencyCode != operation.CurrencyCode
            || (refund.Of is not null && refund.Of != operation.TargetReference))
        {
            return Mismatch(refund.Id, refund.Status);
        }

        return (refund.Status switch
        {
            Submitted or "SETTLING" or "SETTLED" =>
                Outcome.Approved(refund.Id, refund.Status, refund.AmountMinor, refund.CurrencyCode),
            "AUTHORIZING" or Authorized or "SETTLEMENT_PENDING" =>
                Outcome.Pending(Reasons.Processing, refund.Id, refund.Status),
            Voided => Outcome.Refused(Reasons.RefundCanceled, refund.Id, refund.Status),
            "PROCESSOR_DECLINED" or Rejected or Failed or "SETTLEMENT_DECLINED" =>
                Outcome.Refused(Reasons.RefundFailed, refund.Id, refund.Status),
            _ => Unexpected(refund.Id, refund.Status),
        }) with
        { SettlementReference = refund.LegacyId };
    }

    public static Outcome Mismatch(string pspReference, string pspStatus) =>
        Outcome.Mismatch("Braintree", pspReference, pspStatus);

    private static Answer Reading(Outcome outcome) => new(outcome, AfterTry.Read);

    private static Outcome OfRetried(BraintreeTransaction made) =>
        Of(Outcome.InDoubt(Reasons.Processing, "Braintree tries the payment again by itself."), made);

    private static Outcome OfCharge(PspOperation operation, BraintreeTransaction made)
    {
        var isSale = operation.Step == PspStep.Sale;
        var amount = isSale ? made.AmountMinor : made.AuthorizedMinor ?? made.AmountMinor;
        if (amount != operation.AmountMinor || made.CurrencyCode != operation.CurrencyCode || made.IsPartlyAuthorized)
            return Mismatch(made.Id, made.Status) with { SettlementReference = made.LegacyId };
        var approved = Of(Outcome.Approved(made.Id, made.Status, amount, made.CurrencyCode), made);
        return made.Status switch
        {
            Authorized when !isSale => approved with
            {
                AuthorizedUntil = made.AuthorizedUntil ?? operation.CreatedAt + DefaultHold,
            },
            // An authorization that is read after its capture did happen.
            Submitted or "SETTLING" or "SETTLED" => approved,
            "SETTLEMENT_CONFIRMED" when !isSale => approved,
            "SETTLEMENT_PENDING" when !isSale => approved,
            "AUTHORIZING" or "SETTLEMENT_PENDING" =>
                Of(Outcome.Pending(Reasons.Processing, made.Id, made.Status), made),
            "PROCESSOR_DECLINED" or Failed => Declined(BraintreeDeclines.OfCode(made.ProcessorCode, made.Decline), made),
            Rejected => Declined(BraintreeDeclines.OfRejection(made.Rejection), made) with { PspCode = made.Rejection },
            // Nothing is held any more. Soft, because the card did not say no.
            Voided => Declined((DeclineKind.Soft, Reasons.AuthorizationCanceled), made),
            Expired => Declined((DeclineKind.Soft, Reasons.AuthorizationExpired), made),
            "SETTLEMENT_DECLINED" when isSale => Declined((DeclineKind.Hard, DeclineReasons.ProcessingError), made),
            "SETTLEMENT_DECLINED" => approved,
            _ => Of(Unexpected(made.Id, made.Status), made),
        };
    }

    private static Finding OfCapture(PspOperation operation, BraintreeTransaction target) => target.Status switch
    {
        Authorized => Finding.Absent(GatewayLimit),
        Submitted or "SETTLING" or "SETTLED" => Finding.Known(target.AmountMinor == operation.AmountMinor
            ? Of(Outcome.Approved(target.Id, target.Status, target.AmountMinor, target.CurrencyCode), target)
            : Mismatch(target.Id, target.Status)),
        "SETTLEMENT_PENDING" => Finding.Known(Outcome.Pending(Reasons.Processing, target.Id, target.Status)),
        Voided => Finding.Known(Outcome.Refused(Reasons.AuthorizationCanceled, target.Id, target.Status)),
        Expired => Finding.Known(Outcome.Refused(Reasons.AuthorizationExpired, target.Id, target.Status)),
        "SETTLEMENT_DECLINED" => Finding.Known(Outcome.Refused(DeclineReasons.ProcessingError, target.Id, target.Status)),
        _ => Finding.Known(Unexpected(target.Id, target.Status)),
    };

    private static Finding OfVoid(BraintreeTransaction target) => target.Status switch
    {
        // Whatever ended it: nothing is held any more.
        Voided or Expired or "PROCESSOR_DECLINED" or Rejected or Failed =>
            Finding.Known(Of(Outcome.Approved(target.Id, target.Status, null, null), target)),
        Authorized or "AUTHORIZING" => Finding.Absent(GatewayLimit),
        Submitted or "SETTLING" or "SETTLED" or "SETTLEMENT_PENDING" => Finding.Known(
            ReversalOf(target) is { } reversal
                ? Outcome.Approved(reversal.Id, reversal.Status, null, null)
                : Outcome.Refused(Reasons.AlreadyCaptured, target.Id, target.Status)),
        _ => Finding.Known(Unexpected(target.Id, target.Status)),
    };

    private static Finding OfRefunded(PspOperation operation, string orderId, BraintreeTransaction target)
    {
        BraintreeRefund[] ours = [.. target.Refunds.Where(r => r.OrderId == orderId)];
        if (ours.Count(r => OfRefund(operation, orderId, r).Kind != OutcomeKind.Declined) > 1)
        {
            return Finding.Known(
                Outcome.InDoubt(Reasons.DuplicateAtPsp, "Braintree holds more than one refund for this operation.") with
                {
                    PspReference = ours[0].Id,
                    PspStatus = ours[0].Status,
                });
        }

        if (ours.Length > 0)
            return Finding.Known(OfRefund(operation, orderId, ours[0]));
        if (Dead.Contains(target.Status))
        {
            // Before its settlement a whole payment is given back by voiding it.
            return Finding.Known(target.Status == Voided && target.AmountMinor == operation.AmountMinor
                ? Of(Outcome.Approved(target.Id, Voided, target.AmountMinor, target.CurrencyCode), target)
                : Outcome.Refused(Reasons.NotRefundable, target.Id, target.Status));
        }

        return ReversalOf(target) is { } reversal && reversal.AmountMinor == operation.AmountMinor
            ? Finding.Known(OfRefund(operation, null, reversal))
            : Finding.Absent(GatewayLimit);
    }

    // A reversal after the settlement is a refund of everything that bears the payment's own order id.
    private static BraintreeRefund? ReversalOf(BraintreeTransaction target) =>
        target.Refunds.FirstOrDefault(r => r.OrderId == target.OrderId && r.AmountMinor == target.AmountMinor);

    private static Outcome Declined((DeclineKind Decline, string Reason) why, BraintreeTransaction made) =>
        Of(Outcome.Declined(why.Decline, why.Reason), made) with { PspCode = made.ProcessorCode };

    private static Outcome Unexpected(string pspReference, string pspStatus) =>
        Outcome.Unexpected("Braintree", pspReference, pspStatus);

    private static Outcome Of(Outcome outcome, BraintreeTransaction transaction) => outcome with
    {
        PspReference = transaction.Id,
        PspStatus = transaction.Status,
        PspCode = transaction.ProcessorCode ?? transaction.Rejection,
        SettlementReference = transaction.LegacyId,
    };
}
