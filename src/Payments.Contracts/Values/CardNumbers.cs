using System.Numerics;

namespace Payments.Contracts;

/// <summary>
/// Finds and masks card numbers (primary account numbers) in text, so that none is stored or logged.
/// </summary>
/// <remarks>
/// <para>A card number is a group of digits, with single spaces or single dashes between them or none, that starts and
/// ends where its runs of digits do (never a part of a longer run), whose length and first digits belong to a scheme
/// of <see cref="CardNumbersSchemes"/>, and whose Luhn check digit (ISO/IEC 7812-1) is right. Letters may touch it on
/// either side. Only ASCII digits count.</para>
/// <para>A token that is exactly a ULID of the years up to 3084 or a uuid (with dashes, or as 32 hexadecimal digits,
/// which is also a trace id) is passed over as a whole: such ids contain a checksum-correct run by chance. So are 13
/// digits right after a plus sign, which are a telephone number.</para>
/// <para>Of random numbers with 16 digits, about one in thirty-five looks like a card number. That is the price of
/// missing none.</para>
/// <para>Time is linear in the length of the text.</para>
/// </remarks>
public static class CardNumbers
{
    /// <summary>What stands in the place of a masked digit.</summary>
    public const char MaskCharacter = '*';

    /// <summary>Whether there is a card number in the text.</summary>
    public static bool Contains(ReadOnlySpan<char> text) => new CardNumbersScanner<char>(text).MoveNext();

    /// <summary>
    /// Whether there is a card number in the bytes, read as ASCII; bytes above 127 are neither digits nor letters, so
    /// that UTF-8, Latin-1 and bytes that are no text at all will do.
    /// </summary>
    public static bool Contains(ReadOnlySpan<byte> text) => new CardNumbersScanner<byte>(text).MoveNext();

    /// <summary>
    /// The text with every digit of every card number replaced by <see cref="MaskCharacter"/>: same length, separators
    /// kept. The same instance if there is no card number.
    /// </summary>
    /// <exception cref="ArgumentNullException">The text is null.</exception>
    public static string Mask(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!Contains(text))
            return text;
        return string.Create(text.Length, text, static (copy, original) =>
        {
            original.CopyTo(copy);
            MaskFound(copy, MaskCharacter);
        });
    }

    /// <summary>
    /// Replaces every digit of every card number in the bytes, in place, by <see cref="MaskCharacter"/>. Bytes are read
    /// as by <see cref="Contains(ReadOnlySpan{byte})"/>.
    /// </summary>
    /// <returns>How many card numbers were found; overlapping ones count each.</returns>
    public static int Mask(Span<byte> text) => MaskFound(text, (byte)MaskCharacter);

    private static int MaskFound<T>(Span<T> text, T mask)
        where T : unmanaged, IBinaryInteger<T>
    {
        // Numbers may overlap, and the scanner must see the second one whole: a number is masked only when the scanner
        // has gone past it.
        var found = 0;
        var (start, end) = (0, 0);
        var scanner = new CardNumbersScanner<T>(text);
        while (scanner.MoveNext())
        {
            found++;
            if (scanner.Start >= end)
            {
                MaskDigits(text[start..end], mask);
                start = scanner.Start;
            }

            end = Math.Max(end, scanner.End);
        }

        MaskDigits(text[start..end], mask);
        return found;
    }

    private static void MaskDigits<T>(Span<T> text, T mask)
        where T : unmanaged, IBinaryInteger<T>
    {
        foreach (ref var unit in text)
        {
            if (CardNumbersScanner<T>.IsDigit(unit))
                unit = mask;
        }
    }
}
