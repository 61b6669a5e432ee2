using System.Collections.Frozen;

namespace Payments.Sandbox;

/// <summary>What a confirmed intent becomes.</summary>
public enum TokenEffect
{
    Approve,
    Decline,
    RequireAction,

    /// <summary>Stays <c>processing</c> until it is settled by hand.</summary>
    Process,
}

/// <summary>What goes wrong with one call.</summary>
public enum TokenFault
{
    None,

    /// <summary>Done after <c>Sandbox:SlowSeconds</c>; the same key is refused as in use meanwhile.</summary>
    Slow,

    /// <summary>Connection reset, nothing done, nothing saved; every time.</summary>
    Lost,

    /// <summary>As <see cref="Lost"/>, but only for the first try of a key.</summary>
    LostOnce,

    /// <summary>
    /// Done and saved under the key; connection reset instead of an answer. A replay gets the saved answer.
    /// </summary>
    ResponseLost,

    /// <summary>
    /// Done and saved under the key; the answer comes after <c>Sandbox:StalledSeconds</c>. A replay gets it at once.
    /// </summary>
    Stalled,

    /// <summary>Done; HTTP 500 is saved under the key and replayed for ever.</summary>
    DoneButError,

    /// <summary>Not done; HTTP 500 is saved under the key and replayed for ever.</summary>
    Error,

    /// <summary>Not done, and never will be: a definite refusal.</summary>
    Refuse,

    /// <summary>A new payment: done; every rendering of it names one unit more than was charged.</summary>
    WrongAmount,

    /// <summary>Done, and taken back later, at a PSP that tells so by webhook; elsewhere done.</summary>
    FailLate,
}

/// <summary>A payment method and what it does.</summary>
/// <param name="Name">As sent in <c>payment_method</c>.</param>
/// <param name="Effect">What a confirmed intent becomes.</param>
/// <param name="Code"><c>error.code</c> of a decline.</param>
/// <param name="DeclineCode"><c>error.decline_code</c> of a decline; null where Stripe gives none.</param>
public sealed record SandboxToken(
    string Name, TokenEffect Effect = TokenEffect.Approve, string? Code = null, string? DeclineCode = null)
{
    public TokenFault OnCreate { get; init; }

    public TokenFault OnCapture { get; init; }

    public TokenFault OnVoid { get; init; }

    public TokenFault OnRefund { get; init; }

    /// <summary>Every rendering of the intent names one unit more than was charged.</summary>
    public bool EchoesWrongAmount { get; init; }
}

/// <summary>The test payment methods: Stripe's own, and the sandbox's. The README explains each.</summary>
public static class SandboxTokens
{
    /// <summary>Followed by an account's name: a soft decline there, approved elsewhere.</summary>
    public const string SoftDeclinePrefix = "pm_sandbox_softDecline_";

    private const string Declined = "card_declined";
    private const string TooOften = "card_velocity_exceeded";

    private static readonly FrozenDictionary<string, SandboxToken> ByName = new SandboxToken[]
    {
        new("pm_card_visa"),
        new("pm_card_visa_debit"),
        new("pm_card_mastercard"),
        new("pm_card_amex"),
        new("pm_card_chargeDeclined", TokenEffect.Decline, Declined, "generic_decline"),
        new("pm_card_visa_chargeDeclined", TokenEffect.Decline, Declined, "generic_decline"),
        new("pm_card_visa_chargeDeclinedInsufficientFunds", TokenEffect.Decline, Declined, "insufficient_funds"),
        new("pm_card_visa_chargeDeclinedLostCard", TokenEffect.Decline, Declined, "lost_card"),
        new("pm_card_visa_chargeDeclinedStolenCard", TokenEffect.Decline, Declined, "stolen_card"),
        new("pm_card_visa_chargeDeclinedVelocityLimitExceeded", TokenEffect.Decline, Declined, TooOften),
        new("pm_card_chargeDeclinedExpiredCard", TokenEffect.Decline, "expired_card"),
        new("pm_card_chargeDeclinedIncorrectCvc", TokenEffect.Decline, "incorrect_cvc"),
        new("pm_card_chargeDeclinedProcessingError", TokenEffect.Decline, "processing_error"),
        new("pm_card_chargeCustomerFail", TokenEffect.Decline, Declined, "generic_decline"),
        new("pm_card_authenticationRequired", TokenEffect.RequireAction),
        new("pm_card_threeDSecure2Required", TokenEffect.RequireAction),
        new("pm_sandbox_processing", TokenEffect.Process),
        new("pm_sandbox_slow") { OnCreate = TokenFault.Slow },
        new("pm_sandbox_stalled") { OnCreate = TokenFault.Stalled },
        new("pm_sandbox_responseLost") { OnCreate = TokenFault.ResponseLost },
        new("pm_sandbox_chargeLost") { OnCreate = TokenFault.Lost },
        new("pm_sandbox_chargeLostOnce") { OnCreate = TokenFault.LostOnce },
        new("pm_sandbox_saved500") { OnCreate = TokenFault.DoneButError },
        new("pm_sandbox_500NotCharged") { OnCreate = TokenFault.Error },
        new("pm_sandbox_wrongAmount") { EchoesWrongAmount = true },
        new("pm_sandbox_captureLost") { OnCapture = TokenFault.ResponseLost },
        new("pm_sandbox_capture500") { OnCapture = TokenFault.DoneButError },
        new("pm_sandbox_captureRefused") { OnCapture = TokenFault.Refuse },
        new("pm_sandbox_captureFailsLate") { OnCapture = TokenFault.FailLate },
        new("pm_sandbox_voidLost") { OnVoid = TokenFault.ResponseLost },
        new("pm_sandbox_refundLost") { OnRefund = TokenFault.ResponseLost },
        new("pm_sandbox_refund500") { OnRefund = TokenFault.DoneButError },
        new("pm_sandbox_refundFails") { OnRefund = TokenFault.Refuse },
        new("pm_sandbox_refundFailsLate") { OnRefund = TokenFault.FailLate },
    }.ToFrozenDictionary(t => t.Name);

    public static IReadOnlyCollection<SandboxToken> All => ByName.Values;

    /// <summary>
    /// Null where Stripe would say "No such PaymentMethod". Any name may be followed by <c>_{account}</c>: it means that at
    /// this account, and a plain approval at every other.
    /// </summary>
    public static SandboxToken? Find(string name, string account)
    {
        if (name.StartsWith(SoftDeclinePrefix, StringComparison.Ordinal))
        {
            return name[SoftDeclinePrefix.Length..] == account
                ? new SandboxToken(name, TokenEffect.Decline, Declined, "try_again_later")
                : new SandboxToken(name);
        }

        return Find(ByName, name, account);
    }

    /// <summary>Of a PSP's own names; null where it has no such.</summary>
    internal static SandboxToken? Find(FrozenDictionary<string, SandboxToken> byName, string name, string account)
    {
        if (byName.TryGetValue(name, out var token))
            return token;
        var end = name.LastIndexOf('_');
        if (end < 0 || !byName.TryGetValue(name[..end], out var elsewhere))
            return null;
        return name[(end + 1)..] == account ? elsewhere with { Name = name } : new SandboxToken(name);
    }
}
