using System.Collections.Frozen;
using System.Globalization;

namespace Payments.Sandbox.Braintree;

/// <summary>How a refusal looks at Braintree.</summary>
/// <param name="Status">Such as <c>PROCESSOR_DECLINED</c>.</param>
/// <param name="Code">The processor's code, or the reason of a gateway rejection.</param>
internal sealed record BraintreeRefusal(string Status, string Code);

/// <summary>
/// Braintree's documented nonces and amounts, beside the sandbox's own tokens, whose declines get Braintree's codes.
/// </summary>
internal static class BraintreeTokens
{
    public const string Consumed = "fake-consumed-nonce";
    public const string LuhnInvalid = "fake-luhn-invalid-nonce";

    private const string Declined = "PROCESSOR_DECLINED";
    private const string Failed = "FAILED";
    private const string Rejected = "GATEWAY_REJECTED";

    private static readonly FrozenDictionary<string, BraintreeRefusal?> Nonces =
        new Dictionary<string, BraintreeRefusal?>
        {
            ["fake-valid-nonce"] = null,
            ["fake-valid-visa-nonce"] = null,
            ["fake-valid-mastercard-nonce"] = null,
            ["fake-valid-amex-nonce"] = null,
            ["fake-processor-declined-visa-nonce"] = new(Declined, "2000"),
            ["fake-processor-failure-jcb-nonce"] = new(Failed, "3000"),
            ["fake-gateway-rejected-fraud-nonce"] = new(Rejected, "FRAUD"),
        }.ToFrozenDictionary();

    /// <summary>What the sandbox's words for declines are at Braintree.</summary>
    private static readonly FrozenDictionary<string, string> Codes = new Dictionary<string, string>
    {
        ["generic_decline"] = "2000",
        ["insufficient_funds"] = "2001",
        ["lost_card"] = "2012",
        ["stolen_card"] = "2013",
        ["card_velocity_exceeded"] = "2003",
        ["expired_card"] = "2004",
        ["incorrect_cvc"] = "2010",
        ["processing_error"] = "2034",
        ["try_again_later"] = "2105",
    }.ToFrozenDictionary();

    /// <summary>Null where Braintree would not know it.</summary>
    public static SandboxToken? Find(string? name, string account) => name switch
    {
        null => null,
        _ when Nonces.ContainsKey(name) => new SandboxToken(name),
        _ => SandboxTokens.Find(name, account),
    };

    /// <summary>Null for an approval. The amount is in hundredths, as Braintree's test amounts are.</summary>
    public static BraintreeRefusal? RefusalOf(SandboxToken token, long amountMinor)
    {
        if (Nonces.GetValueOrDefault(token.Name) is { } refusal)
            return refusal;
        return token.Effect switch
        {
            TokenEffect.Decline => new BraintreeRefusal(Declined, Codes[token.DeclineCode ?? token.Code!]),
            TokenEffect.RequireAction => new BraintreeRefusal(Declined, "2099"),
            TokenEffect.Approve or TokenEffect.Process => RefusalOf(amountMinor),
        };
    }

    /// <summary>Braintree's test amounts: 2000.00 to 3000.99 say a processor's code, 5001.00 is rejected.</summary>
    private static BraintreeRefusal? RefusalOf(long amountMinor) => amountMinor switch
    {
        >= 2000_00 and <= 2999_99 =>
            new BraintreeRefusal(Declined, (amountMinor / 100).ToString(CultureInfo.InvariantCulture)),
        >= 3000_00 and <= 3000_99 => new BraintreeRefusal(Failed, "3000"),
        5001_00 => new BraintreeRefusal(Rejected, "APPLICATION_INCOMPLETE"),
        _ => null,
    };
}
