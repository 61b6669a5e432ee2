namespace Payments.Contracts;

/// <summary>Two amounts of different currencies were added, subtracted or compared: a mistake in the caller.</summary>
public sealed class CurrencyMismatchException : InvalidOperationException
{
    /// <summary>States which two currencies met.</summary>
    public CurrencyMismatchException(Currency left, Currency right)
        : base($"{left} and {right} cannot be reckoned together: amounts must have the same currency.")
    {
        Left = left;
        Right = right;
    }

    /// <summary>Currency of the left amount.</summary>
    public Currency Left { get; }

    /// <summary>Currency of the right amount.</summary>
    public Currency Right { get; }
}
