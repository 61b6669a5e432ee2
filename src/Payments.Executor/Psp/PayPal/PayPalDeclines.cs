using System.Collections.Frozen;

namespace Payments.Executor.Psp.PayPal;

/// <summary>
/// PayPal's two ways to say no as normalised reasons: the issue of a 422, and the processor's response code of a payment that
/// was made and declined. Sources: the issue lists of Orders v2 and Payments v2, and <c>processor_response.response_code</c>
/// there. A code that is not here is a soft <see cref="DeclineReasons.GenericDecline"/>: no money moved either way, and the
/// code itself is kept. What depends on our own account at PayPal is soft: another connection may take it.
/// </summary>
internal static class PayPalDeclines
{
    internal static readonly FrozenDictionary<string, (DeclineKind Decline, string Reason)> Issues =
        new Dictionary<string, (DeclineKind Decline, string Reason)>
        {
            ["AGREEMENT_ALREADY_CANCELLED"] = (DeclineKind.Hard, DeclineReasons.AuthorizationRevoked),
            ["BILLING_AGREEMENT_NOT_FOUND"] = (DeclineKind.Hard, DeclineReasons.AuthorizationRevoked),
            ["CARD_BRAND_NOT_SUPPORTED"] = (DeclineKind.Hard, DeclineReasons.CardNotSupported),
            ["CARD_CLOSED"] = (DeclineKind.Hard, DeclineReasons.AccountClosed),
            ["CARD_EXPIRED"] = (DeclineKind.Hard, DeclineReasons.ExpiredCard),
            ["CARD_TYPE_NOT_SUPPORTED"] = (DeclineKind.Hard, DeclineReasons.CardNotSupported),
            ["COMPLIANCE_VIOLATION"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["DECLINED_DUE_TO_RELATED_TXN"] = (DeclineKind.Soft, DeclineReasons.GenericDecline),
            ["DOMESTIC_TRANSACTION_REQUIRED"] = (DeclineKind.Soft, DeclineReasons.TransactionNotPermitted),
            ["INSTRUMENT_DECLINED"] = (DeclineKind.Soft, DeclineReasons.GenericDecline),
            ["MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED"] = (DeclineKind.Soft, DeclineReasons.LimitExceeded),
            ["ORDER_NOT_APPROVED"] = (DeclineKind.Soft, DeclineReasons.AuthenticationRequired),
            ["PAYEE_ACCOUNT_LOCKED_OR_CLOSED"] = (DeclineKind.Soft, DeclineReasons.TransactionNotPermitted),
            ["PAYEE_ACCOUNT_RESTRICTED"] = (DeclineKind.Soft, DeclineReasons.TransactionNotPermitted),
            ["PAYEE_BLOCKED_TRANSACTION"] = (DeclineKind.Soft, DeclineReasons.TransactionNotPermitted),
            ["PAYER_ACCOUNT_LOCKED_OR_CLOSED"] = (DeclineKind.Hard, DeclineReasons.AccountClosed),
            ["PAYER_ACCOUNT_RESTRICTED"] = (DeclineKind.Hard, DeclineReasons.BlockedCard),
            ["PAYER_ACTION_REQUIRED"] = (DeclineKind.Soft, DeclineReasons.AuthenticationRequired),
            ["PAYER_CANNOT_PAY"] = (DeclineKind.Soft, DeclineReasons.GenericDecline),
            ["PAYMENT_DENIED"] = (DeclineKind.Soft, DeclineReasons.GenericDecline),
            ["PAYMENT_SOURCE_CANNOT_BE_USED"] = (DeclineKind.Hard, DeclineReasons.CardNotSupported),
            ["PAYMENT_SOURCE_DECLINED_BY_PROCESSOR"] = (DeclineKind.Soft, DeclineReasons.GenericDecline),
            ["REDIRECT_PAYER_FOR_ALTERNATE_FUNDING"] = (DeclineKind.Soft, DeclineReasons.InsufficientFunds),
            ["REFERENCED_CARD_EXPIRED"] = (DeclineKind.Hard, DeclineReasons.ExpiredCard),
            ["TOKEN_EXPIRED"] = (DeclineKind.Hard, DeclineReasons.ExpiredCard),
            ["TRANSACTION_BLOCKED_BY_PAYEE"] = (DeclineKind.Soft, DeclineReasons.TransactionNotPermitted),
            ["TRANSACTION_LIMIT_EXCEEDED"] = (DeclineKind.Soft, DeclineReasons.LimitExceeded),
            ["TRANSACTION_RECEIVING_LIMIT_EXCEEDED"] = (DeclineKind.Soft, DeclineReasons.LimitExceeded),
            ["TRANSACTION_REFUSED"] = (DeclineKind.Soft, DeclineReasons.GenericDecline),
        }.ToFrozenDictionary();

    internal static readonly FrozenDictionary<string, (DeclineKind Decline, string Reason)> ResponseCodes =
        new Dictionary<string, (DeclineKind Decline, string Reason)>
        {
            ["00N7"] = (DeclineKind.Hard, DeclineReasons.IncorrectCvc),
            ["0100"] = (DeclineKind.Soft, DeclineReasons.CallIssuer),
            ["0390"] = (DeclineKind.Hard, DeclineReasons.AccountClosed),
            ["0500"] = (DeclineKind.Soft, DeclineReasons.DoNotHonor),
            ["0580"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["0890"] = (DeclineKind.Hard, DeclineReasons.IncorrectPin),
            ["0960"] = (DeclineKind.Soft, DeclineReasons.ProcessingError),
            ["0R00"] = (DeclineKind.Hard, DeclineReasons.AuthorizationRevoked),
            ["10BR"] = (DeclineKind.Soft, DeclineReasons.DoNotHonor),
            ["1310"] = (DeclineKind.Hard, DeclineReasons.AmountNotAllowed),
            ["1320"] = (DeclineKind.Hard, DeclineReasons.CurrencyNotSupported),
            ["1330"] = (DeclineKind.Hard, DeclineReasons.IncorrectNumber),
            ["1352"] = (DeclineKind.Hard, DeclineReasons.BlockedCard),
            ["1380"] = (DeclineKind.Hard, DeclineReasons.IncorrectExpiry),
            ["1382"] = (DeclineKind.Hard, DeclineReasons.IncorrectCvc),
            ["5100"] = (DeclineKind.Soft, DeclineReasons.GenericDecline),
            ["5110"] = (DeclineKind.Hard, DeclineReasons.IncorrectCvc),
            ["5120"] = (DeclineKind.Soft, DeclineReasons.InsufficientFunds),
            ["5130"] = (DeclineKind.Hard, DeclineReasons.IncorrectPin),
            ["5135"] = (DeclineKind.Hard, DeclineReasons.IncorrectPin),
            ["5140"] = (DeclineKind.Hard, DeclineReasons.AccountClosed),
            ["5150"] = (DeclineKind.Hard, DeclineReasons.BlockedCard),
            ["5160"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["5170"] = (DeclineKind.Hard, DeclineReasons.IncorrectPostcode),
            ["5180"] = (DeclineKind.Hard, DeclineReasons.BlockedCard),
            ["5190"] = (DeclineKind.Soft, DeclineReasons.IncorrectPostcode),
            ["5200"] = (DeclineKind.Hard, DeclineReasons.DuplicateTransaction),
            ["5210"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["5400"] = (DeclineKind.Hard, DeclineReasons.ExpiredCard),
            ["5500"] = (DeclineKind.Hard, DeclineReasons.IncorrectPin),
            ["5650"] = (DeclineKind.Soft, DeclineReasons.AuthenticationRequired),
            ["5700"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["5710"] = (DeclineKind.Soft, DeclineReasons.LimitExceeded),
            ["5910"] = (DeclineKind.Soft, DeclineReasons.IssuerUnavailable),
            ["5920"] = (DeclineKind.Soft, DeclineReasons.IssuerUnavailable),
            ["5930"] = (DeclineKind.Hard, DeclineReasons.BlockedCard),
            ["5950"] = (DeclineKind.Hard, DeclineReasons.AccountClosed),
            ["6300"] = (DeclineKind.Hard, DeclineReasons.AccountClosed),
            ["7700"] = (DeclineKind.Soft, DeclineReasons.AuthenticationFailed),
            ["7710"] = (DeclineKind.Soft, DeclineReasons.AuthenticationFailed),
            ["7800"] = (DeclineKind.Hard, DeclineReasons.CardNotSupported),
            ["7900"] = (DeclineKind.Hard, DeclineReasons.IncorrectPin),
            ["8000"] = (DeclineKind.Soft, DeclineReasons.ProcessingError),
            ["8100"] = (DeclineKind.Soft, DeclineReasons.ProcessingError),
            ["8110"] = (DeclineKind.Soft, DeclineReasons.ProcessingError),
            ["8220"] = (DeclineKind.Soft, DeclineReasons.IssuerUnavailable),
            ["9100"] = (DeclineKind.Soft, DeclineReasons.TryAgainLater),
            ["9500"] = (DeclineKind.Hard, DeclineReasons.FraudSuspected),
            ["9510"] = (DeclineKind.Hard, DeclineReasons.FraudSuspected),
            ["9520"] = (DeclineKind.Hard, DeclineReasons.LostCard),
            ["9530"] = (DeclineKind.Soft, DeclineReasons.CallIssuer),
            ["9540"] = (DeclineKind.Hard, DeclineReasons.BlockedCard),
            ["PCNR"] = (DeclineKind.Soft, DeclineReasons.AuthenticationRequired),
            ["PCVV"] = (DeclineKind.Hard, DeclineReasons.IncorrectCvc),
            ["PP06"] = (DeclineKind.Hard, DeclineReasons.AccountClosed),
            ["PPAB"] = (DeclineKind.Hard, DeclineReasons.BlockedCard),
            ["PPAD"] = (DeclineKind.Hard, DeclineReasons.IncorrectPostcode),
            ["PPAX"] = (DeclineKind.Soft, DeclineReasons.LimitExceeded),
            ["PPCT"] = (DeclineKind.Hard, DeclineReasons.CardNotSupported),
            ["PPCU"] = (DeclineKind.Hard, DeclineReasons.CurrencyNotSupported),
            ["PPD3"] = (DeclineKind.Soft, DeclineReasons.AuthenticationFailed),
            ["PPEF"] = (DeclineKind.Hard, DeclineReasons.ExpiredCard),
            ["PPEL"] = (DeclineKind.Soft, DeclineReasons.LimitExceeded),
            ["PPER"] = (DeclineKind.Soft, DeclineReasons.ProcessingError),
            ["PPEX"] = (DeclineKind.Hard, DeclineReasons.IncorrectExpiry),
            ["PPFR"] = (DeclineKind.Hard, DeclineReasons.BlockedCard),
            ["PPNL"] = (DeclineKind.Soft, DeclineReasons.LimitExceeded),
            ["PPNT"] = (DeclineKind.Soft, DeclineReasons.IssuerUnavailable),
            ["PPRN"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
        }.ToFrozenDictionary();

    /// <param name="code">An issue or a response code; the two have no word in common.</param>
    public static (DeclineKind Decline, string Reason) Of(string? code) =>
        code is not null && (Issues.TryGetValue(code, out var row) || ResponseCodes.TryGetValue(code, out row))
            ? row
            : (DeclineKind.Soft, DeclineReasons.GenericDecline);
}
