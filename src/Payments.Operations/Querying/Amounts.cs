using Payments.Contracts;

namespace Payments.Operations.Querying;

/// <summary>Amounts as views hold them.</summary>
internal static class Amounts
{
    public static Money Read(long amountMinor, string currency) => new(amountMinor, Currency.Parse(currency));

    public static Money? Read(long? amountMinor, string? currency) =>
        amountMinor is { } amount && currency is not null ? Read(amount, currency) : null;
}
