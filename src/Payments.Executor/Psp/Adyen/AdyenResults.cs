using System.Collections.Frozen;

namespace Payments.Executor.Psp.Adyen;

/// <summary>What a <c>resultCode</c> says.</summary>
/// <param name="Kind">Taken alone.</param>
/// <param name="Reason">Null when approved, and where <see cref="AdyenRefusals"/> gives it.</param>
internal readonly record struct AdyenResult(OutcomeKind Kind, string? Reason = null);

/// <summary>
/// The result codes of <c>POST /payments</c>. Source: Adyen's "Result codes". One that is not here is in doubt.
/// </summary>
internal static class AdyenResults
{
    internal static readonly FrozenDictionary<string, AdyenResult> Rows = new Dictionary<string, AdyenResult>
    {
        ["Authorised"] = new(OutcomeKind.Approved),
        ["Refused"] = new(OutcomeKind.Declined),
        ["Cancelled"] = new(OutcomeKind.Declined, Reasons.AuthorizationCanceled),
        // A technical failure on the way: only the webhook says whether the issuer approved.
        ["Error"] = new(OutcomeKind.InDoubt, Reasons.PspError),
        ["Pending"] = new(OutcomeKind.Pending, Reasons.Processing),
        ["Received"] = new(OutcomeKind.Pending, Reasons.Processing),
        ["RedirectShopper"] = new(OutcomeKind.ActionRequired, Reasons.ShopperAction),
        ["IdentifyShopper"] = new(OutcomeKind.ActionRequired, Reasons.ShopperAction),
        ["ChallengeShopper"] = new(OutcomeKind.ActionRequired, Reasons.ShopperAction),
        ["PresentToShopper"] = new(OutcomeKind.ActionRequired, Reasons.ShopperAction),
        // Holds another amount than was asked.
        ["PartiallyAuthorised"] = new(OutcomeKind.InDoubt, Reasons.IntegrityMismatch),
    }.ToFrozenDictionary();

    public static AdyenResult Of(string resultCode) =>
        Rows.TryGetValue(resultCode, out var row) ? row : new(OutcomeKind.InDoubt, Reasons.UnexpectedState);
}
