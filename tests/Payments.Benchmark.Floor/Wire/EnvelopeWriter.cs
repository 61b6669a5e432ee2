using System.Buffers;
using System.Text.Json;
using Payments.Benchmark.Floor.Loop;
using Payments.Contracts;

namespace Payments.Benchmark.Floor.Wire;

/// <summary>Writes MassTransit's JSON envelope, member by member as the product does, into one buffer that is used again.</summary>
internal sealed class EnvelopeWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _json;
    private Guid _id;
    private MessageKind? _kind;

    public EnvelopeWriter() => _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });

    /// <summary>Begins the answer to a delivery; what is written next are the members of its message.</summary>
    public Utf8JsonWriter Begin(MessageKind kind, Guid id, Delivery cause)
    {
        (_kind, _id) = (kind, id);
        _buffer.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("messageId"u8, id);
        _json.WriteString("conversationId"u8, cause.ConversationId);
        _json.WriteString("initiatorId"u8, cause.MessageId);
        _json.WriteString("destinationAddress"u8, kind.Destination);
        _json.WriteStartArray("messageType"u8);
        _json.WriteStringValue(kind.Urn);
        _json.WriteEndArray();
        _json.WriteStartObject("message"u8);
        return _json;
    }

    public Utf8JsonWriter Begin(MessageKind kind, Delivery cause) => Begin(kind, Ulid.NewUlid().ToGuid(), cause);

    public Outgoing End()
    {
        _json.WriteEndObject();
        _json.WriteString("sentTime"u8, TimeProvider.System.GetUtcNow());
        _json.WriteEndObject();
        _json.Flush();
        return new Outgoing(_id, _kind!, _buffer.WrittenSpan.ToArray());
    }
}

internal static class JsonWriting
{
    public static void WriteMoney(this Utf8JsonWriter json, ReadOnlySpan<byte> name, Money money)
    {
        json.WriteStartObject(name);
        json.WriteNumber("amount"u8, money.Amount);
        json.WriteString("currency"u8, money.Currency);
        json.WriteEndObject();
    }

    /// <summary>Contracts leave out what is null.</summary>
    public static void WriteOptional(this Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
            json.WriteString(name, text);
    }
}
