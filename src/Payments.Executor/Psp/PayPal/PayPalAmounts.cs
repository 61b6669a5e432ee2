using System.Collections.Frozen;
using System.Globalization;
using Payments.Contracts;

namespace Payments.Executor.Psp.PayPal;

/// <summary>
/// Between ISO 4217 minor units and PayPal's decimal strings. Source: PayPal's "Currency codes": the currencies it takes,
/// and which of them without decimals.
/// </summary>
internal static class PayPalAmounts
{
    /// <summary>The decimal places that PayPal takes. A currency that is not here cannot be paid in.</summary>
    internal static readonly FrozenDictionary<string, int> Places = new Dictionary<string, int>
    {
        ["AUD"] = 2,
        ["BRL"] = 2,
        ["CAD"] = 2,
        ["CHF"] = 2,
        ["CNY"] = 2,
        ["CZK"] = 2,
        ["DKK"] = 2,
        ["EUR"] = 2,
        ["GBP"] = 2,
        ["HKD"] = 2,
        ["HUF"] = 0,
        ["ILS"] = 2,
        ["JPY"] = 0,
        ["MXN"] = 2,
        ["MYR"] = 2,
        ["NOK"] = 2,
        ["NZD"] = 2,
        ["PHP"] = 2,
        ["PLN"] = 2,
        ["SEK"] = 2,
        ["SGD"] = 2,
        ["THB"] = 2,
        ["TWD"] = 0,
        ["USD"] = 2,
    }.ToFrozenDictionary();

    /// <summary>The amount for the wire, such as <c>19.99</c>, or the refusal.</summary>
    public static (string Wire, Preparation? Refusal) ToWire(long amountMinor, string currencyCode)
    {
        if (amountMinor <= 0)
            return Refuse(Reasons.AmountNotRepresentable, "The amount must be positive.");
        if (!Currency.TryParse(currencyCode, out var currency))
            return Refuse(Reasons.CurrencyNotSupported, "The currency must be a code of ISO 4217 in upper case.");
        if (!Places.TryGetValue(currency.Code, out var places))
            return Refuse(Reasons.CurrencyNotSupported, $"PayPal takes no payments in {currency.Code}.");
        var dropped = PowerOfTen(currency.Exponent - places);
        if (amountMinor % dropped != 0)
            return Refuse(Reasons.AmountNotRepresentable, $"PayPal takes {currency.Code} without decimals.");
        var scale = PowerOfTen(places);
        var (whole, part) = Math.DivRem(amountMinor / dropped, scale);
        return places == 0
            ? (whole.ToString(CultureInfo.InvariantCulture), null)
            : (whole.ToString(CultureInfo.InvariantCulture) + "."
                + part.ToString(CultureInfo.InvariantCulture).PadLeft(places, '0'), null);
    }

    /// <summary>To ISO minor units; null where the text is no amount of the currency, or a negative one.</summary>
    public static long? FromWire(string? wire, string? currencyCode)
    {
        if (!Currency.TryParse(currencyCode, out var currency)
            || !decimal.TryParse(wire, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            || amount > 1_000_000_000_000m)
        {
            return null;
        }

        var minor = amount * PowerOfTen(currency.Exponent);
        return minor == decimal.Truncate(minor) ? (long)minor : null;
    }

    private static long PowerOfTen(int exponent)
    {
        var power = 1L;
        for (var i = 0; i < exponent; i++)
            power *= 10;
        return power;
    }

    private static (string Wire, Preparation? Refusal) Refuse(string reason, string message) =>
        ("", Preparation.Refuse(reason, message));
}
