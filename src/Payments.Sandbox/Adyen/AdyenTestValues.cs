using System.Collections.Frozen;

namespace Payments.Sandbox.Adyen;

/// <summary>What <c>POST /payments</c> answers.</summary>
/// <param name="ResultCode">As in the answer.</param>
/// <param name="RefusalCode"><c>refusalReasonCode</c>; null for none.</param>
/// <param name="Refusal"><c>refusalReason</c>; null for none.</param>
public sealed record AdyenVerdict(string ResultCode, string? RefusalCode = null, string? Refusal = null);

/// <summary>
/// Adyen's values for testing result codes: sent as <c>paymentMethod.holderName</c>, or by number as
/// <c>additionalData.RequestedTestAcquirerResponseCode</c>, and here also as a stored payment method.
/// </summary>
public static class AdyenTestValues
{
    private static readonly AdyenVerdict Authorised = new("Authorised");

    /// <summary>The refusals by their code, for Adyen's own values and for the sandbox's tokens.</summary>
    private static readonly FrozenDictionary<string, AdyenVerdict> ByRefusalCode = new AdyenVerdict[]
    {
        new("Refused", "2", "Refused"),
        new("Refused", "3", "Referral"),
        new("Refused", "4", "Acquirer Error"),
        new("Refused", "5", "Blocked Card"),
        new("Refused", "6", "Expired Card"),
        new("Refused", "7", "Invalid Amount"),
        new("Refused", "9", "Issuer Unavailable"),
        new("Refused", "12", "Not enough balance"),
        new("Refused", "20", "FRAUD"),
        new("Refused", "24", "CVC Declined"),
        new("Refused", "29", "Withdrawal count exceeded"),
    }.ToFrozenDictionary(v => v.RefusalCode!);

    private static readonly FrozenDictionary<string, (string Number, AdyenVerdict Verdict)> ByName =
        new Dictionary<string, (string Number, AdyenVerdict Verdict)>
        {
            ["UNKNOWN"] = ("0", new AdyenVerdict("Error", "4", "Acquirer Error")),
            ["APPROVED"] = ("1", Authorised),
            ["DECLINED"] = ("2", ByRefusalCode["2"]),
            ["REFERRAL"] = ("3", ByRefusalCode["3"]),
            ["ERROR"] = ("4", new AdyenVerdict("Error", "4", "Acquirer Error")),
            ["BLOCK_CARD"] = ("5", ByRefusalCode["5"]),
            ["CARD_EXPIRED"] = ("6", ByRefusalCode["6"]),
            ["INVALID_AMOUNT"] = ("7", ByRefusalCode["7"]),
            ["NOT_ENOUGH_BALANCE"] = ("12", ByRefusalCode["12"]),
            ["FRAUD"] = ("20", ByRefusalCode["20"]),
            ["CVC_DECLINED"] = ("24", ByRefusalCode["24"]),
        }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, AdyenVerdict> ByNumber =
        ByName.Values.ToFrozenDictionary(v => v.Number, v => v.Verdict);

    /// <summary>What the declines of the sandbox's tokens, which are Stripe's codes, are at Adyen.</summary>
    private static readonly FrozenDictionary<string, string> RefusalCodeOf = new Dictionary<string, string>
    {
        ["generic_decline"] = "2",
        ["insufficient_funds"] = "12",
        ["lost_card"] = "5",
        ["stolen_card"] = "5",
        ["card_velocity_exceeded"] = "29",
        ["expired_card"] = "6",
        ["incorrect_cvc"] = "24",
        ["processing_error"] = "4",
        ["try_again_later"] = "9",
    }.ToFrozenDictionary();

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    public static AdyenVerdict? OfName(string? name) =>
        name is not null && ByName.TryGetValue(name, out var value) ? value.Verdict : null;

    public static AdyenVerdict? OfNumber(string? number) =>
        number is null ? null : ByNumber.GetValueOrDefault(number);

    public static AdyenVerdict Of(SandboxToken token) => token.Effect switch
    {
        TokenEffect.Approve => Authorised,
        TokenEffect.RequireAction => new AdyenVerdict("IdentifyShopper"),
        TokenEffect.Process => new AdyenVerdict("Pending"),
        TokenEffect.Decline => ByRefusalCode[RefusalCodeOf[token.DeclineCode ?? token.Code!]],
        _ => throw new InvalidOperationException($"Unknown effect {token.Effect}."),
    };
}
