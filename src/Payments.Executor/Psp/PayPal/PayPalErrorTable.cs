namespace Payments.Executor.Psp.PayPal;

/// <summary>One row of the table: which error answers it covers and what they mean.</summary>
/// <param name="Status">HTTP status; null covers every one.</param>
/// <param name="Issue"><c>details[0].issue</c>, or <c>name</c> where there is none; null covers every one, and none.</param>
/// <param name="Step">The operation; null covers every one.</param>
/// <param name="Kind">What the answer says, taken alone.</param>
/// <param name="Reason">Null where <see cref="PayPalDeclines"/> gives it.</param>
/// <param name="Next">What to do next.</param>
/// <param name="Decline">Where the reason of a decline is given here.</param>
/// <param name="IfAbsent">The refusal (hard) that stands when a read finds no trace of the operation.</param>
internal sealed record PayPalErrorRow(
    int? Status,
    string? Issue,
    PspStep? Step,
    OutcomeKind Kind,
    string? Reason,
    AfterTry Next = AfterTry.Stop,
    DeclineKind Decline = DeclineKind.Hard,
    string? IfAbsent = null)
{
    public bool Covers(int status, string? issue, PspStep step) =>
        (Status is null || Status == status)
        && (Issue is null || Issue == issue)
        && (Step is null || Step == step);
}

/// <summary>
/// PayPal's error answers. The first row that covers an answer says what it means; the last one covers everything, as in
/// doubt: only what is documented as "did not happen" is anything else. A state that an earlier try of ours may have made is
/// read before it is believed.
/// </summary>
internal static class PayPalErrorTable
{
    internal static readonly IReadOnlyList<PayPalErrorRow> Rows =
    [
        // It may have happened, whatever else a server error says.
        new(500, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.RetrySameKey),
        new(502, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.RetrySameKey),
        new(503, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.RetrySameKey),
        new(504, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.RetrySameKey),

        // An earlier try has arrived and is at work.
        new(409, "PREVIOUS_REQUEST_IN_PROGRESS", null, OutcomeKind.InDoubt, Reasons.KeyInUse, AfterTry.RetrySameKey),
        new(422, "ORDER_COMPLETION_IN_PROGRESS", null, OutcomeKind.InDoubt, Reasons.KeyInUse, AfterTry.RetrySameKey),
        new(409, null, null, OutcomeKind.InDoubt, Reasons.Conflict, AfterTry.RetrySameKey),

        // Nothing was done. After a 401 the access token has been renewed, or could not be.
        new(401, null, null, OutcomeKind.NotAttempted, Reasons.Configuration, AfterTry.RetrySameKey),
        new(429, null, null, OutcomeKind.NotAttempted, Reasons.RateLimited, AfterTry.RetrySameKey),

        // Our invoice id is taken: by our own earlier try, or by somebody else's payment.
        new(422, "DUPLICATE_INVOICE_ID", null, OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),

        // The state is not what we thought; our own earlier try may have made it.
        Unexpected("ORDER_ALREADY_CAPTURED", PspStep.Sale),
        Unexpected("ORDER_ALREADY_AUTHORIZED", PspStep.Authorize),
        Unexpected("AUTHORIZATION_ALREADY_CAPTURED", PspStep.Capture),
        Unexpected("AUTHORIZATION_VOIDED", PspStep.Capture),
        Unexpected("MAX_CAPTURE_COUNT_EXCEEDED", PspStep.Capture),
        Unexpected("MAX_CAPTURE_AMOUNT_EXCEEDED", PspStep.Capture),
        Unexpected("PREVIOUSLY_CAPTURED", PspStep.Void),
        Unexpected("PREVIOUSLY_VOIDED", PspStep.Void),
        Unexpected("AUTHORIZATION_ALREADY_CAPTURED", PspStep.Void),
        Unexpected("AUTHORIZATION_VOIDED", PspStep.Void),
        Unexpected("CANNOT_BE_VOIDED", PspStep.Void),
        Unexpected("CAPTURE_FULLY_REFUNDED", PspStep.Refund, Reasons.AlreadyRefunded),
        Unexpected("REFUND_AMOUNT_EXCEEDED", PspStep.Refund, Reasons.NotRefundable),
        Unexpected("REFUND_NOT_ALLOWED", PspStep.Refund, Reasons.NotRefundable),
        Unexpected("MAX_NUMBER_OF_REFUNDS_EXCEEDED", PspStep.Refund, Reasons.NotRefundable),

        // The target of a void may be a capture: then there is nothing to void any more.
        new(404, null, PspStep.Void, OutcomeKind.InDoubt, Reasons.NotFound, AfterTry.Read),

        // Refusals for good.
        new(422, "AUTHORIZATION_EXPIRED", PspStep.Capture, OutcomeKind.Declined, Reasons.AuthorizationExpired),
        new(422, "AUTHORIZATION_DENIED", PspStep.Capture, OutcomeKind.Declined, Reasons.AuthorizationCanceled),
        new(422, "PARTIAL_REFUND_NOT_ALLOWED", PspStep.Refund, OutcomeKind.Declined, Reasons.NotRefundable),
        new(422, "REFUND_IS_RESTRICTED", PspStep.Refund, OutcomeKind.Declined, Reasons.NotRefundable),
        new(422, "REFUND_TIME_LIMIT_EXCEEDED", PspStep.Refund, OutcomeKind.Declined, Reasons.NotRefundable),
        new(422, "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK", PspStep.Refund, OutcomeKind.Declined, Reasons.ChargeDisputed),
        new(422, "TRANSACTION_DISPUTED", PspStep.Refund, OutcomeKind.Declined, Reasons.ChargeDisputed),
        new(
            422, "PENDING_CAPTURE", PspStep.Refund,
            OutcomeKind.Declined, Reasons.NotRefundable, Decline: DeclineKind.Soft),
        new(
            422, "REFUND_FAILED_INSUFFICIENT_FUNDS", PspStep.Refund,
            OutcomeKind.Declined, Reasons.PspBalanceInsufficient, Decline: DeclineKind.Soft),

        // The payer, the card or PayPal said no; no order was made.
        .. PayPalDeclines.Issues.Keys.Order(StringComparer.Ordinal)
            .Select(issue => new PayPalErrorRow(422, issue, null, OutcomeKind.Declined, null)),

        // Our request or our configuration.
        new(400, null, null, OutcomeKind.InvalidRequest, Reasons.InvalidRequest),
        new(403, null, null, OutcomeKind.InvalidRequest, Reasons.Configuration),
        new(404, null, null, OutcomeKind.InvalidRequest, Reasons.NotFound),
        new(415, null, null, OutcomeKind.InvalidRequest, Reasons.InvalidRequest),
        new(422, null, null, OutcomeKind.InvalidRequest, Reasons.InvalidRequest),

        // It may have happened.
        new(null, null, null, OutcomeKind.InDoubt, Reasons.UnclassifiedAnswer),
    ];

    public static PayPalErrorRow Of(int status, string? issue, PspStep step)
    {
        foreach (var row in Rows)
        {
            if (row.Covers(status, issue, step))
                return row;
        }

        throw new InvalidOperationException("The last row of the error table must cover every answer.");
    }

    private static PayPalErrorRow Unexpected(string issue, PspStep step, string? ifAbsent = null) =>
        new(422, issue, step, OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read, IfAbsent: ifAbsent);
}
