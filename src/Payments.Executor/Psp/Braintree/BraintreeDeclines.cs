using System.Collections.Frozen;

namespace Payments.Executor.Psp.Braintree;

/// <summary>
/// Braintree's processor response codes and gateway rejections as normalised reasons. Sources: Braintree's
/// "Authorization responses" (the numbers and their type) and the enum of rejections in its schema. What is not here is
/// a soft <see cref="DeclineReasons.GenericDecline"/>: no money moved either way, and the code itself is kept.
/// </summary>
internal static class BraintreeDeclines
{
    /// <summary>By <c>processorResponse.legacyCode</c>.</summary>
    internal static readonly FrozenDictionary<string, (DeclineKind Decline, string Reason)> Codes =
        new Dictionary<string, (DeclineKind Decline, string Reason)>
        {
            ["2000"] = (DeclineKind.Soft, DeclineReasons.DoNotHonor),
            ["2001"] = (DeclineKind.Soft, DeclineReasons.InsufficientFunds),
            ["2002"] = (DeclineKind.Soft, DeclineReasons.LimitExceeded),
            ["2003"] = (DeclineKind.Soft, DeclineReasons.LimitExceeded),
            ["2004"] = (DeclineKind.Hard, DeclineReasons.ExpiredCard),
            ["2005"] = (DeclineKind.Hard, DeclineReasons.IncorrectNumber),
            ["2006"] = (DeclineKind.Hard, DeclineReasons.IncorrectExpiry),
            ["2007"] = (DeclineKind.Hard, DeclineReasons.AccountClosed),
            ["2008"] = (DeclineKind.Hard, DeclineReasons.IncorrectNumber),
            ["2009"] = (DeclineKind.Hard, DeclineReasons.IncorrectNumber),
            ["2010"] = (DeclineKind.Hard, DeclineReasons.IncorrectCvc),
            ["2011"] = (DeclineKind.Hard, DeclineReasons.CallIssuer),
            ["2012"] = (DeclineKind.Hard, DeclineReasons.LostCard),
            ["2013"] = (DeclineKind.Hard, DeclineReasons.StolenCard),
            ["2014"] = (DeclineKind.Hard, DeclineReasons.FraudSuspected),
            ["2015"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2016"] = (DeclineKind.Soft, DeclineReasons.DuplicateTransaction),
            ["2017"] = (DeclineKind.Hard, DeclineReasons.AuthorizationRevoked),
            ["2018"] = (DeclineKind.Hard, DeclineReasons.AuthorizationRevoked),
            ["2019"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2020"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2021"] = (DeclineKind.Soft, DeclineReasons.FraudSuspected),
            ["2022"] = (DeclineKind.Hard, DeclineReasons.AccountClosed),
            ["2023"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2024"] = (DeclineKind.Hard, DeclineReasons.CardNotSupported),
            ["2025"] = (DeclineKind.Soft, DeclineReasons.ProcessingError),
            ["2026"] = (DeclineKind.Soft, DeclineReasons.ProcessingError),
            ["2027"] = (DeclineKind.Hard, DeclineReasons.AmountNotAllowed),
            ["2028"] = (DeclineKind.Hard, DeclineReasons.ProcessingError),
            ["2029"] = (DeclineKind.Hard, DeclineReasons.CardNotSupported),
            ["2030"] = (DeclineKind.Soft, DeclineReasons.ProcessingError),
            ["2031"] = (DeclineKind.Hard, DeclineReasons.ProcessingError),
            ["2032"] = (DeclineKind.Hard, DeclineReasons.AmountNotAllowed),
            ["2033"] = (DeclineKind.Soft, DeclineReasons.ProcessingError),
            ["2034"] = (DeclineKind.Soft, DeclineReasons.ProcessingError),
            ["2035"] = (DeclineKind.Soft, DeclineReasons.GenericDecline),
            ["2036"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2037"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2038"] = (DeclineKind.Soft, DeclineReasons.GenericDecline),
            ["2039"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2040"] = (DeclineKind.Soft, DeclineReasons.ProcessingError),
            ["2041"] = (DeclineKind.Hard, DeclineReasons.CallIssuer),
            ["2042"] = (DeclineKind.Soft, DeclineReasons.ProcessingError),
            ["2043"] = (DeclineKind.Hard, DeclineReasons.CallIssuer),
            ["2044"] = (DeclineKind.Soft, DeclineReasons.CallIssuer),
            ["2045"] = (DeclineKind.Soft, DeclineReasons.ProcessingError),
            ["2046"] = (DeclineKind.Soft, DeclineReasons.GenericDecline),
            ["2047"] = (DeclineKind.Hard, DeclineReasons.BlockedCard),
            ["2048"] = (DeclineKind.Soft, DeclineReasons.AmountNotAllowed),
            ["2049"] = (DeclineKind.Hard, DeclineReasons.ProcessingError),
            ["2050"] = (DeclineKind.Soft, DeclineReasons.ProcessingError),
            ["2051"] = (DeclineKind.Soft, DeclineReasons.IncorrectNumber),
            ["2053"] = (DeclineKind.Hard, DeclineReasons.LostCard),
            ["2054"] = (DeclineKind.Hard, DeclineReasons.AmountNotAllowed),
            ["2055"] = (DeclineKind.Hard, DeclineReasons.ProcessingError),
            ["2056"] = (DeclineKind.Hard, DeclineReasons.LimitExceeded),
            ["2057"] = (DeclineKind.Soft, DeclineReasons.BlockedCard),
            ["2058"] = (DeclineKind.Hard, DeclineReasons.AuthenticationFailed),
            ["2059"] = (DeclineKind.Hard, DeclineReasons.IncorrectPostcode),
            ["2060"] = (DeclineKind.Hard, DeclineReasons.IncorrectCvc),
            ["2061"] = (DeclineKind.Hard, DeclineReasons.ProcessingError),
            ["2062"] = (DeclineKind.Hard, DeclineReasons.AmountNotAllowed),
            ["2063"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2064"] = (DeclineKind.Hard, DeclineReasons.CurrencyNotSupported),
            ["2065"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2066"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2067"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2068"] = (DeclineKind.Hard, DeclineReasons.AccountClosed),
            ["2069"] = (DeclineKind.Hard, DeclineReasons.DuplicateTransaction),
            ["2070"] = (DeclineKind.Hard, DeclineReasons.AuthorizationRevoked),
            ["2071"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2072"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2073"] = (DeclineKind.Hard, DeclineReasons.ProcessingError),
            ["2074"] = (DeclineKind.Soft, DeclineReasons.GenericDecline),
            ["2075"] = (DeclineKind.Hard, DeclineReasons.AccountClosed),
            ["2076"] = (DeclineKind.Soft, DeclineReasons.TransactionNotPermitted),
            ["2077"] = (DeclineKind.Soft, DeclineReasons.FraudSuspected),
            ["2079"] = (DeclineKind.Hard, DeclineReasons.ProcessingError),
            ["2081"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2082"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2083"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2084"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2085"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2086"] = (DeclineKind.Soft, DeclineReasons.LimitExceeded),
            ["2087"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2088"] = (DeclineKind.Hard, DeclineReasons.CurrencyNotSupported),
            ["2089"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2090"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2091"] = (DeclineKind.Hard, DeclineReasons.CurrencyNotSupported),
            ["2092"] = (DeclineKind.Soft, DeclineReasons.AuthenticationFailed),
            ["2093"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2094"] = (DeclineKind.Hard, DeclineReasons.DuplicateTransaction),
            ["2095"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2096"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2097"] = (DeclineKind.Hard, DeclineReasons.AmountNotAllowed),
            ["2098"] = (DeclineKind.Hard, DeclineReasons.LimitExceeded),
            ["2099"] = (DeclineKind.Hard, DeclineReasons.AuthenticationRequired),
            ["2100"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["2101"] = (DeclineKind.Soft, DeclineReasons.AuthenticationRequired),
            ["2102"] = (DeclineKind.Hard, DeclineReasons.IncorrectPin),
            ["2103"] = (DeclineKind.Hard, DeclineReasons.IncorrectPin),
            ["2104"] = (DeclineKind.Soft, DeclineReasons.IssuerUnavailable),
            ["2105"] = (DeclineKind.Soft, DeclineReasons.TryAgainLater),
            ["2106"] = (DeclineKind.Soft, DeclineReasons.TryAgainLater),
            ["2107"] = (DeclineKind.Hard, DeclineReasons.BlockedCard),
            ["2108"] = (DeclineKind.Hard, DeclineReasons.AccountClosed),
            ["3000"] = (DeclineKind.Soft, DeclineReasons.IssuerUnavailable),
        }.ToFrozenDictionary();

    /// <summary>By <c>gatewayRejectionReason</c>. Soft where the account's own set-up is what refuses.</summary>
    internal static readonly FrozenDictionary<string, (DeclineKind Decline, string Reason)> Rejections =
        new Dictionary<string, (DeclineKind Decline, string Reason)>
        {
            ["APPLICATION_INCOMPLETE"] = (DeclineKind.Soft, DeclineReasons.ProcessingError),
            ["AVS"] = (DeclineKind.Hard, DeclineReasons.IncorrectPostcode),
            ["AVS_AND_CVV"] = (DeclineKind.Hard, DeclineReasons.IncorrectCvc),
            ["CVV"] = (DeclineKind.Hard, DeclineReasons.IncorrectCvc),
            ["DUPLICATE"] = (DeclineKind.Hard, DeclineReasons.DuplicateTransaction),
            ["EXCESSIVE_RETRY"] = (DeclineKind.Hard, DeclineReasons.LimitExceeded),
            ["FRAUD"] = (DeclineKind.Hard, DeclineReasons.FraudSuspected),
            ["MANUAL_TRANSACTIONS_DISABLED"] = (DeclineKind.Soft, DeclineReasons.ProcessingError),
            ["PAYMENT_METHOD_BLOCKED"] = (DeclineKind.Hard, DeclineReasons.BlockedCard),
            ["RISK_THRESHOLD"] = (DeclineKind.Hard, DeclineReasons.FraudSuspected),
            ["THREE_D_SECURE"] = (DeclineKind.Soft, DeclineReasons.AuthenticationFailed),
            ["TOKEN_ISSUANCE"] = (DeclineKind.Hard, DeclineReasons.TransactionNotPermitted),
            ["TOO_MANY_CONFIRMATION_ATTEMPTS"] = (DeclineKind.Hard, DeclineReasons.AuthenticationFailed),
            ["UNION_PAY_ENROLLMENT_REQUIRED"] = (DeclineKind.Hard, DeclineReasons.CardNotSupported),
        }.ToFrozenDictionary();

    /// <param name="code">The processor's.</param>
    /// <param name="told">What the answer itself says of its decline; it knows better than a table.</param>
    public static (DeclineKind Decline, string Reason) OfCode(string? code, DeclineKind? told = null)
    {
        var (decline, reason) = Find(Codes, code);
        return (told ?? decline, reason);
    }

    public static (DeclineKind Decline, string Reason) OfRejection(string? rejection) => Find(Rejections, rejection);

    private static (DeclineKind Decline, string Reason) Find(
        FrozenDictionary<string, (DeclineKind Decline, string Reason)> rows, string? word) =>
        word is not null && rows.TryGetValue(word, out var row) ? row : (DeclineKind.Soft, DeclineReasons.GenericDecline);
}
