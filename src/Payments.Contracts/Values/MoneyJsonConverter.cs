using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Payments.Contracts;

/// <summary>
/// <see cref="Money"/> as <c>{"amount":1999,"currency":"USD"}</c>. Reading is strict: both properties, each once, in
/// any order and nothing else; names in lower case; the amount a JSON number written as a plain integer.
/// </summary>
public sealed class MoneyJsonConverter : JsonConverter<Money>
{
    private const string AmountName = "amount";
    private const string CurrencyName = "currency";
    private const string AmountRule =
        "amount: must be a whole number of minor units, as a JSON number without fraction, exponent or quotes.";

    private static readonly string LimitRule =
        $"amount: must lie between -{Money.MaxAmount} and {Money.MaxAmount} minor units.";

    private static readonly JsonEncodedText AmountProperty = JsonEncodedText.Encode(AmountName);
    private static readonly JsonEncodedText CurrencyProperty = JsonEncodedText.Encode(CurrencyName);

    /// <inheritdoc/>
    /// <exception cref="JsonException">It is not money; the message names the property and the rule.</exception>
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("Money is a JSON object with the properties amount and currency.");

        long? amount = null;
        Currency? currency = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(AmountName))
                amount = ReadAmount(ref reader, amount);
            else if (reader.ValueTextEquals(CurrencyName))
                currency = ReadCurrency(ref reader, currency);
            else
                throw new JsonException("Money has the properties amount and currency, and no other.");
        }

        return new Money(
            amount ?? throw new JsonException("amount: is missing."),
            currency ?? throw new JsonException("currency: is missing."));
    }

    /// <inheritdoc/>
    /// <exception cref="JsonException">The value has no currency (the default value).</exception>
    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (!value.IsDefined)
            throw new JsonException("Money that was never set cannot be written: it has no currency.");
        writer.WriteStartObject();
        writer.WriteNumber(AmountProperty, value.Amount);
        writer.WriteString(CurrencyProperty, value.Currency.Code);
        writer.WriteEndObject();
    }

    private static long ReadAmount(ref Utf8JsonReader reader, long? before)
    {
        if (before is not null)
            throw new JsonException("amount: must be given once.");
        if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !IsPlainInteger(ref reader))
            throw new JsonException(AmountRule);
        return reader.TryGetInt64(out var amount) && amount is >= -Money.MaxAmount and <= Money.MaxAmount
            ? amount
            : throw new JsonException(LimitRule);
    }

    private static Currency ReadCurrency(ref Utf8JsonReader reader, Currency? before)
    {
        if (before is not null)
            throw new JsonException("currency: must be given once.");
        var code = reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return Currency.TryParse(code, out var currency)
            ? currency
            : throw new JsonException($"currency: {CurrencyTable.WhyNot(code)}");
    }

    private static bool IsPlainInteger(ref Utf8JsonReader reader)
    {
        var digits = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
        return !digits.ContainsAny((byte)'.', (byte)'e', (byte)'E');
    }
}
