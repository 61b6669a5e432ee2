using System.Numerics;
using System.Runtime.InteropServices;

namespace Payments.Contracts;

/// <summary>Goes through a text once and stops at each card number, as <see cref="CardNumbers"/> has it.</summary>
/// <typeparam name="T">A UTF-16 character or a byte.</typeparam>
[StructLayout(LayoutKind.Auto)]
internal ref struct CardNumbersScanner<T>
    where T : unmanaged, IBinaryInteger<T>
{
    private const int UuidLength = 36;
    private const int UuidDigits = 32;

    private readonly ReadOnlySpan<T> _text;
    private int _next;
    private bool _insideToken;

    internal CardNumbersScanner(ReadOnlySpan<T> text) => _text = text;

    /// <summary>Position of the first digit of the number found.</summary>
    internal int Start { get; private set; }

    /// <summary>Position after its last digit.</summary>
    internal int End { get; private set; }

    /// <summary>Goes to the next number, by where it starts; of several that start there, the longest.</summary>
    internal bool MoveNext()
    {
        while (_next < _text.Length)
        {
            var unit = _text[_next];
            if (!IsAlphanumeric(unit))
            {
                _insideToken = false;
                _next++;
            }
            else if (!_insideToken && IdLength(_next) is > 0 and var idLength)
            {
                _next += idLength;
            }
            else if (IsDigit(unit))
            {
                _insideToken = true;
                Start = _next;
                End = FindEnd(Start);
                while (_next < _text.Length && IsDigit(_text[_next]))
                    _next++;
                if (End > Start)
                    return true;
            }
            else
            {
                _insideToken = true;
                _next++;
            }
        }

        return false;
    }

    internal static bool IsDigit(T unit) => char.IsAsciiDigit((char)uint.CreateTruncating(unit));

    private static bool IsAlphanumeric(T unit) => char.IsAsciiLetterOrDigit((char)uint.CreateTruncating(unit));

    private static bool IsHexDigit(T unit) => char.IsAsciiHexDigit((char)uint.CreateTruncating(unit));

    /// <summary>Position after the longest card number that starts with the digits at start; else start.</summary>
    private readonly int FindEnd(int start)
    {
        var end = start;
        var candidate = default(CardNumbersCandidate);
        for (var i = start; !candidate.IsFull; i++)
        {
            candidate.Add((int)uint.CreateTruncating(_text[i]) - '0');
            if (HasDigit(i + 1))
                continue;
            if (candidate.IsCardNumber && !IsTelephoneNumber(start, candidate.Length))
                end = i + 1;

            // The run of digits ends here; the number may go on behind one separator.
            if (!HasSeparator(i + 1) || !HasDigit(i + 2) || IdLength(i + 2) > 0)
                return end;
            i++;
        }

        return end;
    }

    private readonly bool HasDigit(int at) => at < _text.Length && IsDigit(_text[at]);

    private readonly bool HasSeparator(int at) => at < _text.Length && Is(at, ' ', '-');

    // +49 and eleven digits: a telephone number (ITU-T E.164) has the length and first digit of the 13-digit Visa
    // numbers, which have not been issued for decades.
    private readonly bool IsTelephoneNumber(int start, int length) =>
        length == 13 && start > 0 && Is(start - 1, '+', '+');

    private readonly bool Is(int at, char one, char other)
    {
        var unit = uint.CreateTruncating(_text[at]);
        return unit == one || unit == other;
    }

    /// <summary>Length of the ULID or uuid that the token starting here is, exactly; 0 if it is none.</summary>
    private readonly int IdLength(int start)
    {
        if (IsUuid(start))
            return UuidLength;
        var length = 0;
        while (length <= UuidDigits && start + length < _text.Length && IsAlphanumeric(_text[start + length]))
            length++;
        var token = _text.Slice(start, length);
        return length switch
        {
            Ulid.TextLength when IsUlid(token) => length,
            UuidDigits when IsHex(token) => length,
            _ => 0,
        };
    }

    private readonly bool IsUuid(int start)
    {
        if (_text.Length - start < UuidLength || EndsInsideToken(start + UuidLength))
            return false;
        for (var i = 0; i < UuidLength; i++)
        {
            var isRight = i is 8 or 13 or 18 or 23 ? Is(start + i, '-', '-') : IsHexDigit(_text[start + i]);
            if (!isRight)
                return false;
        }

        return true;
    }

    private readonly bool EndsInsideToken(int end) => end < _text.Length && IsAlphanumeric(_text[end]);

    // The first letter is 0 until the year 3084, and no card number starts with 0: a card number glued to ten letters
    // is never taken for a ULID.
    private static bool IsUlid(ReadOnlySpan<T> token)
    {
        Span<char> text = stackalloc char[Ulid.TextLength];
        for (var i = 0; i < token.Length; i++)
            text[i] = (char)uint.CreateTruncating(token[i]);
        return text[0] == '0' && Ulid.TryParse(text, null, out _);
    }

    private static bool IsHex(ReadOnlySpan<T> token)
    {
        foreach (var unit in token)
        {
            if (!IsHexDigit(unit))
                return false;
        }

        return true;
    }
}
