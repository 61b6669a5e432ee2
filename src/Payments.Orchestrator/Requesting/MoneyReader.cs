using System.Text.Json;
using Payments.Contracts;

namespace Payments.Orchestrator.Requesting;

/// <summary>One money field. Amount and currency are judged apart, so that each has its own error.</summary>
internal sealed class MoneyReader
{
    private readonly FieldErrors _errors;
    private readonly FieldPath _amountPath;
    private long? _amount;

    private MoneyReader(FieldPath path, FieldErrors errors)
    {
        _errors = errors;
        _amountPath = path.Member("amount");
        CurrencyPath = path.Member("currency");
    }

    public FieldPath CurrencyPath { get; }

    /// <summary>Null when it is missing or malformed.</summary>
    public Currency? Currency { get; private set; }

    /// <summary>Null when it is missing or malformed.</summary>
    public Money? Value => _amount is { } amount && Currency is { } currency ? new Money(amount, currency) : null;

    public static MoneyReader Read(ObjectReader owner, string name, bool isRequired, FieldErrors errors)
    {
        var money = new MoneyReader(owner.Path(name), errors);
        if (owner.Object(name, isRequired) is not { } reader)
            return money;

        money._amount = money.ReadAmount(reader);
        money.Currency = money.ReadCurrency(reader);
        return money;
    }

    public void RequirePositive()
    {
        if (_amount <= 0)
            _errors.Add(_amountPath, Rules.AmountNotPositive, "Must be above zero.");
    }

    /// <summary>A fee: not negative, and no more than the amount, in its currency.</summary>
    public void RequirePartOf(MoneyReader whole)
    {
        if (_amount < 0)
            _errors.Add(_amountPath, Rules.FeeNegative, "Must not be below zero.");
        if (Currency is { } currency && whole.Currency is { } wanted && currency != wanted)
            _errors.Add(CurrencyPath, Rules.FeeCurrency, "Must be the currency of the amount.");
        else if (_amount > whole._amount && whole._amount > 0)
            _errors.Add(_amountPath, Rules.FeeAboveAmount, "Must not be above the amount.");
    }

    private long? ReadAmount(ObjectReader reader)
    {
        if (reader.Member("amount", isRequired: true) is not { } member)
            return null;
        if (member.ValueKind != JsonValueKind.Number)
            return Broken(Rules.Type, "Expected a number: minor units, without quotes.");

        var digits = member.GetRawText();
        if (digits.AsSpan().ContainsAny('.', 'e', 'E'))
            return Broken(Rules.AmountNotInteger, "Must be whole minor units, without fraction or exponent.");
        return member.TryGetInt64(out var amount) && amount is >= -Money.MaxAmount and <= Money.MaxAmount
            ? amount
            : Broken(Rules.AmountTooLarge, $"Must be at most {Money.MaxAmount} minor units.");
    }

    private Currency? ReadCurrency(ObjectReader reader)
    {
        const string Name = "currency";
        if (reader.Member(Name, isRequired: true) is not { } member)
            return null;
        if (member.ValueKind != JsonValueKind.String)
            _errors.Add(CurrencyPath, Rules.Type, "Expected a string.");
        else if (JsonText.Of(member) is not { } code)
            return null;
        else if (Contracts.Currency.TryParse(code, out var currency))
            return currency;
        else
            _errors.Add(CurrencyPath, Rules.CurrencyUnknown, "Must be a code of ISO 4217, three upper-case letters.");
        return null;
    }

    private long? Broken(string rule, string message)
    {
        _errors.Add(_amountPath, rule, message);
        return null;
    }
}
