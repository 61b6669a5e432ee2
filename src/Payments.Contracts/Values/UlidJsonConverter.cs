using System.Text.Json;
using System.Text.Json.Serialization;

namespace Payments.Contracts;

/// <summary>A <see cref="Ulid"/> as its 26 characters, as a value and as a property name.</summary>
public sealed class UlidJsonConverter : JsonConverter<Ulid>
{
    // Every character may come as a six-character escape.
    private const int MaxRawLength = Ulid.TextLength * 6;

    /// <inheritdoc/>
    /// <exception cref="JsonException">It is not a string or not a ULID; the message names the rule.</exception>
    public override Ulid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? ReadText(ref reader)
            : throw new JsonException("A ULID is a JSON string of 26 characters.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Ulid value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Span<byte> text = stackalloc byte[Ulid.TextLength];
        value.TryFormat(text, out _, default, null);
        writer.WriteStringValue(text);
    }

    /// <inheritdoc/>
    /// <exception cref="JsonException">The name is not a ULID; the message names the rule.</exception>
    public override Ulid ReadAsPropertyName(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options) => ReadText(ref reader);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, Ulid value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Span<byte> text = stackalloc byte[Ulid.TextLength];
        value.TryFormat(text, out _, default, null);
        writer.WritePropertyName(text);
    }

    private static Ulid ReadText(ref Utf8JsonReader reader)
    {
        Span<char> text = stackalloc char[MaxRawLength];
        var length = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
        var read = length <= MaxRawLength ? text[..reader.CopyString(text)] : [];
        return Ulid.Read(read, out var result) is { } rule ? throw new JsonException(rule) : result;
    }
}
