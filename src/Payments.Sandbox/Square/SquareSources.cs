using System.Collections.Frozen;

namespace Payments.Sandbox.Square;

/// <summary>
/// What a <c>source_id</c> does: Square's own test values, and the sandbox's tokens with the meaning they have everywhere.
/// </summary>
public static class SquareSources
{
    /// <summary>No payment is made: the token was spent before.</summary>
    public const string AlreadyUsed = "cnon:card-nonce-already-used";

    private const string SandboxPrefix = "pm_sandbox_";

    private static readonly FrozenDictionary<string, SandboxToken> ByName = new SandboxToken[]
    {
        new("cnon:card-nonce-ok"),
        new("cnon:gift-card-nonce-ok"),
        new("cnon:card-nonce-declined", TokenEffect.Decline, "GENERIC_DECLINE"),
        new("cnon:card-nonce-rejected-cvv", TokenEffect.Decline, "CVV_FAILURE"),
        new("cnon:card-nonce-rejected-postalcode", TokenEffect.Decline, "ADDRESS_VERIFICATION_FAILURE"),
        new("cnon:card-nonce-rejected-expiration", TokenEffect.Decline, "INVALID_EXPIRATION"),
        new("cnon:gift-card-nonce-insufficient-funds", TokenEffect.Decline, "INSUFFICIENT_FUNDS"),
        new("cnon:gift-card-nonce-insufficient-permission", TokenEffect.Decline, "INSUFFICIENT_PERMISSIONS"),
        new(AlreadyUsed),
        new("ccof:customer-card-id-ok"),
        new("ccof:customer-card-id-declined", TokenEffect.Decline, "GENERIC_DECLINE"),
        new("ccof:customer-card-id-requires-verification", TokenEffect.Decline, "CARD_DECLINED_VERIFICATION_REQUIRED"),
    }.ToFrozenDictionary(t => t.Name);

    public static IReadOnlyCollection<SandboxToken> All => ByName.Values;

    /// <summary>
    /// Null where Square would say that there is no such source. Any name may be followed by <c>_{account}</c>: it means that
    /// at this account, and a plain approval at every other.
    /// </summary>
    public static SandboxToken? Find(string name, string account) =>
        name.StartsWith(SandboxPrefix, StringComparison.Ordinal)
            ? SandboxTokens.Find(name, account)
            : SandboxTokens.Find(ByName, name, account);

    /// <summary>The book keeps what Stripe says where a token of the sandbox or a settlement declines.</summary>
    public static string CodeOf(string bookedCode) =>
        bookedCode.Any(char.IsAsciiLetterLower) ? "GENERIC_DECLINE" : bookedCode;
}
