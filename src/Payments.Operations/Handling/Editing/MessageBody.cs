using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Payments.Operations.Handling.Editing;

/// <summary>A body in JSON, and where its message stands in it: in an envelope, or all of it.</summary>
internal sealed record MessageBody
{
    private static readonly JsonDocumentOptions Once = new() { AllowDuplicateProperties = false };

    // Nobody puts it into a page.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly byte[] _bytes;
    private readonly Range _place;

    private MessageBody(byte[] bytes, Range place, JsonObject message, bool isEnvelope)
    {
        _bytes = bytes;
        _place = place;
        Message = message;
        IsEnvelope = isEnvelope;
    }

    public JsonObject Message { get; }

    public bool IsEnvelope { get; }

    /// <summary>Null for what is no JSON of valid Unicode with each name once, or has no message that is an object.</summary>
    public static MessageBody? Read(byte[] bytes)
    {
        try
        {
            if (!IsText(bytes) || JsonNode.Parse(bytes, documentOptions: Once) is not JsonObject root)
                return null;
            if (root["messageType"] is not JsonArray || !root.ContainsKey("message"))
                return new MessageBody(bytes, .., root, false);
            return root["message"] is JsonObject message
                ? new MessageBody(bytes, PlaceOfMessage(bytes), message, true)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The same body with another message; every other byte stays.</summary>
    public byte[] With(JsonNode message) =>
        [.. _bytes[.._place.Start], .. Encoding.UTF8.GetBytes(message.ToJsonString(Plain)), .. _bytes[_place.End..]];

    /// <summary>The parser lets broken UTF-8 and half surrogate pairs pass, which only reading the text finds.</summary>
    private static bool IsText(byte[] bytes)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes);
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String)
                    reader.GetString();
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static Range PlaceOfMessage(byte[] bytes)
    {
        var reader = new Utf8JsonReader(bytes);
        while (reader.Read())
        {
            if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("message"))
                continue;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            return start..(int)reader.BytesConsumed;
        }

        throw new InvalidOperationException("An envelope that has a message has a place for it.");
    }
}
