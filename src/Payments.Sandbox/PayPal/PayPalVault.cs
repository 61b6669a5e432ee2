using System.Collections.Frozen;

namespace Payments.Sandbox.PayPal;

/// <summary>What a <c>vault_id</c>, or the id of a billing agreement, does.</summary>
internal static class PayPalVault
{
    /// <summary>
    /// Followed by a code that PayPal's header <c>PayPal-Mock-Response</c> takes: the order is refused with it.
    /// </summary>
    public const string MockPrefix = "mock_";

    /// <summary>
    /// Followed by another token: the order is answered as approved only, and captured or authorized when that is asked for.
    /// </summary>
    public const string ApprovedPrefix = "approved_";

    private const string AgreementPrefix = "B-";

    /// <summary>The processor's response codes, by the codes that the book keeps, which are Stripe's.</summary>
    private static readonly FrozenDictionary<string, string> ResponseCodes = new Dictionary<string, string>
    {
        ["card_velocity_exceeded"] = "5710",
        ["expired_card"] = "5400",
        ["generic_decline"] = "0500",
        ["incorrect_cvc"] = "5110",
        ["insufficient_funds"] = "5120",
        ["lost_card"] = "9520",
        ["processing_error"] = "8000",
        ["stolen_card"] = "9520",
        ["try_again_later"] = "9100",
    }.ToFrozenDictionary();

    /// <summary>Null where PayPal would say that it has no such token.</summary>
    public static SandboxToken? Find(string? id, string account)
    {
        if (id is null)
            return null;
        var name = WithoutAgreement(id);
        if (name.StartsWith(ApprovedPrefix, StringComparison.Ordinal))
            name = name[ApprovedPrefix.Length..];
        return name.StartsWith(MockPrefix, StringComparison.Ordinal)
            ? new SandboxToken(name)
            : SandboxTokens.Find(name, account);
    }

    public static bool IsOnlyApproved(string? id) =>
        id is not null && WithoutAgreement(id).StartsWith(ApprovedPrefix, StringComparison.Ordinal);

    public static string? MockedBy(string? id) =>
        id?.StartsWith(MockPrefix, StringComparison.Ordinal) == true ? id[MockPrefix.Length..] : null;

    private static string WithoutAgreement(string id) =>
        id.StartsWith(AgreementPrefix, StringComparison.Ordinal) ? id[AgreementPrefix.Length..] : id;

    public static string ResponseCodeOf(string bookedCode) => ResponseCodes.GetValueOrDefault(bookedCode, "5100");
}
