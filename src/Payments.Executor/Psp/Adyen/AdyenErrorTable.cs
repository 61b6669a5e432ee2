namespace Payments.Executor.Psp.Adyen;

/// <summary>One row of the table: which error answers it covers and what they mean.</summary>
/// <param name="Status">HTTP status; null covers every one.</param>
/// <param name="Type"><c>errorType</c>; null covers every one, and none.</param>
/// <param name="Code"><c>errorCode</c>; null covers every one, and none.</param>
/// <param name="Kind">What the answer says, taken alone.</param>
/// <param name="Reason">Of <paramref name="Kind"/>.</param>
/// <param name="Next">What to do next, where the header <c>transient-error</c> is true; otherwise stop.</param>
internal sealed record AdyenErrorRow(
    int? Status, string? Type, string? Code, OutcomeKind Kind, string Reason, AfterTry Next = AfterTry.Stop)
{
    public bool Covers(int status, string? type, string? code) =>
        (Status is null || Status == status) && (Type is null || Type == type) && (Code is null || Code == code);
}

/// <summary>
/// Adyen's error answers. The first row that covers an answer says what it means; the last one covers everything, as in
/// doubt: only what is documented as "did not happen" is anything else. That includes 429, of which Adyen documents only
/// that the same key may be sent again.
/// </summary>
internal static class AdyenErrorTable
{
    private const string KeyInUse = "704";
    private const string KeyStoreDown = "703";

    internal static readonly IReadOnlyList<AdyenErrorRow> Rows =
    [
        // The key. One in use means that an earlier try has arrived.
        new(409, null, KeyInUse, OutcomeKind.InDoubt, Reasons.KeyInUse, AfterTry.RetrySameKey),
        new(422, null, KeyInUse, OutcomeKind.InDoubt, Reasons.KeyInUse, AfterTry.RetrySameKey),
        new(503, null, KeyStoreDown, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.RetrySameKey),
        new(409, null, null, OutcomeKind.InDoubt, Reasons.Conflict, AfterTry.RetrySameKey),

        // Our request or our configuration.
        new(400, null, null, OutcomeKind.InvalidRequest, Reasons.InvalidRequest),
        new(401, null, null, OutcomeKind.InvalidRequest, Reasons.Configuration),
        new(403, null, null, OutcomeKind.InvalidRequest, Reasons.Configuration),
        new(422, "validation", null, OutcomeKind.InvalidRequest, Reasons.InvalidRequest),

        // It may have happened.
        new(429, null, null, OutcomeKind.InDoubt, Reasons.RateLimited, AfterTry.RetrySameKey),
        new(500, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.RetrySameKey),
        new(502, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.RetrySameKey),
        new(503, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.RetrySameKey),
        new(504, null, null, OutcomeKind.InDoubt, Reasons.PspError, AfterTry.RetrySameKey),
        new(null, null, null, OutcomeKind.InDoubt, Reasons.UnclassifiedAnswer),
    ];

    public static AdyenErrorRow Of(int status, string? type, string? code) =>
        Rows.First(r => r.Covers(status, type, code));
}
