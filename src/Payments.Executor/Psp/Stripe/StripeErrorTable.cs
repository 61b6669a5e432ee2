namespace Payments.Executor.Psp.Stripe;

/// <summary>One row of the table: which error answers it covers and what they mean.</summary>
/// <param name="Status">HTTP status; null covers every one.</param>
/// <param name="Type"><c>error.type</c>; null covers every one, and none.</param>
/// <param name="Code"><c>error.code</c>; null covers every one, and none.</param>
/// <param name="Step">The operation; null covers every one.</param>
/// <param name="Kind">What the answer says, taken alone.</param>
/// <param name="Reason">Null where <see cref="StripeDeclines"/> gives it.</param>
/// <param name="Next">What to do next.</param>
/// <param name="Decline">Where <paramref name="Kind"/> is declined and the reason is given here.</param>
/// <param name="IfAbsent">The refusal (hard) that stands when a read finds no trace of the operation.</param>
internal sealed record StripeErrorRow(
    int? Status,
    string? Type,
    string? Code,
    PspStep? Step,
    OutcomeKind Kind,
    string? Reason,
    AfterTry Next = AfterTry.Stop,
    DeclineKind Decline = DeclineKind.Hard,
    string? IfAbsent = null)
{
    public bool Covers(int status, string? type, string? code, PspStep step) =>
        (Status is null || Status == status)
        && (Type is null || Type == type)
        && (Code is null || Code == code)
        && (Step is null || Step == step);
}

/// <summary>
/// Stripe's error answers. The first row that covers an answer says what it means; the last one covers everything, as
/// in doubt: only what is documented as "did not happen" is anything else.
/// </summary>
internal static class StripeErrorTable
{
    private const string Card = "card_error";
    private const string Invalid = "invalid_request_error";
    private const string Idempotency = "idempotency_error";

    internal static readonly IReadOnlyList<StripeErrorRow> Rows =
    [
        // The card said no.
        new(402, Card, null, null, OutcomeKind.Declined, null),
        new(400, Card, null, null, OutcomeKind.Declined, null),
        new(400, Invalid, "payment_intent_authentication_failure", null, OutcomeKind.Declined, null),

        // The key. One in use means that an earlier try has arrived.
        new(409, null, "idempotency_key_in_use", null, OutcomeKind.InDoubt, Reasons.KeyInUse, AfterTry.RetrySameKey),
        new(null, Idempotency, null, null, OutcomeKind.InDoubt, Reasons.KeyMismatch),
        new(409, null, null, null, OutcomeKind.InDoubt, Reasons.Conflict, AfterTry.RetrySameKey),

        // The state is not what we thought; our own earlier try may have made it.
        new(
            400, Invalid, "payment_intent_unexpected_state", PspStep.Capture,
            OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),
        new(
            400, Invalid, "payment_intent_unexpected_state", PspStep.Void,
            OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),
        new(
            400, Invalid, "payment_intent_unexpected_state", PspStep.Refund,
            OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read, IfAbsent: Reasons.NotRefundable),
        new(
            400, Invalid, "charge_already_captured", PspStep.Capture,
            OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),
        new(
            400, Invalid, "charge_already_refunded", PspStep.Refund,
            OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read, IfAbsent: Reasons.AlreadyRefunded),

        // Refusals for good.
        new(
            400, Invalid, "charge_expired_for_capture", PspStep.Capture,
            OutcomeKind.Declined, Reasons.AuthorizationExpired),
        new(400, Invalid, "charge_disputed", PspStep.Refund, OutcomeKind.Declined, Reasons.ChargeDisputed),
        new(400, Invalid, "refund_disputed_payment", PspStep.Refund, OutcomeKind.Declined, Reasons.ChargeDisputed),
        new(400, Invalid, "charge_not_refundable", PspStep.Refund, OutcomeKind.Declined, Reasons.NotRefundable),
        new(
            400, Invalid, "balance_insufficient", PspStep.Refund,
            OutcomeKind.Declined, Reasons.PspBalanceInsufficient, Decline: DeclineKind.Soft),

        // Our request or our configuration.
        new(400, Invalid, null, null, OutcomeKind.InvalidRequest, Reasons.InvalidRequest),
        new(401, null, null, null, OutcomeKind.InvalidRequest, Reasons.Configuration),
        new(403, null, null, null, OutcomeKind.InvalidRequest, Reasons.Configuration),
        new(404, null, null, null, OutcomeKind.InvalidRequest, Reasons.NotFound),

        // Decided before the idempotency layer: nothing was done.
        new(429, null, null, null, OutcomeKind.NotAttempted, Reasons.RateLimited, AfterTry.RetrySameKey),

        // It may have happened.
        new(424, null, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.RetrySameKey),
        new(500, null, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.RetrySameKey),
        new(502, null, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.RetrySameKey),
        new(503, null, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.RetrySameKey),
        new(504, null, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.RetrySameKey),
        new(null, null, null, null, OutcomeKind.InDoubt, Reasons.UnclassifiedAnswer),
    ];

    public static StripeErrorRow Of(int status, string? type, string? code, PspStep step)
    {
        foreach (var row in Rows)
        {
            if (row.Covers(status, type, code, step))
                return row;
        }

        throw new InvalidOperationException("The last row of the error table must cover every answer.");
    }
}
