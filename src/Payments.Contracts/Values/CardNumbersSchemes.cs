namespace Payments.Contracts;

/// <summary>The first four digits and the lengths of the card schemes' numbers.</summary>
/// <remarks>
/// ISO/IEC 7812 issuer identification numbers as the schemes publish them. Maestro owns more (50, 56 to 58, most of 6),
/// but with 12 to 19 digits that would make up to one order number in seventy a card number; the table has the ranges
/// that Maestro cards are known to carry, which makes it one in a thousand.
/// </remarks>
internal static class CardNumbersSchemes
{
    internal const int MinLength = 12;
    internal const int MaxLength = 19;

    internal static bool IsIssued(int prefix, int length) => prefix switch
    {
        >= 4000 and <= 4999 => length is 13 or 16 or 19, // Visa
        >= 5100 and <= 5599 => length is 16, // Mastercard
        >= 2221 and <= 2720 => length is 16, // Mastercard
        >= 3400 and <= 3499 => length is 15, // American Express
        >= 3700 and <= 3799 => length is 15, // American Express
        6011 => length is >= 16 and <= 19, // Discover
        >= 6440 and <= 6599 => length is >= 16 and <= 19, // Discover
        >= 3528 and <= 3589 => length is >= 16 and <= 19, // JCB
        >= 3000 and <= 3059 => length is >= 14 and <= 19, // Diners Club
        >= 3600 and <= 3699 => length is >= 14 and <= 19, // Diners Club
        >= 3800 and <= 3999 => length is >= 14 and <= 19, // Diners Club
        >= 6200 and <= 6299 => length is >= 16 and <= 19, // UnionPay
        5018 or 5020 or 5038 or 5893 or 6304 => length is >= 12 and <= 19, // Maestro
        >= 6700 and <= 6799 => length is >= 12 and <= 19, // Maestro
        _ => false,
    };
}
