namespace Payments.Executor.Psp.Adyen;

/// <summary>
/// What an event code says of the operations it may be about. Source: Adyen's "Webhook types", default event codes.
/// </summary>
internal static class AdyenEvents
{
    /// <param name="Code">The event code.</param>
    /// <param name="IsSuccess">Its <c>success</c>; null where the code says it all.</param>
    /// <param name="Steps">The steps it settles.</param>
    /// <param name="Proof">How.</param>
    internal sealed record Row(string Code, bool? IsSuccess, PspStep[] Steps, Outcome Proof);

    private static readonly PspStep[] Payments = [PspStep.Sale, PspStep.Authorize];

    internal static readonly Row[] Rows =
    [
        new("AUTHORISATION", true, Payments, Approved()),
        // Why is in a field that is not signed. That it was declined is certain.
        new("AUTHORISATION", false, Payments, Outcome.Declined(DeclineKind.Soft, DeclineReasons.GenericDecline)),
        new("CAPTURE", true, [PspStep.Capture], Approved()),
        new("CAPTURE", false, [PspStep.Capture], Refused(Reasons.CaptureFailed)),
        // A sale's capture is Adyen's own.
        new("CAPTURE_FAILED", null, [PspStep.Capture, PspStep.Sale], Refused(Reasons.CaptureFailed)),
        new("CANCELLATION", true, [PspStep.Void], Approved()),
        new("CANCELLATION", false, [PspStep.Void], Refused(Reasons.VoidFailed)),
        new("TECHNICAL_CANCEL", true, [PspStep.Void], Approved()),
        // Cancelled in its own name, because nobody knew what had become of it: nothing is held.
        new("TECHNICAL_CANCEL", true, Payments, Outcome.Declined(DeclineKind.Soft, Reasons.AuthorizationCanceled)),
        new("TECHNICAL_CANCEL", false, [PspStep.Void], Refused(Reasons.VoidFailed)),
        new("CANCEL_OR_REFUND", true, [PspStep.Void, PspStep.Refund], Approved()),
        new("CANCEL_OR_REFUND", false, [PspStep.Void], Refused(Reasons.VoidFailed)),
        new("CANCEL_OR_REFUND", false, [PspStep.Refund], Refused(Reasons.RefundFailed)),
        new("REFUND", true, [PspStep.Refund], Approved()),
        new("REFUND", false, [PspStep.Refund], Refused(Reasons.RefundFailed)),
        new("REFUND_FAILED", null, [PspStep.Refund], Refused(Reasons.RefundFailed)),
        new("REFUNDED_REVERSED", null, [PspStep.Refund], Refused(Reasons.RefundReversed)),
    ];

    public static IEnumerable<(PspStep Step, Outcome Proof)> ClaimsOf(string code, bool isSuccess) =>
        from row in Rows
        where row.Code == code && (row.IsSuccess is null || row.IsSuccess == isSuccess)
        from step in row.Steps
        select (step, row.Proof);

    /// <summary>The events that take a success back: when they come first, the success is old.</summary>
    public static IReadOnlyList<string> SupersededBy(string code, bool isSuccess) => (code, isSuccess) switch
    {
        ("AUTHORISATION", true) => ["TECHNICAL_CANCEL", "CAPTURE_FAILED"],
        ("CAPTURE", true) => ["CAPTURE_FAILED"],
        ("REFUND" or "CANCEL_OR_REFUND", true) => ["REFUND_FAILED", "REFUNDED_REVERSED"],
        _ => [],
    };

    /// <summary>In ISO 4217 minor units; the rows are those in which Adyen differs from them.</summary>
    /// <returns>Null where the event names none, or one that no operation can have.</returns>
    public static long? FromWire(long? wire, string? currency) => currency switch
    {
        "CLP" or "ISK" => wire % 100 == 0 ? wire / 100 : null,
        "CVE" or "IDR" => wire is >= 0 and <= long.MaxValue / 100 ? wire * 100 : null,
        _ => wire,
    };

    private static Outcome Approved() => new() { Kind = OutcomeKind.Approved };

    private static Outcome Refused(string reason) => Outcome.Declined(DeclineKind.Hard, reason);
}
