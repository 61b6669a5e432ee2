using System.Globalization;

namespace Payments.Executor.Psp;

/// <summary>
/// What a try, or all tries of one operation together, say about the operation. Holds no token and no text of the
/// PSP's, so that it may be stored, sent and logged as it is.
/// </summary>
internal sealed record Outcome
{
    public required OutcomeKind Kind { get; init; }

    /// <summary>Set exactly when <see cref="Kind"/> is <see cref="OutcomeKind.Declined"/>.</summary>
    public DeclineKind? Decline { get; init; }

    /// <summary>Normalised, snake_case, one of <see cref="Reasons"/>; null only when approved.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// The PSP's id of what was made: a payment for sale and authorize; a refund for refund. For capture and void it is the
    /// payment's, or an id of their own where the PSP gives them one, as Adyen does.
    /// </summary>
    public string? PspReference { get; init; }

    /// <summary>
    /// Capture and void only: what an undo of the payment has to name from now on, where that is another id than before, as
    /// PayPal's captures have; otherwise null.
    /// </summary>
    public string? PaymentReference { get; init; }

    /// <summary>
    /// What the PSP's settlement files call it, where that is another id than <see cref="PspReference"/>: Braintree's
    /// legacy id.
    /// </summary>
    public string? SettlementReference { get; init; }

    /// <summary>The PSP's own status word, such as <c>requires_capture</c>.</summary>
    public string? PspStatus { get; init; }

    /// <summary>The PSP's own error or decline code.</summary>
    public string? PspCode { get; init; }

    /// <summary>A sentence of ours for people and logs.</summary>
    public string? Message { get; init; }

    /// <summary>The amount that the PSP echoed, in ISO 4217 minor units.</summary>
    public long? AmountMinor { get; init; }

    /// <summary>The currency that the PSP echoed, upper-case ISO 4217.</summary>
    public string? CurrencyCode { get; init; }

    /// <summary>Until when an authorization can be captured, where the PSP says so or documents a default.</summary>
    public DateTimeOffset? AuthorizedUntil { get; init; }

    public static Outcome Approved(string pspReference, string pspStatus, long? amountMinor, string? currencyCode) =>
        new()
        {
            Kind = OutcomeKind.Approved,
            PspReference = pspReference,
            PspStatus = pspStatus,
            AmountMinor = amountMinor,
            CurrencyCode = currencyCode,
        };

    public static Outcome Pending(string reason, string pspReference, string pspStatus) =>
        new() { Kind = OutcomeKind.Pending, Reason = reason, PspReference = pspReference, PspStatus = pspStatus };

    public static Outcome ActionRequired(string reason, string pspReference, string pspStatus) =>
        new()
        {
            Kind = OutcomeKind.ActionRequired,
            Reason = reason,
            PspReference = pspReference,
            PspStatus = pspStatus,
        };

    public static Outcome Declined(DeclineKind decline, string reason, string? message = null) =>
        new() { Kind = OutcomeKind.Declined, Decline = decline, Reason = reason, Message = message };

    public static Outcome NotAttempted(string reason, string? message = null) =>
        new() { Kind = OutcomeKind.NotAttempted, Reason = reason, Message = message };

    public static Outcome InvalidRequest(string reason, string? message = null) =>
        new() { Kind = OutcomeKind.InvalidRequest, Reason = reason, Message = message };

    public static Outcome InDoubt(string reason, string? message = null) =>
        new() { Kind = OutcomeKind.InDoubt, Reason = reason, Message = message };

    /// <summary>Declined for good, whatever the card or the payer would say.</summary>
    public static Outcome Refused(string reason, string pspReference, string pspStatus) =>
        Declined(DeclineKind.Hard, reason) with { PspReference = pspReference, PspStatus = pspStatus };

    /// <summary>What the PSP shows is not what was asked for.</summary>
    public static Outcome Mismatch(string psp, string? pspReference, string pspStatus) =>
        InDoubt(
            Reasons.IntegrityMismatch, $"{psp}'s answer names another amount, currency or operation than was asked.") with
        {
            PspReference = pspReference,
            PspStatus = pspStatus,
        };

    /// <summary>A state that nobody expects here.</summary>
    public static Outcome Unexpected(string psp, string pspReference, string pspStatus) =>
        InDoubt(Reasons.UnexpectedState, $"{psp} reports a state that this operation cannot have.") with
        {
            PspReference = pspReference,
            PspStatus = pspStatus,
        };

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Kind}({Decline?.ToString() ?? "-"}, {Reason ?? "-"}, {PspReference ?? "-"})");
}
