using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;

namespace Payments.Contracts.Values;

public sealed partial class CardNumbersTests
{
    private static readonly (string Prefix, int[] Lengths)[] Schemes =
    [
        ("4", [13, 16, 19]),
        ("51", [16]), ("53", [16]), ("55", [16]), ("2221", [16]), ("2500", [16]), ("2720", [16]),
        ("34", [15]), ("37", [15]),
        ("6011", [16, 17, 18, 19]), ("644", [16, 19]), ("649", [16, 19]), ("65", [16, 19]),
        ("3528", [16, 19]), ("3589", [16, 19]),
        ("300", [14, 16, 19]), ("305", [14, 16, 19]), ("36", [14, 16, 19]), ("38", [14, 19]), ("39", [14, 19]),
        ("62", [16, 17, 18, 19]),
        ("5018", [12, 16, 19]), ("5020", [13]), ("5038", [16]), ("5893", [16]), ("6304", [18]),
        ("67", [12, 16, 17, 19]),
    ];

    /// <summary>A number that a scheme may have issued, without separators.</summary>
    private static Gen<string> CardNumber { get; } =
        from scheme in Gen.Elements(Schemes)
        from length in Gen.Elements(scheme.Lengths)
        from digits in Generate.Digits(length - scheme.Prefix.Length - 1)
        select WithCheckDigit(scheme.Prefix + digits);

    /// <summary>A card number with a space or a dash here and there.</summary>
    private static Gen<string> WrittenCardNumber { get; } =
        from number in CardNumber
        from separators in Gen.ArrayOf(
            Gen.Frequency((6, Gen.Constant("")), (1, Gen.Constant(" ")), (1, Gen.Constant("-"))),
            number.Length - 1)
        select string.Concat(number.Zip([.. separators, ""], (digit, separator) => digit + separator));

    /// <summary>Pieces of text that make trouble: digits, separators, letters, ids and card numbers.</summary>
    private static Gen<string> Fragment { get; } = Gen.Frequency(
        (3, WrittenCardNumber),
        (3, CardNumber),
        (3, Generate.Text("0123456789", 20)),
        (4, Generate.Text("0123456789 -", 12)),
        (3, Generate.Text(" -+./x", 3)),
        (2, Generate.Text("abcdefABCDEF0123456789", 32)),
        (1, Generate.Text("é٣ \"{}:,\n", 4)),
        (1, Generate.FreshUlid.Select(ulid => ulid.ToString())),
        (1, Generate.AnyUlid.Select(ulid => ulid.ToGuid().ToString())),
        (1, Generate.AnyUlid.Select(ulid => ulid.ToGuid().ToString("N"))));

    private static Gen<string> Text { get; } =
        from fragments in Gen.ArrayOf(Fragment)
        select string.Concat(fragments);

    [Theory]
    [InlineData("4111111111111111")] // Visa
    [InlineData("4242424242424242")] // Visa
    [InlineData("4222222222222")] // Visa, 13
    [InlineData("4000000000000000006")] // Visa, 19
    [InlineData("5555555555554444")] // Mastercard
    [InlineData("5105105105105100")] // Mastercard
    [InlineData("2223003122003222")] // Mastercard, 2 series
    [InlineData("378282246310005")] // American Express
    [InlineData("371449635398431")] // American Express
    [InlineData("6011111111111117")] // Discover
    [InlineData("6011000990139424")] // Discover
    [InlineData("3566002020360505")] // JCB
    [InlineData("3530111333300000")] // JCB
    [InlineData("30569309025904")] // Diners Club
    [InlineData("38520000023237")] // Diners Club
    [InlineData("36227206271667")] // Diners Club
    [InlineData("6200000000000005")] // UnionPay
    [InlineData("6205500000000000004")] // UnionPay, 19
    [InlineData("6759649826438453")] // Maestro
    [InlineData("6703444444444449")] // Maestro (Bancontact)
    [InlineData("4111 1111 1111 1111")]
    [InlineData("4111-1111-1111-1111")]
    [InlineData("3782 822463 10005")]
    [InlineData("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1")]
    public void Mask_KnownTestNumber_LeavesSeparatorsOnly(string number)
    {
        var expected = MaskDigits(number);

        CardNumbers.Contains(number).ShouldBeTrue();
        CardNumbers.Mask(number).ShouldBe(expected);
        CardNumbers.Mask($"card{number}x").ShouldBe($"card{expected}x");
        CardNumbers.Mask($"{{\"note\":\"{number}\",\"n\":1}}").ShouldBe($"{{\"note\":\"{expected}\",\"n\":1}}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("4111111111111112")] // check digit
    [InlineData("94111111111111111")] // part of a longer run
    [InlineData("41111111111111110")]
    [InlineData("4111  1111 1111 1111")] // two spaces
    [InlineData("4111 -1111 1111 1111")]
    [InlineData("4111.1111.1111.1111")]
    [InlineData("4111\t1111 1111 1111")]
    [InlineData("411111111111116")] // 15 digits, right check digit, not a Visa length
    [InlineData("1234567890123452")] // right check digit, no scheme
    [InlineData("5600000000000003")] // Maestro's wide ranges are left out on purpose
    [InlineData("+4222222222222")] // a telephone number
    [InlineData("01K4111111111111111ABCDEFG")] // a ULID
    [InlineData("id=01K4111111111111111ABCDEFG/1")]
    [InlineData("4111a111-1111-1111-1111-111111111111")] // a uuid
    [InlineData("41111111-1111-1111-1111-111111111111")]
    [InlineData("order-41111111-1111-1111-1111-111111111111-7")]
    [InlineData("00-4111111111111111abcdefabcdefabcd-00f067aa0ba902b7-01")] // a trace id
    [InlineData("٤١١١١١١١١١١١١١١١")] // digits, but not ASCII
    public void Mask_NoCardNumber_ReturnsTheSameInstance(string text)
    {
        CardNumbers.Contains(text).ShouldBeFalse();
        CardNumbers.Mask(text).ShouldBeSameAs(text);
    }

    [Theory]
    [InlineData("exp 12 4111111111111111 12/28", "exp 12 **************** 12/28")]
    [InlineData("2026-11-23 4111-1111-1111-1111 2", "2026-11-23 ****-****-****-**** 2")]
    [InlineData("4111111111111111 5555555555554444", "**************** ****************")]
    [InlineData("4111111111111111,5555555555554444", "****************,****************")]
    [InlineData("+4111111111111111", "+****************")]
    [InlineData("4111111111111111ABCDEFGHJK", "****************ABCDEFGHJK")] // has the form of a ULID of the year 6000
    [InlineData("x01K4111111111111111ABCDEF", "x01K****************ABCDEF")] // 26 characters, no ULID
    public void Mask_CardNumberAmongOthers_LeavesTheRest(string text, string expected) =>
        CardNumbers.Mask(text).ShouldBe(expected);

    [Fact]
    public void Mask_CardNumberInAnyContext_IsGone() =>
        Property.Holds(
            Generate.Text("abcXYZ .,;:/\"{}[]é\n", 40),
            WrittenCardNumber,
            Generate.Text("abcXYZ .,;:/\"{}[]é\n", 40),
            (before, number, after) =>
            {
                var masked = CardNumbers.Mask(before + number + after);

                CardNumbers.Contains(before + number + after).ShouldBeTrue();
                masked.ShouldBe(before + MaskDigits(number) + after);
                CardNumbers.Contains(masked).ShouldBeFalse();
            });

    [Fact]
    public void Contains_WrongCheckDigit_IsNone() =>
        Property.Holds(CardNumber, Gen.Choose(1, 9), Gen.Choose(0, 18), (number, change, at) =>
        {
            // Luhn's check digit notices every change of a single digit.
            var digits = number.ToCharArray();
            at %= digits.Length;
            digits[at] = (char)('0' + ((digits[at] - '0' + change) % 10));

            CardNumbers.Contains(digits).ShouldBeFalse();
        });

    [Fact]
    public void Contains_PartOfALongerRun_IsNone() =>
        Property.Holds(CardNumber, Generate.Digits(20), (number, more) =>
        {
            CardNumbers.Contains(number + more).ShouldBeFalse();
            CardNumbers.Contains(more + number).ShouldBeFalse();
        });

    [Fact]
    public void Mask_Ids_AreLeftAlone() =>
        Property.Holds(Generate.FreshUlid, Generate.AnyUlid, (ulid, bits) =>
        {
            var text = $"{ulid}/{bits.ToGuid()} {bits.ToGuid():N} {ulid.ToString().ToLowerInvariant()}";

            CardNumbers.Mask(text).ShouldBeSameAs(text);
        });

    [Fact]
    public void Mask_AnyText_AgreesWithTheNaiveSearch() => Property.Holds(
        Text,
        text =>
        {
            var (expected, count) = MaskNaively(text);
            var bytes = Encoding.UTF8.GetBytes(text);

            CardNumbers.Mask(text).ShouldBe(expected);
            CardNumbers.Contains(text).ShouldBe(count > 0);
            CardNumbers.Contains(bytes).ShouldBe(count > 0);
            CardNumbers.Mask(bytes).ShouldBe(count);
            Encoding.UTF8.GetString(bytes).ShouldBe(expected);
        },
        times: 2000);

    [Fact]
    public void Mask_BytesThatAreNoText_MasksAndKeepsTheRest() =>
        Property.Holds(
            Gen.ArrayOf(Gen.Choose(128, 255)),
            WrittenCardNumber,
            Gen.ArrayOf(Gen.Choose(128, 255)),
            (before, number, after) =>
            {
                byte[] Surround(string text) =>
                [
                    .. before.Select(value => (byte)value),
                    .. Encoding.ASCII.GetBytes(text),
                    .. after.Select(value => (byte)value),
                ];
                var bytes = Surround(number);

                CardNumbers.Mask(bytes).ShouldBeGreaterThan(0);

                bytes.ShouldBe(Surround(MaskDigits(number)));
            });

    [Fact]
    public void Mask_Null_IsRefused() => Should.Throw<ArgumentNullException>(() => CardNumbers.Mask((string)null!));

    private static string MaskDigits(string text) =>
        string.Concat(text.Select(letter => char.IsAsciiDigit(letter) ? '*' : letter));

    private static string WithCheckDigit(string digits) =>
        Enumerable.Range(0, 10).Select(check => $"{digits}{check}").Single(IsLuhnValid);

    private static bool IsLuhnValid(string number) =>
        number.Reverse()
            .Select((digit, place) => (digit - '0') * (place % 2 == 0 ? 1 : 2))
            .Sum(value => (value / 10) + (value % 10)) % 10 == 0;

    /// <summary>The definition, tried at every place of the text: slow, and written apart from the scanner.</summary>
    private static (string Masked, int Count) MaskNaively(string text)
    {
        var ids = Ids().Matches(text);
        var masked = text.ToCharArray();
        var count = 0;
        for (var start = 0; start < text.Length; start++)
        {
            var longest = Enumerable.Range(1, Math.Min(37, text.Length - start))
                .LastOrDefault(length => IsCardNumber(text, start, length, ids));
            if (longest == 0)
                continue;
            count++;
            for (var i = start; i < start + longest; i++)
                masked[i] = char.IsAsciiDigit(text[i]) ? '*' : text[i];
        }

        return (new string(masked), count);
    }

    private static bool IsCardNumber(string text, int start, int length, MatchCollection ids)
    {
        var written = text.Substring(start, length);
        var end = start + length;
        if (!DigitsWithSeparators().IsMatch(written) ||
            (start > 0 && char.IsAsciiDigit(text[start - 1])) ||
            (end < text.Length && char.IsAsciiDigit(text[end])) ||
            ids.Any(id => id.Index < end && start < id.Index + id.Length))
        {
            return false;
        }

        var number = written.Replace(" ", "").Replace("-", "");
        return IssuerAndLength().IsMatch(number) && IsLuhnValid(number) &&
            !(number.Length == 13 && start > 0 && text[start - 1] == '+');
    }

    [GeneratedRegex("^[0-9](?:[ -]?[0-9])*\\z")]
    private static partial Regex DigitsWithSeparators();

    [GeneratedRegex(
        """
        ^(?: 4[0-9]{12}(?:[0-9]{3})?(?:[0-9]{3})?
           | 5[1-5][0-9]{14}
           | (?: 222[1-9] | 22[3-9][0-9] | 2[3-6][0-9]{2} | 27[01][0-9] | 2720 )[0-9]{12}
           | 3[47][0-9]{13}
           | (?: 6011 | 64[4-9][0-9] | 65[0-9]{2} | 62[0-9]{2} )[0-9]{12,15}
           | 35(?: 2[89] | [3-8][0-9] )[0-9]{12,15}
           | (?: 30[0-5] | 36[0-9] | 3[89][0-9] )[0-9]{11,16}
           | (?: 5018 | 5020 | 5038 | 5893 | 6304 | 67[0-9]{2} )[0-9]{8,15} )\z
        """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex IssuerAndLength();

    [GeneratedRegex(
        """
        (?<![0-9A-Za-z])
        (?: 0[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}
          | [0-9A-Fa-f]{32}
          | [0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12} )
        (?![0-9A-Za-z])
        """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Ids();
}
