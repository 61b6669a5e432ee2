using System.Collections.Frozen;

namespace Payments.Executor.Psp.Adyen;

/// <summary>
/// <c>refusalReasonCode</c> as normalised reasons. Source: Adyen's "Refusal reasons". A code that is not here is a soft
/// <see cref="DeclineReasons.GenericDecline"/>: no money moved either way, and the code itself is kept.
/// </summary>
internal static class AdyenRefusals
{
    internal static readonly FrozenDictionary<string, (DeclineKind Decline, string Reason)> Rows =
        new Dictionary<string, (DeclineKind Decline, string Reason)>
        {
            // Refused.
            ["2"] = (DeclineKind.Soft, DeclineReasons.GenericDecline),
            // Referral.
            ["3"] = (DeclineKind.Soft, DeclineReasons.CallIssuer),
            // Acquirer error.
            ["4"] = (DeclineKind.Soft, DeclineReasons.ProcessingError),
            // Blocked card.
            ["5"] = (DeclineKind.Hard, DeclineReasons.BlockedCard),
            // Expired card.
            ["6"] = (DeclineKind.Hard, DeclineReasons.ExpiredCard),
            // Invalid amount.
            ["7"] = (DeclineKind.Hard, DeclineReasons.AmountNotAllowed),
            // Invalid card number.
            ["8"] = (DeclineKind.Hard, DeclineReasons.IncorrectNumber),
            // Issuer unavailable.
            ["9"] = (DeclineKind.Soft, DeclineReasons.IssuerUnavailable),
            // Not supported.
            ["10"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            // 3D not authenticated.
            ["11"] = (DeclineKind.Soft, DeclineReasons.AuthenticationFailed),
            // Not enough balance.
            ["12"] = (DeclineKind.Soft, DeclineReasons.InsufficientFunds),
            // Acquirer fraud.
            ["14"] = (DeclineKind.Hard, DeclineReasons.FraudSuspected),
            // Cancelled, and cancelled by the shopper.
            ["15"] = (DeclineKind.Hard, Reasons.AuthorizationCanceled),
            ["16"] = (DeclineKind.Hard, Reasons.AuthorizationCanceled),
            // PIN wrong, tried too often, not verifiable.
            ["17"] = (DeclineKind.Hard, DeclineReasons.IncorrectPin),
            ["18"] = (DeclineKind.Hard, DeclineReasons.IncorrectPin),
            ["19"] = (DeclineKind.Hard, DeclineReasons.IncorrectPin),
            // Fraud.
            ["20"] = (DeclineKind.Hard, DeclineReasons.FraudSuspected),
            // Not submitted correctly.
            ["21"] = (DeclineKind.Soft, DeclineReasons.ProcessingError),
            // Fraud, cancelled.
            ["22"] = (DeclineKind.Hard, DeclineReasons.FraudSuspected),
            // Transaction not permitted.
            ["23"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            // CVC declined.
            ["24"] = (DeclineKind.Hard, DeclineReasons.IncorrectCvc),
            // Restricted card.
            ["25"] = (DeclineKind.Hard, DeclineReasons.BlockedCard),
            // Revocation of authorization.
            ["26"] = (DeclineKind.Hard, DeclineReasons.AuthorizationRevoked),
            // Declined, not generic.
            ["27"] = (DeclineKind.Soft, DeclineReasons.DoNotHonor),
            // Withdrawal amount and count exceeded.
            ["28"] = (DeclineKind.Soft, DeclineReasons.LimitExceeded),
            ["29"] = (DeclineKind.Soft, DeclineReasons.LimitExceeded),
            // Issuer suspects fraud.
            ["31"] = (DeclineKind.Hard, DeclineReasons.FraudSuspected),
            // AVS declined.
            ["32"] = (DeclineKind.Hard, DeclineReasons.IncorrectPostcode),
            // Card requires online PIN.
            ["33"] = (DeclineKind.Hard, DeclineReasons.IncorrectPin),
            // No checking and no savings account on the card.
            ["34"] = (DeclineKind.Hard, DeclineReasons.CardNotSupported),
            ["35"] = (DeclineKind.Hard, DeclineReasons.CardNotSupported),
            // Mobile PIN required, contactless not enough, authentication required.
            ["36"] = (DeclineKind.Soft, DeclineReasons.AuthenticationRequired),
            ["37"] = (DeclineKind.Soft, DeclineReasons.AuthenticationRequired),
            ["38"] = (DeclineKind.Soft, DeclineReasons.AuthenticationRequired),
            // The directory server sent no result.
            ["39"] = (DeclineKind.Soft, DeclineReasons.AuthenticationFailed),
            // The card's application is in the penalty box.
            ["40"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            // The cardholder has to be verified.
            ["41"] = (DeclineKind.Soft, DeclineReasons.AuthenticationRequired),
            // 3DS authentication error.
            ["42"] = (DeclineKind.Soft, DeclineReasons.AuthenticationFailed),
            // Adyen blocks it, because the schemes fine too many repetitions.
            ["46"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
        }.ToFrozenDictionary();

    public static (DeclineKind Decline, string Reason) Of(string? code) =>
        code is not null && Rows.TryGetValue(code, out var row) ? row : (
            DeclineKind.Soft, DeclineReasons.GenericDecline);
}
