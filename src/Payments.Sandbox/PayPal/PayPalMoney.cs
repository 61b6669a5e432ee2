using System.Globalization;
using System.Text.Json.Nodes;

namespace Payments.Sandbox.PayPal;

/// <summary>Between PayPal's decimal strings and the book's minor units. Written anew here, so that an error shows.</summary>
internal static class PayPalMoney
{
    private static readonly string[] Currencies =
    [
        "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "JPY", "MXN", "MYR", "NOK", "NZD",
        "PHP", "PLN", "SEK", "SGD", "THB", "TWD", "USD",
    ];

    private static readonly string[] WithoutDecimals = ["HUF", "JPY", "TWD"];

    /// <summary>The amount in minor units and the currency, or what is wrong with it.</summary>
    public static (long Amount, string Currency, PayPalReply? Wrong) Read(JsonNode? json)
    {
        if (PayPalCall.TextIn(json, "currency_code") is not { } currency)
            return (0, "", PayPalErrors.Syntax("currency_code", "MISSING_REQUIRED_PARAMETER"));
        if (PayPalCall.TextIn(json, "value") is not { Length: <= 32 } value || !IsAmount(value))
            return (0, "", PayPalErrors.Syntax("value", "INVALID_PARAMETER_SYNTAX"));
        if (!Currencies.Contains(currency))
            return (0, "", PayPalErrors.Invalid("INVALID_CURRENCY_CODE"));
        var places = value.Contains('.', StringComparison.Ordinal) ? value.Split('.')[1].Length : 0;
        if (WithoutDecimals.Contains(currency) && places > 0)
            return (0, "", PayPalErrors.Invalid("DECIMALS_NOT_SUPPORTED"));
        if (places > 2)
            return (0, "", PayPalErrors.Invalid("DECIMAL_PRECISION"));
        var amount = (long)(decimal.Parse(value, CultureInfo.InvariantCulture) * (currency == "JPY" ? 1 : 100));
        return amount <= 0 ? (0, "", PayPalErrors.Invalid("CANNOT_BE_ZERO_OR_NEGATIVE")) : (amount, currency, null);
    }

    public static JsonObject Write(long amount, string currency) => new()
    {
        ["currency_code"] = currency,
        ["value"] = currency switch
        {
            "JPY" => amount.ToString(CultureInfo.InvariantCulture),
            "HUF" or "TWD" => (amount / 100m).ToString("0.##", CultureInfo.InvariantCulture),
            _ => (amount / 100m).ToString("0.00", CultureInfo.InvariantCulture),
        },
    };

    private static bool IsAmount(string value) =>
        value.All(c => char.IsAsciiDigit(c) || c == '.') && value.Count(c => c == '.') <= 1 && value[^1] != '.';
}
