using System.Collections.Frozen;

namespace Payments.Executor.Psp.Stripe;

/// <summary>
/// Between ISO 4217 minor units and what Stripe puts on the wire. They are the same except for the rows here.
/// Source: Stripe's "Supported currencies", sections zero-decimal, special cases and three-decimal.
/// </summary>
internal static class StripeAmounts
{
    /// <summary>Where Stripe differs from ISO 4217.</summary>
    internal enum Rule
    {
        /// <summary>ISO has no decimals, Stripe wants two, which are 00.</summary>
        TimesHundred,

        /// <summary>ISO has two decimals, Stripe none.</summary>
        DividedByHundred,

        /// <summary>Three decimals, of which the last must be 0.</summary>
        LastDigitZero,

        /// <summary>Exponents for which Stripe documents nothing.</summary>
        Refused,
    }

    internal static readonly FrozenDictionary<string, Rule> Rows = new Dictionary<string, Rule>
    {
        ["ISK"] = Rule.TimesHundred,
        ["UGX"] = Rule.TimesHundred,
        ["MGA"] = Rule.DividedByHundred,
        ["BHD"] = Rule.LastDigitZero,
        ["JOD"] = Rule.LastDigitZero,
        ["KWD"] = Rule.LastDigitZero,
        ["OMR"] = Rule.LastDigitZero,
        ["TND"] = Rule.LastDigitZero,
        ["IQD"] = Rule.Refused,
        ["LYD"] = Rule.Refused,
        ["CLF"] = Rule.Refused,
        ["UYW"] = Rule.Refused,
        ["MRU"] = Rule.Refused,
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
                Refuse(Reasons.AmountNotRepresentable, $"Stripe takes whole units of {currencyCode} only."),
            Rule.DividedByHundred => (amountMinor / 100, null),
            Rule.LastDigitZero when amountMinor % 10 != 0 =>
                Refuse(Reasons.AmountNotRepresentable, $"Stripe takes {currencyCode} only with a last digit of 0."),
            Rule.LastDigitZero => (amountMinor, null),
            Rule.Refused =>
                Refuse(Reasons.CurrencyNotSupported, $"Stripe does not document amounts in {currencyCode}."),
        };
    }

    /// <summary>Back to ISO minor units; null where the wire amount has no such form.</summary>
    public static long? FromWire(long wire, string currencyCode)
    {
        if (!Rows.TryGetValue(currencyCode, out var rule))
            return wire;
        return rule switch
        {
            Rule.TimesHundred => wire % 100 == 0 ? wire / 100 : null,
            Rule.DividedByHundred => wire <= long.MaxValue / 100 ? wire * 100 : null,
            Rule.LastDigitZero => wire,
            Rule.Refused => null,
        };
    }

    private static (long Wire, Preparation? Refusal) Refuse(string reason, string message) =>
        (0, Preparation.Refuse(reason, message));
}
