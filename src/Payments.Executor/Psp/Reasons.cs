namespace Payments.Executor.Psp;

/// <summary>
/// The normalised reasons that are not declines by an issuer (those are in <see cref="DeclineReasons"/>).
/// </summary>
internal static class Reasons
{
    // Not attempted: nothing reached the PSP, or it documents that it did nothing.
    public const string NotSent = "not_sent";
    public const string ConnectionRefused = "connection_refused";
    public const string ConnectTimeout = "connect_timeout";
    public const string HostNotFound = "host_not_found";
    public const string TlsFailed = "tls_failed";
    public const string RateLimited = "rate_limited";

    /// <summary>Behind an open circuit breaker.</summary>
    public const string BreakerOpen = "breaker_open";

    /// <summary>Our own bulkhead or rate limit left no room in time.</summary>
    public const string NoSlot = "no_slot";

    // In doubt: it may have happened.
    public const string NoAnswer = "no_answer";
    public const string ConnectionLost = "connection_lost";
    public const string PspError = "psp_error";

    /// <summary>The PSP keeps a server error under the key and will repeat it for ever: only a look tells.</summary>
    public const string SavedError = "saved_error";
    public const string KeyInUse = "key_in_use";
    public const string Conflict = "conflict";

    /// <summary>The PSP knows the key with another request: a defect of ours. Never try a fresh key.</summary>
    public const string KeyMismatch = "key_mismatch";

    /// <summary>The answer speaks of another amount, currency or operation than was asked.</summary>
    public const string IntegrityMismatch = "integrity_mismatch";

    /// <summary>The PSP holds more than one payment for this operation.</summary>
    public const string DuplicateAtPsp = "duplicate_at_psp";
    public const string UnexpectedState = "unexpected_state";
    public const string UnreadableAnswer = "unreadable_answer";
    public const string UnclassifiedAnswer = "unclassified_answer";
    public const string ContradictoryAnswers = "contradictory_answers";

    /// <summary>An earlier try, or a crash in the middle of one, may have reached the PSP.</summary>
    public const string EarlierTryUnknown = "earlier_try_unknown";
    public const string ReplayNotAllowed = "replay_not_allowed";
    public const string KeyExpired = "key_expired";

    /// <summary>The payment goes back, and the PSP was asked to release whatever it may hold; its webhook tells.</summary>
    public const string CancelRequested = "cancel_requested";

    // Pending and action required.
    public const string Processing = "processing";
    public const string ShopperAction = "shopper_action";

    // Invalid request.
    public const string InvalidRequest = "invalid_request";
    public const string Configuration = "configuration";
    public const string NotFound = "not_found";
    public const string AmountNotRepresentable = "amount_not_representable";
    public const string CurrencyNotSupported = "currency_not_supported";
    public const string MissingField = "missing_field";

    // Refusals of a capture, void or refund.
    public const string AuthorizationExpired = "authorization_expired";
    public const string AuthorizationCanceled = "authorization_canceled";
    public const string AlreadyCaptured = "already_captured";
    public const string AlreadyRefunded = "already_refunded";
    public const string NotRefundable = "not_refundable";

    /// <summary>The PSP gives a part back only after the settlement, in a day or so.</summary>
    public const string NotYetSettled = "not_yet_settled";
    public const string ChargeDisputed = "charge_disputed";
    public const string PspBalanceInsufficient = "psp_balance_insufficient";
    public const string RefundFailed = "refund_failed";
    public const string RefundCanceled = "refund_canceled";

    /// <summary>The PSP reported the refund as done, and the money came back.</summary>
    public const string RefundReversed = "refund_reversed";
    public const string CaptureFailed = "capture_failed";
    public const string VoidFailed = "void_failed";
}
