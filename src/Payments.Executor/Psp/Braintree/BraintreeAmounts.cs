using System.Globalization;
using Payments.Contracts;

namespace Payments.Executor.Psp.Braintree;

/// <summary>
/// Between ISO 4217 minor units and Braintree's decimal text, which has exactly as many places as the currency has.
/// Braintree documents amounts with 0, 2 or 3 places; other exponents are refused.
/// </summary>
internal static class BraintreeAmounts
{
    /// <summary>The text for the wire, such as <c>19.99</c>, or the refusal.</summary>
    public static (string Wire, Preparation? Refusal) ToWire(long amountMinor, string currencyCode)
    {
        if (amountMinor <= 0)
            return ("", Preparation.Refuse(Reasons.AmountNotRepresentable, "The amount must be positive."));
        if (ExponentOf(currencyCode) is not { } exponent)
        {
            return (
                "",
                Preparation.Refuse(
                    Reasons.CurrencyNotSupported,
                    "The currency must be a code of ISO 4217 with 0, 2 or 3 decimal places."));
        }

        return (new decimal(amountMinor).Scaled(exponent).ToString("F" + exponent, CultureInfo.InvariantCulture), null);
    }

    /// <summary>Back to ISO minor units; null where the text is no such amount.</summary>
    public static long? FromWire(string? wire, string? currencyCode)
    {
        if (ExponentOf(currencyCode) is not { } exponent
            || !decimal.TryParse(wire, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var major)
            || major > long.MaxValue / 1000)
        {
            return null;
        }

        var minor = major / 1m.Scaled(exponent);
        return decimal.Truncate(minor) == minor ? (long)minor : null;
    }

    private static decimal Scaled(this decimal value, int exponent)
    {
        for (var place = 0; place < exponent; place++)
            value /= 10;
        return value;
    }

    private static int? ExponentOf(string? currencyCode) =>
        Currency.TryParse(currencyCode, out var currency) && currency.Exponent is 0 or 2 or 3
            ? currency.Exponent
            : null;
}
