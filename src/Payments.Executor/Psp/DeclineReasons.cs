namespace Payments.Executor.Psp;

/// <summary>Why an issuer or a PSP's rules declined, in words that are the same for every PSP.</summary>
internal static class DeclineReasons
{
    public const string GenericDecline = "generic_decline";
    public const string InsufficientFunds = "insufficient_funds";
    public const string ExpiredCard = "expired_card";
    public const string LostCard = "lost_card";
    public const string StolenCard = "stolen_card";
    public const string BlockedCard = "blocked_card";
    public const string FraudSuspected = "fraud_suspected";
    public const string IncorrectCvc = "incorrect_cvc";
    public const string IncorrectNumber = "incorrect_number";
    public const string IncorrectExpiry = "incorrect_expiry";
    public const string IncorrectPostcode = "incorrect_postcode";
    public const string IncorrectPin = "incorrect_pin";
    public const string CardNotSupported = "card_not_supported";
    public const string CurrencyNotSupported = "currency_not_supported";
    public const string AmountNotAllowed = "amount_not_allowed";
    public const string LimitExceeded = "limit_exceeded";
    public const string DoNotHonor = "do_not_honor";
    public const string CallIssuer = "call_issuer";
    public const string TransactionNotPermitted = "transaction_not_permitted";
    public const string AccountClosed = "account_closed";
    public const string AuthorizationRevoked = "authorization_revoked";
    public const string DuplicateTransaction = "duplicate_transaction";
    public const string AuthenticationRequired = "authentication_required";
    public const string AuthenticationFailed = "authentication_failed";
    public const string IssuerUnavailable = "issuer_unavailable";
    public const string ProcessingError = "processing_error";
    public const string TryAgainLater = "try_again_later";
    public const string TestModeCard = "test_mode_card";
}
