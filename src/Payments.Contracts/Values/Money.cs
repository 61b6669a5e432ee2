using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Payments.Contracts;

/// <summary>
/// An amount of money: a whole number of the currency's minor units (cents, yen, fils), positive, zero or negative.
/// There is no fraction and no floating point; on the wire it is <c>{"amount":1999,"currency":"USD"}</c>.
/// </summary>
/// <remarks>
/// <para>An amount beyond plus or minus <see cref="MaxAmount"/> is refused wherever it would come into being.</para>
/// <para>The default value has no currency. It can be told by <see cref="IsDefined"/>, compared for equality and
/// printed; anything else throws <see cref="InvalidOperationException"/>, and it cannot be written as JSON.</para>
/// </remarks>
[StructLayout(LayoutKind.Auto)]
[JsonConverter(typeof(MoneyJsonConverter))]
public readonly record struct Money :
    IComparable,
    IComparable<Money>,
    IAdditionOperators<Money, Money, Money>,
    ISubtractionOperators<Money, Money, Money>,
    IUnaryNegationOperators<Money, Money>,
    IComparisonOperators<Money, Money, bool>
{
    /// <summary>
    /// The largest amount, in minor units, on either side of zero: 10^12. The house rule; it leaves a sum of nine
    /// million of them within 64 bits.
    /// </summary>
    public const long MaxAmount = 1_000_000_000_000;

    /// <summary>An amount in minor units.</summary>
    /// <param name="amount">Minor units, from -<see cref="MaxAmount"/> to <see cref="MaxAmount"/>.</param>
    /// <param name="currency">The currency; not the default value.</param>
    /// <exception cref="ArgumentOutOfRangeException">The amount is beyond the limit.</exception>
    /// <exception cref="ArgumentException">The currency is the default value.</exception>
    public Money(long amount, Currency currency)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(amount, MaxAmount);
        ArgumentOutOfRangeException.ThrowIfLessThan(amount, -MaxAmount);
        if (!currency.IsDefined)
            throw new ArgumentException("Money has a currency.", nameof(currency));
        Amount = amount;
        Currency = currency;
    }

    /// <summary>The amount in minor units of <see cref="Currency"/>.</summary>
    public long Amount { get; }

    /// <summary>The currency; not defined in the default value only.</summary>
    public Currency Currency { get; }

    /// <summary>False for the default value only, which has no currency.</summary>
    public bool IsDefined => Currency.IsDefined;

    /// <summary>Whether the amount is above zero.</summary>
    /// <exception cref="InvalidOperationException">This is the default value.</exception>
    public bool IsPositive => Defined().Amount > 0;

    /// <summary>Whether the amount is zero.</summary>
    /// <exception cref="InvalidOperationException">This is the default value.</exception>
    public bool IsZero => Defined().Amount == 0;

    /// <summary>Whether the amount is below zero.</summary>
    /// <exception cref="InvalidOperationException">This is the default value.</exception>
    public bool IsNegative => Defined().Amount < 0;

    /// <summary>Nothing, in the currency.</summary>
    /// <exception cref="ArgumentException">The currency is the default value.</exception>
    public static Money Zero(Currency currency) => new(0, currency);

    /// <summary>
    /// The sum of the amounts, zero of the currency if there are none. Only the result must keep the limit, so the
    /// order of the amounts does not matter.
    /// </summary>
    /// <exception cref="CurrencyMismatchException">An amount is of another currency.</exception>
    /// <exception cref="OverflowException">The sum is beyond <see cref="MaxAmount"/>.</exception>
    /// <exception cref="InvalidOperationException">An amount is the default value.</exception>
    public static Money Sum(IEnumerable<Money> amounts, Currency currency)
    {
        ArgumentNullException.ThrowIfNull(amounts);
        var zero = Zero(currency);
        var sum = Int128.Zero;
        foreach (var amount in amounts)
        {
            ThrowIfMismatched(zero, amount);
            sum += amount.Amount;
        }

        return Checked(sum, currency);
    }

    /// <summary>Adds two amounts of one currency.</summary>
    /// <exception cref="CurrencyMismatchException">The currencies differ.</exception>
    /// <exception cref="OverflowException">The result is beyond <see cref="MaxAmount"/>.</exception>
    /// <exception cref="InvalidOperationException">One of them is the default value.</exception>
    public static Money operator +(Money left, Money right)
    {
        ThrowIfMismatched(left, right);
        return Checked(left.Amount + right.Amount, left.Currency);
    }

    /// <summary>Subtracts an amount from another of the same currency.</summary>
    /// <exception cref="CurrencyMismatchException">The currencies differ.</exception>
    /// <exception cref="OverflowException">The result is beyond <see cref="MaxAmount"/>.</exception>
    /// <exception cref="InvalidOperationException">One of them is the default value.</exception>
    public static Money operator -(Money left, Money right)
    {
        ThrowIfMismatched(left, right);
        return Checked(left.Amount - right.Amount, left.Currency);
    }

    /// <summary>The same amount on the other side of zero.</summary>
    /// <exception cref="InvalidOperationException">It is the default value.</exception>
    public static Money operator -(Money value) => new(-value.Defined().Amount, value.Currency);

    /// <summary>Whether the left amount is less than the right one.</summary>
    /// <exception cref="CurrencyMismatchException">The currencies differ.</exception>
    /// <exception cref="InvalidOperationException">One of them is the default value.</exception>
    public static bool operator <(Money left, Money right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left amount is more than the right one.</summary>
    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator >(Money left, Money right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left amount is at most the right one.</summary>
    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator <=(Money left, Money right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left amount is at least the right one.</summary>
    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator >=(Money left, Money right) => left.CompareTo(right) >= 0;

    /// <summary>Compares two amounts of one currency.</summary>
    /// <exception cref="CurrencyMismatchException">The currencies differ.</exception>
    /// <exception cref="InvalidOperationException">One of them is the default value.</exception>
    public int CompareTo(Money other)
    {
        ThrowIfMismatched(this, other);
        return Amount.CompareTo(other.Amount);
    }

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        Money other => CompareTo(other),
        _ => throw new ArgumentException("Money compares with money only.", nameof(obj)),
    };

    /// <summary>
    /// The amount in major units with the currency's decimals, then the code: <c>19.99 USD</c>, <c>-0.05 USD</c>,
    /// <c>1999 JPY</c>; the same in every culture. For people; machines take the JSON.
    /// </summary>
    public override string ToString()
    {
        if (!IsDefined)
            return "(no currency)";
        var digits = long.Abs(Amount).ToString(CultureInfo.InvariantCulture).PadLeft(Currency.Exponent + 1, '0');
        var sign = Amount < 0 ? "-" : "";
        var major = digits[..^Currency.Exponent];
        return Currency.Exponent == 0
            ? $"{sign}{major} {Currency}"
            : $"{sign}{major}.{digits[^Currency.Exponent..]} {Currency}";
    }

    private static Money Checked(Int128 amount, Currency currency) =>
        Int128.Abs(amount) <= MaxAmount
            ? new Money((long)amount, currency)
            : throw new OverflowException($"The result is beyond {MaxAmount} minor units of {currency}.");

    private static void ThrowIfMismatched(Money left, Money right)
    {
        if (left.Defined().Currency != right.Defined().Currency)
            throw new CurrencyMismatchException(left.Currency, right.Currency);
    }

    private Money Defined() =>
        IsDefined ? this : throw new InvalidOperationException("This money was never set: it has no currency.");
}
