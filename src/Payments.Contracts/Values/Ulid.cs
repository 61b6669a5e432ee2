using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Payments.Contracts;

/// <summary>
/// A universally unique, lexicographically sortable identifier (github.com/ulid/spec): 48 bits of Unix time in
/// milliseconds, then 80 random bits, written as 26 upper-case characters of Crockford's base 32.
/// </summary>
/// <remarks>
/// <para>Order is one and the same everywhere: <see cref="CompareTo(Ulid)"/>, ordinal order of the text, order of the
/// bytes, and order of the PostgreSQL <c>uuid</c> that <see cref="ToGuid"/> gives.</para>
/// <para>Reading takes lower case too. It does not take Crockford's aliases (I and L for 1, O for 0), nor U: an id is
/// copied by machines, and two spellings of one id would be two idempotency keys to somebody.</para>
/// <para>The time inside is whatever the maker of the id said. Never use it as evidence.</para>
/// </remarks>
[JsonConverter(typeof(UlidJsonConverter))]
[TypeConverter(typeof(UlidTypeConverter))]
public readonly struct Ulid :
    IComparable,
    IComparable<Ulid>,
    IEquatable<Ulid>,
    IComparisonOperators<Ulid, Ulid, bool>,
    ISpanParsable<Ulid>,
    ISpanFormattable,
    IUtf8SpanFormattable
{
    /// <summary>Length of the text, in characters.</summary>
    public const int TextLength = 26;

    /// <summary>Length of the binary form, in bytes.</summary>
    public const int ByteLength = 16;

    internal const int RandomBits = 80;

    private const string Letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const string LengthRule = "A ULID has 26 characters.";
    private const string LetterRule =
        "A ULID is written in Crockford's base 32: digits and letters, without I, L, O and U.";
    private const string OverflowRule = "A ULID starts with a digit from 0 to 7; above that it exceeds 128 bits.";
    private const byte NoLetter = byte.MaxValue;

    private static readonly byte[] ValueOf = CreateValues();

    private readonly UInt128 _value;

    internal Ulid(long unixMilliseconds, UInt128 randomness) =>
        _value = ((UInt128)(ulong)unixMilliseconds << RandomBits) | randomness;

    private Ulid(UInt128 value) => _value = value;

    /// <summary>The ULID of all zeros, which no generator ever makes: the default value, "no id".</summary>
    public static Ulid Empty => default;

    /// <summary>The time part, in milliseconds since 1970-01-01T00:00:00Z; 0 to 2^48 - 1.</summary>
    public long UnixMilliseconds => (long)(ulong)(_value >> RandomBits);

    /// <summary>
    /// The time part, in UTC. A ULID can say years up to 10889; what lies beyond the year 9999 reads as
    /// <see cref="DateTimeOffset.MaxValue"/>, so that a foreign id cannot make a reader throw.
    /// </summary>
    public DateTimeOffset Timestamp
    {
        get
        {
            var latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
            return UnixMilliseconds > latest
                ? DateTimeOffset.MaxValue
                : DateTimeOffset.FromUnixTimeMilliseconds(UnixMilliseconds);
        }
    }

    /// <summary>
    /// A new ULID of now, greater than every one this process made before (see <see cref="UlidGenerator"/>). Safe to
    /// call from any thread.
    /// </summary>
    public static Ulid NewUlid() => UlidGenerator.Shared.Next();

    /// <summary>
    /// A new ULID of the given time with fresh randomness. It stands outside the order of <see cref="NewUlid()"/>: two
    /// of the same millisecond come in no particular order.
    /// </summary>
    /// <param name="at">The time, cut to the millisecond.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time lies before 1970.</exception>
    public static Ulid NewUlid(DateTimeOffset at) =>
        new(ToUnixMilliseconds(at), UlidGenerator.NextRandomness(RandomNumberGenerator.Fill));

    /// <summary>
    /// The lowest ULID of the millisecond: every id of that time or later is equal or greater, every earlier one is
    /// less. Use it as the bound of a partition or of a search by time.
    /// </summary>
    /// <param name="at">The time, cut to the millisecond.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time lies before 1970.</exception>
    public static Ulid MinValue(DateTimeOffset at) => new(ToUnixMilliseconds(at), UInt128.Zero);

    /// <summary>The ULID with the same 128 bits, most significant first. The inverse of <see cref="ToGuid"/>.</summary>
    public static Ulid FromGuid(Guid value)
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return FromBytes(bytes);
    }

    /// <summary>Reads the 16 bytes that <see cref="TryWriteBytes"/> wrote.</summary>
    /// <exception cref="ArgumentException">There are not exactly 16 bytes.</exception>
    public static Ulid FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == ByteLength
            ? new Ulid(BinaryPrimitives.ReadUInt128BigEndian(bytes))
            : throw new ArgumentException("A ULID has 16 bytes.", nameof(bytes));

    /// <summary>
    /// The same 128 bits as a <see cref="Guid"/>, most significant first, so that PostgreSQL orders the <c>uuid</c> as
    /// the text is ordered. An EF Core value converter is this and <see cref="FromGuid"/>.
    /// </summary>
    public Guid ToGuid()
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _value);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Writes the 16 bytes, most significant first; false, and nothing written, if there is no room.</summary>
    public bool TryWriteBytes(Span<byte> destination) =>
        BinaryPrimitives.TryWriteUInt128BigEndian(destination, _value);

    /// <summary>Reads the text form, in upper or lower case.</summary>
    /// <param name="s">26 characters of Crockford's base 32.</param>
    /// <param name="provider">Not used: the form is the same in every culture.</param>
    /// <exception cref="FormatException">Length, letters or range are wrong; the message names the rule.</exception>
    public static Ulid Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        Read(s, out var result) is { } rule ? throw new FormatException(rule) : result;

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    /// <exception cref="ArgumentNullException">The text is null.</exception>
    public static Ulid Parse(string s, IFormatProvider? provider)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), provider);
    }

    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static Ulid Parse(string s) => Parse(s, null);

    /// <summary>Reads the text form, in upper or lower case; false if it is not a ULID.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Ulid result) =>
        Read(s, out result) is null;

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out Ulid)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Ulid result) =>
        Read(s, out result) is null;

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out Ulid)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, out Ulid result) => Read(s, out result) is null;

    /// <summary>Reads the text; returns null, or the sentence of the rule it breaks (never the text itself).</summary>
    internal static string? Read(ReadOnlySpan<char> text, out Ulid result)
    {
        result = default;
        if (text.Length != TextLength)
            return LengthRule;

        var value = UInt128.Zero;
        foreach (var letter in text)
        {
            var digit = letter < ValueOf.Length ? ValueOf[letter] : NoLetter;
            if (digit == NoLetter)
                return LetterRule;
            value = (value << 5) | digit;
        }

        if (text[0] > '7')
            return OverflowRule;
        result = new Ulid(value);
        return null;
    }

    /// <summary>The 26 upper-case characters.</summary>
    public override string ToString() =>
        string.Create(TextLength, this, static (text, ulid) => ulid.TryFormat(text, out _, default, null));

    /// <inheritdoc cref="ToString()"/>
    /// <param name="format">Null, empty or "G"; there is one form only.</param>
    /// <param name="formatProvider">Not used: the form is the same in every culture.</param>
    /// <exception cref="FormatException">The format is another.</exception>
    public string ToString(string? format, IFormatProvider? formatProvider)
    {
        ThrowUnlessGeneral(format);
        return ToString();
    }

    /// <summary>Writes the 26 upper-case characters; false, and nothing written, if there is no room.</summary>
    /// <exception cref="FormatException">The format is neither empty nor "G".</exception>
    public bool TryFormat(
        Span<char> destination,
        out int charsWritten,
        ReadOnlySpan<char> format,
        IFormatProvider? provider)
    {
        ThrowUnlessGeneral(format);
        charsWritten = 0;
        if (destination.Length < TextLength)
            return false;
        Span<byte> text = stackalloc byte[TextLength];
        Write(text);
        Ascii.ToUtf16(text, destination, out charsWritten);
        return true;
    }

    /// <summary>Writes the 26 upper-case characters as UTF-8; false, and nothing written, without room.</summary>
    /// <exception cref="FormatException">The format is neither empty nor "G".</exception>
    public bool TryFormat(
        Span<byte> utf8Destination,
        out int bytesWritten,
        ReadOnlySpan<char> format,
        IFormatProvider? provider)
    {
        ThrowUnlessGeneral(format);
        bytesWritten = 0;
        if (utf8Destination.Length < TextLength)
            return false;
        Write(utf8Destination[..TextLength]);
        bytesWritten = TextLength;
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(Ulid other) => _value.CompareTo(other._value);

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        Ulid other => CompareTo(other),
        _ => throw new ArgumentException("A ULID compares with a ULID only.", nameof(obj)),
    };

    /// <inheritdoc/>
    public bool Equals(Ulid other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Ulid other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode();

    /// <summary>Whether both are the same id.</summary>
    public static bool operator ==(Ulid left, Ulid right) => left.Equals(right);

    /// <summary>Whether the ids differ.</summary>
    public static bool operator !=(Ulid left, Ulid right) => !left.Equals(right);

    /// <summary>Whether the left id sorts before the right one.</summary>
    public static bool operator <(Ulid left, Ulid right) => left._value < right._value;

    /// <summary>Whether the left id sorts after the right one.</summary>
    public static bool operator >(Ulid left, Ulid right) => left._value > right._value;

    /// <summary>Whether the left id sorts before the right one or is the same.</summary>
    public static bool operator <=(Ulid left, Ulid right) => left._value <= right._value;

    /// <summary>Whether the left id sorts after the right one or is the same.</summary>
    public static bool operator >=(Ulid left, Ulid right) => left._value >= right._value;

    internal static long ToUnixMilliseconds(DateTimeOffset at)
    {
        var milliseconds = at.ToUnixTimeMilliseconds();
        ArgumentOutOfRangeException.ThrowIfNegative(milliseconds, nameof(at));
        return milliseconds;
    }

    private void Write(Span<byte> text)
    {
        var rest = _value;
        for (var i = TextLength - 1; i >= 0; i--)
        {
            text[i] = (byte)Letters[(int)(uint)(rest & 31)];
            rest >>= 5;
        }
    }

    private static void ThrowUnlessGeneral(ReadOnlySpan<char> format)
    {
        if (!format.IsEmpty && format is not "G")
            throw new FormatException("A ULID has one form only: leave the format out, or say G.");
    }

    private static byte[] CreateValues()
    {
        var values = new byte[128];
        Array.Fill(values, NoLetter);
        for (var i = 0; i < Letters.Length; i++)
        {
            values[Letters[i]] = (byte)i;
            values[char.ToLowerInvariant(Letters[i])] = (byte)i;
        }

        return values;
    }
}
