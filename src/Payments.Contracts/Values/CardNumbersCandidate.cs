using System.Runtime.InteropServices;

namespace Payments.Contracts;

/// <summary>Digits that may turn out to be a card number: length, scheme and check digit, kept up.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct CardNumbersCandidate
{
    private const int PrefixLength = 4;

    // Luhn's sum with the digits at even, and at odd positions from the left doubled; the length decides which is it.
    private int _evenDoubled;
    private int _oddDoubled;
    private int _prefix;

    /// <summary>How many digits there are.</summary>
    internal int Length { get; private set; }

    /// <summary>Whether no scheme has longer numbers.</summary>
    internal readonly bool IsFull => Length == CardNumbersSchemes.MaxLength;

    internal readonly bool IsCardNumber =>
        Length >= CardNumbersSchemes.MinLength && IsLuhnValid && CardNumbersSchemes.IsIssued(_prefix, Length);

    private readonly bool IsLuhnValid => (Length % 2 == 0 ? _evenDoubled : _oddDoubled) % 10 == 0;

    internal void Add(int digit)
    {
        var doubled = digit < 5 ? digit * 2 : (digit * 2) - 9;
        var isEven = Length % 2 == 0;
        _evenDoubled += isEven ? doubled : digit;
        _oddDoubled += isEven ? digit : doubled;
        if (Length < PrefixLength)
            _prefix = (_prefix * 10) + digit;
        Length++;
    }
}
