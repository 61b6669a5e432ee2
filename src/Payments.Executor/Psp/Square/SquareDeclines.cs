using System.Collections.Frozen;

namespace Payments.Executor.Psp.Square;

/// <summary>
/// Square's codes of category PAYMENT_METHOD_ERROR as normalised reasons. Source: the descriptions of ErrorCode in Square's
/// specification, 2025-08-20. What depends on the seller's own account is soft: another connection may take it. A code that
/// is not here is a soft <see cref="DeclineReasons.GenericDecline"/>: no money moved either way, and the code is kept.
/// </summary>
internal static class SquareDeclines
{
    internal static readonly FrozenDictionary<string, (DeclineKind Decline, string Reason)> Rows =
        new Dictionary<string, (DeclineKind Decline, string Reason)>
        {
            ["ACCOUNT_UNUSABLE"] = (DeclineKind.Hard, DeclineReasons.AccountClosed),
            ["ADDRESS_VERIFICATION_FAILURE"] = (DeclineKind.Hard, DeclineReasons.IncorrectPostcode),
            ["ALLOWABLE_PIN_TRIES_EXCEEDED"] = (DeclineKind.Hard, DeclineReasons.IncorrectPin),
            ["AMOUNT_TOO_HIGH"] = (DeclineKind.Hard, DeclineReasons.AmountNotAllowed),
            ["BAD_EXPIRATION"] = (DeclineKind.Hard, DeclineReasons.IncorrectExpiry),
            ["BUYER_REFUSED_PAYMENT"] = (DeclineKind.Hard, DeclineReasons.AuthorizationRevoked),
            ["CARDHOLDER_INSUFFICIENT_PERMISSIONS"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["CARD_DECLINED"] = (DeclineKind.Soft, DeclineReasons.GenericDecline),
            ["CARD_DECLINED_CALL_ISSUER"] = (DeclineKind.Soft, DeclineReasons.CallIssuer),
            ["CARD_DECLINED_VERIFICATION_REQUIRED"] = (DeclineKind.Soft, DeclineReasons.AuthenticationRequired),
            ["CARD_EXPIRED"] = (DeclineKind.Hard, DeclineReasons.ExpiredCard),
            ["CARD_NOT_SUPPORTED"] = (DeclineKind.Hard, DeclineReasons.CardNotSupported),
            ["CARD_PRESENCE_REQUIRED"] = (DeclineKind.Hard, DeclineReasons.CardNotSupported),
            ["CHIP_INSERTION_REQUIRED"] = (DeclineKind.Hard, DeclineReasons.CardNotSupported),
            ["CURRENCY_MISMATCH"] = (DeclineKind.Hard, DeclineReasons.CurrencyNotSupported),
            ["CVV_FAILURE"] = (DeclineKind.Hard, DeclineReasons.IncorrectCvc),
            ["EXPIRATION_FAILURE"] = (DeclineKind.Hard, DeclineReasons.IncorrectExpiry),
            ["GENERIC_DECLINE"] = (DeclineKind.Soft, DeclineReasons.GenericDecline),
            ["GIFT_CARD_AVAILABLE_AMOUNT"] = (DeclineKind.Soft, DeclineReasons.InsufficientFunds),
            ["INSUFFICIENT_FUNDS"] = (DeclineKind.Soft, DeclineReasons.InsufficientFunds),
            ["INSUFFICIENT_PERMISSIONS"] = (DeclineKind.Soft, DeclineReasons.TransactionNotPermitted),
            ["INVALID_ACCOUNT"] = (DeclineKind.Hard, DeclineReasons.AccountClosed),
            ["INVALID_CARD"] = (DeclineKind.Hard, DeclineReasons.IncorrectNumber),
            ["INVALID_CARD_DATA"] = (DeclineKind.Hard, DeclineReasons.IncorrectNumber),
            ["INVALID_ENCRYPTED_CARD"] = (DeclineKind.Hard, DeclineReasons.IncorrectNumber),
            ["INVALID_EXPIRATION"] = (DeclineKind.Hard, DeclineReasons.IncorrectExpiry),
            ["INVALID_EXPIRATION_DATE"] = (DeclineKind.Hard, DeclineReasons.IncorrectExpiry),
            ["INVALID_EXPIRATION_YEAR"] = (DeclineKind.Hard, DeclineReasons.IncorrectExpiry),
            ["INVALID_LOCATION"] = (DeclineKind.Soft, DeclineReasons.TransactionNotPermitted),
            ["INVALID_PIN"] = (DeclineKind.Hard, DeclineReasons.IncorrectPin),
            ["INVALID_POSTAL_CODE"] = (DeclineKind.Hard, DeclineReasons.IncorrectPostcode),
            ["MANUALLY_ENTERED_PAYMENT_NOT_SUPPORTED"] = (DeclineKind.Hard, DeclineReasons.CardNotSupported),
            ["MISSING_PIN"] = (DeclineKind.Hard, DeclineReasons.IncorrectPin),
            ["PAN_FAILURE"] = (DeclineKind.Hard, DeclineReasons.IncorrectNumber),
            ["PAYMENT_AMOUNT_MISMATCH"] = (DeclineKind.Hard, DeclineReasons.AmountNotAllowed),
            ["PAYMENT_LIMIT_EXCEEDED"] = (DeclineKind.Soft, DeclineReasons.LimitExceeded),
            ["TRANSACTION_LIMIT"] = (DeclineKind.Soft, DeclineReasons.LimitExceeded),
            ["UNSUPPORTED_CARD_BRAND"] = (DeclineKind.Hard, DeclineReasons.CardNotSupported),
            ["UNSUPPORTED_ENTRY_METHOD"] = (DeclineKind.Hard, DeclineReasons.CardNotSupported),
            ["UNSUPPORTED_INSTRUMENT_TYPE"] = (DeclineKind.Hard, DeclineReasons.CardNotSupported),
            ["UNSUPPORTED_SOURCE_TYPE"] = (DeclineKind.Hard, DeclineReasons.CardNotSupported),
            ["VERIFY_AVS_FAILURE"] = (DeclineKind.Hard, DeclineReasons.IncorrectPostcode),
            ["VERIFY_CVV_FAILURE"] = (DeclineKind.Hard, DeclineReasons.IncorrectCvc),
            ["VOICE_FAILURE"] = (DeclineKind.Soft, DeclineReasons.CallIssuer),
        }.ToFrozenDictionary();

    public static (DeclineKind Decline, string Reason) Of(string? code) =>
        code is not null && Rows.TryGetValue(code, out var row) ? row : (
            DeclineKind.Soft, DeclineReasons.GenericDecline);
}
