using System.Text.Json;
using System.Text.Json.Serialization;

namespace Payments.Contracts;

/// <summary>A <see cref="Currency"/> as its three upper-case letters, as a value and as a property name.</summary>
public sealed class CurrencyJsonConverter : JsonConverter<Currency>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">It is not a string or no such currency; the message names the rule.</exception>
    public override Currency Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? ReadCode(ref reader)
            : throw new JsonException("A currency is a JSON string of three upper-case letters (ISO 4217).");

    /// <inheritdoc/>
    /// <exception cref="JsonException">The value is no currency (the default value).</exception>
    public override void Write(Utf8JsonWriter writer, Currency value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(CodeOf(value));
    }

    /// <inheritdoc/>
    /// <exception cref="JsonException">The name is no currency; the message names the rule.</exception>
    public override Currency ReadAsPropertyName(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options) => ReadCode(ref reader);

    /// <inheritdoc/>
    /// <exception cref="JsonException">The value is no currency (the default value).</exception>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, Currency value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WritePropertyName(CodeOf(value));
    }

    private static Currency ReadCode(ref Utf8JsonReader reader)
    {
        var code = reader.GetString();
        return Currency.TryParse(code, out var currency)
            ? currency
            : throw new JsonException(CurrencyTable.WhyNot(code));
    }

    private static string CodeOf(Currency value) =>
        value.IsDefined ? value.Code : throw new JsonException("A currency that was never set cannot be written.");
}
