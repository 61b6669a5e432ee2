using System.Collections.Frozen;

namespace Payments.Executor.Psp.Stripe;

/// <summary>
/// Stripe's decline codes (and the card error codes that come without one) as normalised reasons. Source: Stripe's
/// "Decline codes". A code that is not here is a soft <see cref="DeclineReasons.GenericDecline"/>: no money moved
/// either way, soft only means that the routing table may allow another connection, and the code itself is kept.
/// </summary>
internal static class StripeDeclines
{
    internal static readonly FrozenDictionary<string, (DeclineKind Decline, string Reason)> Rows =
        new Dictionary<string, (DeclineKind Decline, string Reason)>
        {
            ["account_closed"] = (DeclineKind.Hard, DeclineReasons.AccountClosed),
            ["approve_with_id"] = (DeclineKind.Soft, DeclineReasons.TryAgainLater),
            ["authentication_required"] = (DeclineKind.Soft, DeclineReasons.AuthenticationRequired),
            ["call_issuer"] = (DeclineKind.Soft, DeclineReasons.CallIssuer),
            ["card_decline_rate_limit_exceeded"] = (DeclineKind.Soft, DeclineReasons.LimitExceeded),
            ["card_not_supported"] = (DeclineKind.Hard, DeclineReasons.CardNotSupported),
            ["card_velocity_exceeded"] = (DeclineKind.Soft, DeclineReasons.LimitExceeded),
            ["currency_not_supported"] = (DeclineKind.Hard, DeclineReasons.CurrencyNotSupported),
            ["do_not_honor"] = (DeclineKind.Soft, DeclineReasons.DoNotHonor),
            ["do_not_try_again"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["duplicate_transaction"] = (DeclineKind.Hard, DeclineReasons.DuplicateTransaction),
            ["expired_card"] = (DeclineKind.Hard, DeclineReasons.ExpiredCard),
            ["fraudulent"] = (DeclineKind.Hard, DeclineReasons.FraudSuspected),
            ["generic_decline"] = (DeclineKind.Soft, DeclineReasons.GenericDecline),
            ["incorrect_cvc"] = (DeclineKind.Hard, DeclineReasons.IncorrectCvc),
            ["incorrect_number"] = (DeclineKind.Hard, DeclineReasons.IncorrectNumber),
            ["incorrect_pin"] = (DeclineKind.Hard, DeclineReasons.IncorrectPin),
            ["incorrect_zip"] = (DeclineKind.Hard, DeclineReasons.IncorrectPostcode),
            ["insufficient_funds"] = (DeclineKind.Soft, DeclineReasons.InsufficientFunds),
            ["invalid_account"] = (DeclineKind.Hard, DeclineReasons.AccountClosed),
            ["invalid_amount"] = (DeclineKind.Hard, DeclineReasons.AmountNotAllowed),
            ["invalid_cvc"] = (DeclineKind.Hard, DeclineReasons.IncorrectCvc),
            ["invalid_expiry_month"] = (DeclineKind.Hard, DeclineReasons.IncorrectExpiry),
            ["invalid_expiry_year"] = (DeclineKind.Hard, DeclineReasons.IncorrectExpiry),
            ["invalid_number"] = (DeclineKind.Hard, DeclineReasons.IncorrectNumber),
            ["invalid_pin"] = (DeclineKind.Hard, DeclineReasons.IncorrectPin),
            ["issuer_not_available"] = (DeclineKind.Soft, DeclineReasons.IssuerUnavailable),
            ["lost_card"] = (DeclineKind.Hard, DeclineReasons.LostCard),
            ["merchant_blacklist"] = (DeclineKind.Hard, DeclineReasons.FraudSuspected),
            ["new_account_information_available"] = (DeclineKind.Hard, DeclineReasons.AccountClosed),
            ["no_action_taken"] = (DeclineKind.Soft, DeclineReasons.GenericDecline),
            ["not_permitted"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["offline_pin_required"] = (DeclineKind.Hard, DeclineReasons.IncorrectPin),
            ["online_or_offline_pin_required"] = (DeclineKind.Hard, DeclineReasons.IncorrectPin),
            ["payment_intent_authentication_failure"] = (DeclineKind.Soft, DeclineReasons.AuthenticationFailed),
            ["pickup_card"] = (DeclineKind.Hard, DeclineReasons.BlockedCard),
            ["pin_try_exceeded"] = (DeclineKind.Hard, DeclineReasons.IncorrectPin),
            ["processing_error"] = (DeclineKind.Soft, DeclineReasons.ProcessingError),
            ["reenter_transaction"] = (DeclineKind.Soft, DeclineReasons.ProcessingError),
            ["restricted_card"] = (DeclineKind.Hard, DeclineReasons.BlockedCard),
            ["revocation_of_all_authorizations"] = (DeclineKind.Hard, DeclineReasons.AuthorizationRevoked),
            ["revocation_of_authorization"] = (DeclineKind.Hard, DeclineReasons.AuthorizationRevoked),
            ["security_violation"] = (DeclineKind.Hard, DeclineReasons.FraudSuspected),
            ["service_not_allowed"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["stolen_card"] = (DeclineKind.Hard, DeclineReasons.StolenCard),
            ["stop_payment_order"] = (DeclineKind.Hard, DeclineReasons.AuthorizationRevoked),
            ["testmode_decline"] = (DeclineKind.Hard, DeclineReasons.TestModeCard),
            ["transaction_not_allowed"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["try_again_later"] = (DeclineKind.Soft, DeclineReasons.TryAgainLater),
            ["withdrawal_count_limit_exceeded"] = (DeclineKind.Soft, DeclineReasons.LimitExceeded),
        }.ToFrozenDictionary();

    public static (DeclineKind Decline, string Reason) Of(string? code) =>
        code is not null && Rows.TryGetValue(code, out var row) ? row : (
            DeclineKind.Soft, DeclineReasons.GenericDecline);
}
