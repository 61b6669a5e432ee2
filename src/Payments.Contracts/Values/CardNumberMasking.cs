using System.Collections.Frozen;
using System.Text.Json;

namespace Payments.Contracts;

/// <summary>
/// Masks card numbers in a message that is to be kept: JSON field by field, anything else as text. Length and every other
/// byte stay.
/// </summary>
/// <remarks>
/// In JSON the members named in <see cref="Excluded"/> are left alone, at any depth: they are made of digits by right, and
/// a message whose payment or order were masked could not be understood. Numbers hidden in another encoding (UTF-16,
/// compressed, base 64) are not found.
/// </remarks>
public static class CardNumberMasking
{
    private const int EscapeLength = 6;

    /// <summary>Ids and keys of messages, whatever the case of their letters, and amounts in minor units.</summary>
    private static readonly FrozenSet<string> Excluded = FrozenSet.ToFrozenSet(
        [
            "paymentId", "orderId", "sellerId", "merchantId", "buyerId", "idempotencyKey", "operationId", "journalId",
            "webhookId", "messageId", "requestId", "correlationId", "conversationId", "initiatorId", "amount",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Masks in place.</summary>
    /// <returns>How many values, or numbers in a text, were masked.</returns>
    public static int Mask(Span<byte> message)
    {
        if (!CouldHold(message))
            return 0;
        try
        {
            var found = Find(message);
            foreach (var (start, end) in found)
                MaskValue(message[start..end]);
            return found.Count;
        }
        catch (JsonException)
        {
            // No JSON, or broken: no fields that could be told apart.
            return CardNumbers.Mask(message);
        }
    }

    /// <summary>A look that costs little: a digit may be written as an escape, too.</summary>
    private static bool CouldHold(ReadOnlySpan<byte> message) =>
        CardNumbers.Contains(message) || message.IndexOf("\\u"u8) >= 0;

    private static List<(int Start, int End)> Find(ReadOnlySpan<byte> json)
    {
        var found = new List<(int, int)>();
        var reader = new Utf8JsonReader(json);
        var excluded = false;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    excluded = TextOf(ref reader) is { } name && Excluded.Contains(name);
                    if (Holds(ref reader))
                        found.Add(((int)reader.TokenStartIndex, (int)reader.TokenStartIndex + reader.ValueSpan.Length + 2));
                    break;
                case JsonTokenType.String or JsonTokenType.Number:
                    if (!excluded && Holds(ref reader))
                        found.Add(((int)reader.TokenStartIndex, (int)reader.BytesConsumed));
                    excluded = false;
                    break;
                default:
                    excluded = false;
                    break;
            }
        }

        return found;
    }

    private static bool Holds(ref Utf8JsonReader reader) =>
        CardNumbers.Contains(reader.ValueSpan)
        || (reader.TokenType != JsonTokenType.Number && reader.ValueIsEscaped && CardNumbers.Contains(TextOf(ref reader)));

    /// <summary>Null for text that is not valid Unicode.</summary>
    private static string? TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>All digits of the value: one that hides a card number behind escapes is not taken apart.</summary>
    private static void MaskValue(Span<byte> value)
    {
        if (CardNumbers.Mask(value) > 0)
            return;
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == (byte)'\\' && i + 1 < value.Length)
            {
                var escape = value[i..Math.Min(i + EscapeLength, value.Length)];
                // The escape of a digit, \u0030 to \u0039, becomes that of the mask.
                if (escape.Length == EscapeLength && escape[..5].SequenceEqual("\\u003"u8) && char.IsAsciiDigit((char)escape[5]))
                    "\\u002a"u8.CopyTo(escape);
                i += escape[1] == (byte)'u' ? EscapeLength - 1 : 1;
            }
            else if (char.IsAsciiDigit((char)value[i]))
            {
                value[i] = (byte)CardNumbers.MaskCharacter;
            }
        }
    }
}
