namespace Payments.Executor.Psp.Square;

/// <summary>One row of the table: which errors it covers and what they mean.</summary>
/// <param name="Status">HTTP status; null covers every one.</param>
/// <param name="Category"><c>category</c>; null covers every one, and none.</param>
/// <param name="Code"><c>code</c>; null covers every one, and none.</param>
/// <param name="Step">The operation; null covers every one.</param>
/// <param name="Kind">What the answer says, taken alone.</param>
/// <param name="Reason">Null where <see cref="SquareDeclines"/> gives it.</param>
/// <param name="Next">What to do next.</param>
/// <param name="Decline">Where the reason of a decline is given here.</param>
/// <param name="IfAbsent">The refusal that stands when a read finds no trace of the operation.</param>
internal sealed record SquareErrorRow(
    int? Status,
    string? Category,
    string? Code,
    PspStep? Step,
    OutcomeKind Kind,
    string? Reason,
    AfterTry Next = AfterTry.Stop,
    DeclineKind Decline = DeclineKind.Hard,
    string? IfAbsent = null)
{
    public bool Covers(int status, SquareError error, PspStep step) =>
        (Status is null || Status == status)
        && (Category is null || Category == error.Category)
        && (Code is null || Code == error.Code)
        && (Step is null || Step == step);
}

/// <summary>
/// Square's errors. The first row that covers an error says what it means; the last one covers everything, as in doubt:
/// only what is documented as "did not happen" is anything else. Square's lists lag, so what an earlier try of ours may
/// have caused stays in doubt even where a read shows nothing yet; <see cref="SquareErrorRow.IfAbsent"/> is for the rest.
/// </summary>
internal static class SquareErrorTable
{
    private const string Invalid = "INVALID_REQUEST_ERROR";
    private const string PaymentMethod = "PAYMENT_METHOD_ERROR";
    private const string Refund = "REFUND_ERROR";

    internal static readonly IReadOnlyList<SquareErrorRow> Rows =
    [
        // It may have happened, whatever else a server error says.
        new(500, null, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.RetrySameKey),
        new(502, null, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.RetrySameKey),
        new(503, null, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.RetrySameKey),
        new(504, null, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.RetrySameKey),
        new(null, null, "TEMPORARY_ERROR", null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.RetrySameKey),

        // The key.
        new(null, null, "IDEMPOTENCY_KEY_REUSED", null, OutcomeKind.InDoubt, Reasons.KeyMismatch),
        new(409, null, null, null, OutcomeKind.InDoubt, Reasons.Conflict, AfterTry.RetrySameKey),

        // Nothing was done.
        new(429, null, null, null, OutcomeKind.NotAttempted, Reasons.RateLimited, AfterTry.RetrySameKey),

        // The token is spent; a try of ours may have spent it.
        new(400, null, "CARD_TOKEN_USED", null, OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),
        new(400, null, "SOURCE_USED", null, OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),
        new(400, null, "CARD_TOKEN_EXPIRED", null, OutcomeKind.InvalidRequest, Reasons.InvalidRequest),
        new(400, null, "SOURCE_EXPIRED", null, OutcomeKind.InvalidRequest, Reasons.InvalidRequest),

        // The state is not what we thought; our own earlier try may have made it.
        new(
            400, null, "DELAYED_TRANSACTION_EXPIRED", PspStep.Capture,
            OutcomeKind.Declined, Reasons.AuthorizationExpired),
        new(
            400, null, "DELAYED_TRANSACTION_CAPTURED", PspStep.Capture,
            OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),
        new(
            400, null, "DELAYED_TRANSACTION_CANCELED", PspStep.Capture,
            OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),
        new(
            400, null, "DELAYED_TRANSACTION_FAILED", PspStep.Capture,
            OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),
        new(
            400, null, "DELAYED_TRANSACTION_EXPIRED", PspStep.Void,
            OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),
        new(
            400, null, "DELAYED_TRANSACTION_CAPTURED", PspStep.Void,
            OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),
        new(
            400, null, "DELAYED_TRANSACTION_CANCELED", PspStep.Void,
            OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),
        new(
            400, null, "DELAYED_TRANSACTION_FAILED", PspStep.Void,
            OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),
        new(
            400, null, "REFUND_ALREADY_PENDING", PspStep.Refund,
            OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),
        new(
            400, null, "REFUND_AMOUNT_INVALID", PspStep.Refund,
            OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),
        new(
            400, null, "PAYMENT_NOT_REFUNDABLE", PspStep.Refund,
            OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read, IfAbsent: Reasons.NotRefundable),

        // Refusals for good.
        new(
            400, null, "PAYMENT_NOT_REFUNDABLE_DUE_TO_DISPUTE", PspStep.Refund,
            OutcomeKind.Declined, Reasons.ChargeDisputed),
        new(
            400, null, "REFUND_ERROR_PAYMENT_NEEDS_COMPLETION", PspStep.Refund,
            OutcomeKind.Declined, Reasons.NotRefundable),
        new(400, null, "REFUND_DECLINED", PspStep.Refund, OutcomeKind.Declined, Reasons.RefundFailed),
        new(400, null, "RESERVATION_DECLINED", PspStep.Refund, OutcomeKind.Declined, Reasons.RefundFailed),
        new(
            400, null, "INSUFFICIENT_PERMISSIONS_FOR_REFUND", PspStep.Refund,
            OutcomeKind.InvalidRequest, Reasons.Configuration),
        new(400, Refund, null, PspStep.Refund, OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),

        // The card said no.
        new(400, PaymentMethod, null, null, OutcomeKind.Declined, null),
        new(402, PaymentMethod, null, null, OutcomeKind.Declined, null),

        // A complete or cancel that is refused in general words: what state is it that refuses?
        new(400, Invalid, null, PspStep.Capture, OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),
        new(400, Invalid, null, PspStep.Void, OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),

        // Our request or our configuration.
        new(400, Invalid, null, null, OutcomeKind.InvalidRequest, Reasons.InvalidRequest),
        new(401, null, null, null, OutcomeKind.InvalidRequest, Reasons.Configuration),
        new(403, null, null, null, OutcomeKind.InvalidRequest, Reasons.Configuration),
        new(404, null, null, null, OutcomeKind.InvalidRequest, Reasons.NotFound),

        new(null, null, null, null, OutcomeKind.InDoubt, Reasons.UnclassifiedAnswer),
    ];

    /// <summary>The row that an answer falls under, and the code it goes by. Of several errors the doubtful one counts.</summary>
    public static (SquareErrorRow Row, string? Code) Of(int status, IReadOnlyList<SquareError> errors, PspStep step)
    {
        (SquareErrorRow Row, string? Code)[] all =
            [.. errors.DefaultIfEmpty(new SquareError(null, null)).Select(e => (Of(status, e, step), e.Code))];
        return all.Where(a => a.Row.Kind == OutcomeKind.InDoubt).Append(all[0]).First();
    }

    private static SquareErrorRow Of(int status, SquareError error, PspStep step) =>
        Rows.First(row => row.Covers(status, error, step));
}
