using System.Globalization;

namespace Payments.Sandbox.Braintree;

/// <summary>Decimal text, and the currency that a merchant account has.</summary>
internal static class BraintreeMoney
{
    // As in ISO 4217, so that the book is in its minor units. Written anew here, so that an error shows.
    private static readonly string[] NoDecimals =
    [
        "bif", "clp", "djf", "gnf", "isk", "jpy", "kmf", "krw", "pyg", "rwf", "ugx", "uyi", "vnd", "vuv", "xaf", "xof", "xpf",
    ];

    private static readonly string[] ThreeDecimals = ["bhd", "iqd", "jod", "kwd", "lyd", "omr", "tnd"];

    /// <summary>Lower-case; the last three letters of a name such as <c>shop-EUR</c>, otherwise dollars.</summary>
    public static string CurrencyOf(string? merchantAccount) =>
        merchantAccount is { Length: > 4 }
        && merchantAccount[^4] is '-' or '_'
        && merchantAccount.AsSpan(merchantAccount.Length - 3).IndexOfAnyExceptInRange('A', 'Z') < 0
            ? merchantAccount[^3..].ToLowerInvariant()
            : "usd";

    public static string ToWire(long minor, string currency) =>
        ((decimal)minor / Unit(currency)).ToString("F" + Places(currency), CultureInfo.InvariantCulture);

    /// <summary>Null for what is no positive amount with as many places as the currency has.</summary>
    public static long? FromWire(string? wire, string currency) =>
        wire is not null
        && decimal.TryParse(wire, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var major)
        && major > 0
        && major.Scale <= Places(currency)
        && major < 1_000_000_000_000
            ? (long)(major * Unit(currency))
            : null;

    private static int Places(string currency) =>
        NoDecimals.Contains(currency) ? 0 : ThreeDecimals.Contains(currency) ? 3 : 2;

    private static int Unit(string currency) => Places(currency) switch { 0 => 1, 3 => 1000, _ => 100 };
}
