using System.Text.Json;
using Payments.Benchmark.Floor.Loop;
using Payments.Contracts;

namespace Payments.Benchmark.Floor.Wire;

/// <summary>Reading of what the flow's messages are made of. Every method leaves the reader on the value's last token.</summary>
internal static class JsonReading
{
    /// <summary>
    /// Goes to an envelope's message and returns which of the accepted kinds it is. The product and the floor both write
    /// the ids and the type first.
    /// </summary>
    public static MessageKind ReadEnvelope(this ref Utf8JsonReader reader, Delivery delivery, params ReadOnlySpan<MessageKind> accepted)
    {
        MessageKind? kind = null;
        reader.Read();
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("messageId"u8))
            {
                delivery.MessageId = reader.NextGuid();
            }
            else if (reader.ValueTextEquals("conversationId"u8))
            {
                delivery.ConversationId = reader.NextGuid();
            }
            else if (reader.ValueTextEquals("messageType"u8))
            {
                kind = reader.NextKind(accepted);
            }
            else if (reader.ValueTextEquals("message"u8))
            {
                reader.Read();
                return kind ?? throw new NotOfTheFlowException($"{delivery.Queue} brought an envelope without its type in front.");
            }
            else
            {
                reader.SkipValue();
            }
        }

        throw new NotOfTheFlowException($"{delivery.Queue} brought an envelope without a message.");
    }

    /// <summary>The next member of the object that the reader is in: false at its end.</summary>
    public static bool NextMember(this ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    public static void SkipValue(this ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    public static string NextText(this ref Utf8JsonReader reader) =>
        reader.NextOptionalText() ?? throw new NotOfTheFlowException("A text is null.");

    public static string? NextOptionalText(this ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString();
    }

    public static Guid NextGuid(this ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetGuid();
    }

    public static DateTimeOffset NextTime(this ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetDateTimeOffset();
    }

    public static DateTimeOffset? NextOptionalTime(this ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : reader.GetDateTimeOffset();
    }

    public static bool NextBoolean(this ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetBoolean();
    }

    /// <summary>Money, or null.</summary>
    public static Money? NextMoney(this ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
            return null;

        var (amount, currency) = (0L, "");
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("amount"u8))
            {
                reader.Read();
                amount = reader.GetInt64();
            }
            else if (reader.ValueTextEquals("currency"u8))
            {
                currency = NextCurrency(ref reader);
            }
            else
            {
                throw new NotOfTheFlowException("Money has another member.");
            }
        }

        return new Money(amount, currency);
    }

    /// <summary>Enters an array that must have one object; <see cref="LeaveSingle"/> ends it.</summary>
    public static void EnterSingle(this ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new NotOfTheFlowException("An array is empty.");
    }

    public static void LeaveSingle(this ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.EndArray)
            throw new NotOfTheFlowException("There is more than one order or line.");
    }

    public static PaymentId NextPaymentId(this ref Utf8JsonReader reader) => new(reader.NextText());

    private static string NextCurrency(ref Utf8JsonReader reader)
    {
        reader.Read();
        // By far the most frequent, so not made anew each time.
        return reader.ValueTextEquals("USD"u8) ? "USD" : reader.ValueTextEquals("EUR"u8) ? "EUR" : reader.GetString()!;
    }

    private static MessageKind? NextKind(this ref Utf8JsonReader reader, scoped ReadOnlySpan<MessageKind> accepted)
    {
        reader.Read();
        reader.Read();
        MessageKind? found = null;
        foreach (var kind in accepted)
        {
            if (reader.ValueTextEquals(kind.Urn.EncodedUtf8Bytes))
                found = kind;
        }

        if (found is null)
            throw new NotOfTheFlowException($"{reader.GetString()} is not of the approved sale of a single order.");
        while (reader.TokenType != JsonTokenType.EndArray)
            reader.Read();
        return found;
    }
}

/// <summary>A payment's id as text and as the <c>uuid</c> of the tables.</summary>
internal readonly record struct PaymentId(string Text, Guid Guid)
{
    public PaymentId(string text)
        : this(text, Ulid.Parse(text).ToGuid())
    {
    }
}
