namespace Payments.Executor.Psp.Braintree;

/// <summary>One row of the table: which errors it covers and what they mean.</summary>
/// <param name="Status">HTTP status; null covers every one. Braintree answers 200 also for errors.</param>
/// <param name="Class"><c>extensions.errorClass</c>; null covers every one, and none.</param>
/// <param name="Code"><c>extensions.legacyCode</c>; null covers every one, and none.</param>
/// <param name="Step">The operation; null covers every one.</param>
/// <param name="Kind">What the error says, taken alone.</param>
/// <param name="Reason">Normalised.</param>
/// <param name="Next">What to do next.</param>
/// <param name="IfAbsent">The refusal that stands when a read finds no trace of the operation.</param>
/// <param name="Decline">Whether that refusal may pass.</param>
internal sealed record BraintreeErrorRow(
    int? Status,
    string? Class,
    string? Code,
    PspStep? Step,
    OutcomeKind Kind,
    string Reason,
    AfterTry Next = AfterTry.Stop,
    string? IfAbsent = null,
    DeclineKind Decline = DeclineKind.Hard)
{
    public bool Covers(int status, string? errorClass, string? code, PspStep step) =>
        (Status is null || Status == status)
        && (Class is null || Class == errorClass)
        && (Code is null || Code == code)
        && (Step is null || Step == step);
}

/// <summary>
/// Braintree's errors. The first row that covers an error says what it means; the last one covers everything, as in
/// doubt. Without a key nothing is sent twice: what may have happened is read at once, and later again.
/// </summary>
internal static class BraintreeErrorTable
{
    private const string Validation = "VALIDATION";

    internal static readonly IReadOnlyList<BraintreeErrorRow> Rows =
    [
        // It may have happened, whatever the body says.
        new(500, null, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.Read),
        new(502, null, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.Read),
        new(503, null, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.Read),
        new(504, null, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.Read),

        // The state is not what we thought; an earlier request, or somebody else, has made it.
        new(null, Validation, "91504", PspStep.Void, OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),
        new(
            null, Validation, "91504", PspStep.Refund, OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read,
            Reasons.NotYetSettled, DeclineKind.Soft),
        new(null, Validation, "91506", PspStep.Void, OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),
        new(
            null, Validation, "91506", PspStep.Refund, OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read,
            Reasons.NotYetSettled, DeclineKind.Soft),
        new(null, Validation, "91507", PspStep.Capture, OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),
        new(null, Validation, "91512", PspStep.Void, OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read),
        new(
            null, Validation, "91512", PspStep.Refund, OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read,
            Reasons.AlreadyRefunded),
        new(
            null, Validation, "91521", PspStep.Refund, OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read,
            Reasons.NotRefundable),
        new(
            null, Validation, "91522", PspStep.Capture, OutcomeKind.InDoubt, Reasons.UnexpectedState, AfterTry.Read,
            DeclineReasons.AmountNotAllowed),

        // A used-up nonce: something between us and Braintree may have sent the request twice.
        new(null, Validation, "91564", null, OutcomeKind.InDoubt, Reasons.Conflict, AfterTry.Read),

        // Our request or our configuration.
        new(null, Validation, null, null, OutcomeKind.InvalidRequest, Reasons.InvalidRequest),
        new(null, "AUTHENTICATION", null, null, OutcomeKind.InvalidRequest, Reasons.Configuration),
        new(null, "AUTHORIZATION", null, null, OutcomeKind.InvalidRequest, Reasons.Configuration),
        new(null, "UNSUPPORTED_CLIENT", null, null, OutcomeKind.InvalidRequest, Reasons.Configuration),
        new(null, "NOT_IMPLEMENTED", null, null, OutcomeKind.InvalidRequest, Reasons.Configuration),
        new(null, "NOT_FOUND", null, null, OutcomeKind.InvalidRequest, Reasons.NotFound),
        new(401, null, null, null, OutcomeKind.InvalidRequest, Reasons.Configuration),
        new(403, null, null, null, OutcomeKind.InvalidRequest, Reasons.Configuration),

        // Decided before the request is looked at: nothing was done.
        new(null, "RESOURCE_LIMIT", null, null, OutcomeKind.NotAttempted, Reasons.RateLimited, AfterTry.RetrySameKey),
        new(429, null, null, null, OutcomeKind.NotAttempted, Reasons.RateLimited, AfterTry.RetrySameKey),

        // It may have happened.
        new(null, "INTERNAL", null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.Read),
        new(null, "SERVICE_AVAILABILITY", null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.Read),
        new(null, null, null, null, OutcomeKind.InDoubt, Reasons.UnclassifiedAnswer, AfterTry.Read),
    ];

    public static BraintreeErrorRow Of(int status, BraintreeError error, PspStep step) =>
        Rows.First(r => r.Covers(status, error.Class, error.LegacyCode, step));

    /// <summary>Of several errors the least certain one speaks: one "it may have happened" outweighs any "it did not".</summary>
    public static (BraintreeErrorRow Row, BraintreeError Error) Of(
        int status, IReadOnlyList<BraintreeError> errors, PspStep step) =>
        errors.DefaultIfEmpty(new BraintreeError(null, null))
            .Select(e => (Row: Of(status, e, step), Error: e))
            .MinBy(e => e.Row.Kind switch
            {
                OutcomeKind.InDoubt => 0,
                OutcomeKind.InvalidRequest => 1,
                OutcomeKind.NotAttempted => 2,
                OutcomeKind.Approved or OutcomeKind.Pending or OutcomeKind.ActionRequired or OutcomeKind.Declined =>
                    throw new InvalidOperationException("No error says that something was done or declined."),
            });
}
