using System.Collections.Frozen;

namespace Payments.Executor.Psp.Adyen;

/// <summary>
/// Between ISO 4217 minor units and what Adyen puts on the wire. They are the same except for the rows here. Source:
/// Adyen's "Currency codes and minor units".
/// </summary>
internal static class AdyenAmounts
{
    /// <summary>Where Adyen differs from ISO 4217.</summary>
    internal enum Rule
    {
        /// <summary>ISO has no decimals, Adyen two.</summary>
        TimesHundred,

        /// <summary>ISO has two decimals, Adyen none.</summary>
        DividedByHundred,

        /// <summary>Exponents that Adyen does not list.</summary>
        Refused,
    }

    internal static readonly FrozenDictionary<string, Rule> Rows = new Dictionary<string, Rule>
    {
        ["CLP"] = Rule.TimesHundred,
        ["ISK"] = Rule.TimesHundred,
        ["CVE"] = Rule.DividedByHundred,
        ["IDR"] = Rule.DividedByHundred,
        ["CLF"] = Rule.Refused,
        ["UYW"] = Rule.Refused,
    }.ToFrozenDictionary();

    /// <summary>The amount for the wire, or the refusal.</summary>
    public static (long Wire, Preparation? Refusal) ToWire(long amountMinor, string currencyCode)
    {
        if (amountMinor <= 0)
            return Refuse(Reasons.AmountNotRepresentable, "The amount must be positive.");
        if (currencyCode is not { Length: 3 } || currencyCode.AsSpan().ContainsAnyExceptInRange('A', 'Z'))
            return Refuse(Reasons.CurrencyNotSupported, "The currency must be three upper-case letters.");
        if (!Rows.TryGetValue(currencyCode, out var rule))
            return (amountMinor, null);
        return rule switch
        {
            Rule.TimesHundred when amountMinor > long.MaxValue / 100 =>
                Refuse(Reasons.AmountNotRepresentable, "The amount is too large."),
            Rule.TimesHundred => (amountMinor * 100, null),
            Rule.DividedByHundred when amountMinor % 100 != 0 =>
                Refuse(Reasons.AmountNotRepresentable, $"Adyen takes whole units of {currencyCode} only."),
            Rule.DividedByHundred => (amountMinor / 100, null),
            Rule.Refused => Refuse(Reasons.CurrencyNotSupported, $"Adyen does not list {currencyCode}."),
        };
    }

    private static (long Wire, Preparation? Refusal) Refuse(string reason, string message) =>
        (0, Preparation.Refuse(reason, message));
}
