using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text.Json.Serialization;

namespace Payments.Contracts;

/// <summary>
/// A currency of ISO 4217 that payments can be made in: every active code that has a minor unit
/// (<see cref="All"/>; source and date of the list are documented there).
/// </summary>
/// <remarks>
/// The default value is no currency: it answers <see cref="IsDefined"/> with false, and everything else about it
/// throws. On the wire a currency is its three upper-case letters.
/// </remarks>
[JsonConverter(typeof(CurrencyJsonConverter))]
[TypeConverter(typeof(CurrencyTypeConverter))]
public readonly struct Currency :
    IEquatable<Currency>,
    IEqualityOperators<Currency, Currency, bool>,
    ISpanParsable<Currency>
{
    /// <summary>Length of the alphabetic code.</summary>
    public const int CodeLength = 3;

    // Position in the table, counted from one, so that the default value is no currency.
    private readonly byte _position;

    internal Currency(byte position) => _position = position;

    /// <summary>Euro, exponent 2.</summary>
    public static Currency Eur { get; } = Parse("EUR");

    /// <summary>Pound sterling, exponent 2.</summary>
    public static Currency Gbp { get; } = Parse("GBP");

    /// <summary>Yen, exponent 0.</summary>
    public static Currency Jpy { get; } = Parse("JPY");

    /// <summary>Kuwaiti dinar, exponent 3.</summary>
    public static Currency Kwd { get; } = Parse("KWD");

    /// <summary>US dollar, exponent 2.</summary>
    public static Currency Usd { get; } = Parse("USD");

    /// <summary>
    /// All currencies, ordered by code: ISO 4217 List One as maintained by SIX, up to amendment 180, in force since
    /// 2026-01-01; no later amendment was known on 2026-11-23. So Bulgaria pays in EUR (no BGN), Curacao and Sint
    /// Maarten in XCG (no ANG). Funds codes with a minor unit (CLF, UYW, ...) are in it; codes without one (metals such
    /// as XAU, XDR, XTS, XXX, ...) are not, because no amount can be written in them.
    /// </summary>
    public static IReadOnlyList<Currency> All { get; } = CurrencyTable.CreateAll();

    /// <summary>False for the default value only, which is no currency.</summary>
    public bool IsDefined => _position != 0;

    /// <summary>The alphabetic code, three upper-case letters.</summary>
    /// <exception cref="InvalidOperationException">This is no currency (the default value).</exception>
    public string Code => Row.Code;

    /// <summary>The numeric code, 1 to 999; ISO 4217 writes it with three digits.</summary>
    /// <exception cref="InvalidOperationException">This is no currency (the default value).</exception>
    public int NumericCode => Row.Numeric;

    /// <summary>
    /// How many decimal digits the minor unit has: 0 (JPY), 2 (USD), 3 (KWD) or 4 (CLF). One major unit is 10 to this
    /// power minor units.
    /// </summary>
    /// <exception cref="InvalidOperationException">This is no currency (the default value).</exception>
    public int Exponent => Row.Exponent;

    private CurrencyTable.Row Row => IsDefined
        ? CurrencyTable.Rows[_position - 1]
        : throw new InvalidOperationException("This currency was never set.");

    /// <summary>Finds a currency by its alphabetic code.</summary>
    /// <param name="s">Three upper-case letters.</param>
    /// <param name="provider">Not used: the codes are the same in every culture.</param>
    /// <exception cref="FormatException">No such currency; the message names the rule.</exception>
    public static Currency Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var currency) ? currency : throw new FormatException(CurrencyTable.WhyNot(s));

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    /// <exception cref="ArgumentNullException">The text is null.</exception>
    public static Currency Parse(string s, IFormatProvider? provider)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), provider);
    }

    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static Currency Parse(string s) => Parse(s, null);

    /// <summary>Finds a currency by its alphabetic code, three upper-case letters; false if there is none.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Currency result)
    {
        result = CurrencyTable.Find(s);
        return result.IsDefined;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out Currency)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Currency result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out Currency)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, out Currency result) =>
        TryParse(s.AsSpan(), null, out result);

    /// <summary>The alphabetic code; "(no currency)" for the default value.</summary>
    public override string ToString() => IsDefined ? Code : "(no currency)";

    /// <inheritdoc/>
    public bool Equals(Currency other) => _position == other._position;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Currency other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _position;

    /// <summary>Whether both are the same currency.</summary>
    public static bool operator ==(Currency left, Currency right) => left.Equals(right);

    /// <summary>Whether the currencies differ.</summary>
    public static bool operator !=(Currency left, Currency right) => !left.Equals(right);
}
