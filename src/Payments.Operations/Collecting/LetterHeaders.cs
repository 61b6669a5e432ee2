using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Payments.Contracts;
using RabbitMQ.Client;

namespace Payments.Operations.Collecting;

/// <summary>
/// Properties and headers as JSON from which each can be made again exactly: a value is <c>{"type", "value"}</c>, with the
/// AMQP type. Text that is not UTF-8 is <c>bytes</c> in base 64. Card numbers are masked, ids excepted.
/// </summary>
internal static class LetterHeaders
{
    /// <summary>The broker counts it up with each delivery: no part of what makes a letter the same.</summary>
    public const string DeliveryCount = "x-delivery-count";

    /// <summary>Of tables in tables; a writer of JSON has a limit of its own.</summary>
    private const int MaxDepth = 500;

    // Nobody puts it into a page as it is.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 4 * MaxDepth };
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <param name="source">The letter.</param>
    /// <param name="forIdentity">Without what changes when it is delivered again, and unmasked.</param>
    /// <param name="cardNumbers">How many were masked.</param>
    public static byte[] Write(LetterSource source, bool forIdentity, out int cardNumbers)
    {
        var writing = new Writing(forIdentity);
        var json = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(json, Plain))
        {
            writer.WriteStartObject();
            writer.WriteString("exchange", source.Exchange);
            writer.WriteString("routingKey", source.RoutingKey);
            WriteProperties(writer, source.Properties);
            writer.WriteStartObject("headers");
            foreach (var (name, value) in writing.InOrder(source.Properties.Headers ?? new Dictionary<string, object?>()))
            {
                if (forIdentity && name == DeliveryCount)
                    continue;
                writer.WritePropertyName(name);
                writing.Value(writer, value);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        cardNumbers = writing.CardNumbers;
        return json.WrittenSpan.ToArray();
    }

    /// <summary>What was written, made again.</summary>
    /// <returns>Null for tables in tables that were too deep to be kept.</returns>
    public static WrittenHeaders? Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, Deep);
        var root = document.RootElement;
        var properties = ReadProperties(root.GetProperty("properties"));
        var table = Reading.Table(root.GetProperty("headers"));
        if (table is null)
            return null;
        if (table.Count > 0)
            properties.Headers = table;
        return new WrittenHeaders(
            root.GetProperty("exchange").GetString()!, root.GetProperty("routingKey").GetString()!, properties);
    }

    /// <summary>The text of a header, as far as it is one; null without it.</summary>
    public static string? Text(IReadOnlyBasicProperties properties, string name) =>
        properties.Headers is { } headers && headers.TryGetValue(name, out var value) ? TextOf(value) : null;

    public static string? TextOf(object? value) => value switch
    {
        null => null,
        byte[] text => Encoding.UTF8.GetString(text),
        BinaryTableValue or IDictionary or IList => null,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static void WriteProperties(Utf8JsonWriter writer, IReadOnlyBasicProperties properties)
    {
        writer.WriteStartObject("properties");
        Write("contentType", properties.IsContentTypePresent(), properties.ContentType);
        Write("contentEncoding", properties.IsContentEncodingPresent(), properties.ContentEncoding);
        Write("correlationId", properties.IsCorrelationIdPresent(), properties.CorrelationId);
        Write("replyTo", properties.IsReplyToPresent(), properties.ReplyTo);
        Write("expiration", properties.IsExpirationPresent(), properties.Expiration);
        Write("messageId", properties.IsMessageIdPresent(), properties.MessageId);
        Write("type", properties.IsTypePresent(), properties.Type);
        Write("userId", properties.IsUserIdPresent(), properties.UserId);
        Write("appId", properties.IsAppIdPresent(), properties.AppId);
        Write("clusterId", properties.IsClusterIdPresent(), properties.ClusterId);
        if (properties.IsDeliveryModePresent())
            writer.WriteNumber("deliveryMode", (int)properties.DeliveryMode);
        if (properties.IsPriorityPresent())
            writer.WriteNumber("priority", properties.Priority);
        if (properties.IsTimestampPresent())
            writer.WriteNumber("timestamp", properties.Timestamp.UnixTime);
        writer.WriteEndObject();

        void Write(string name, bool present, string? value)
        {
            if (present)
                writer.WriteString(name, value);
        }
    }

    private static BasicProperties ReadProperties(JsonElement written)
    {
        var properties = new BasicProperties();
        foreach (var property in written.EnumerateObject())
        {
            switch (property.Name)
            {
                case "contentType": properties.ContentType = property.Value.GetString(); break;
                case "contentEncoding": properties.ContentEncoding = property.Value.GetString(); break;
                case "correlationId": properties.CorrelationId = property.Value.GetString(); break;
                case "replyTo": properties.ReplyTo = property.Value.GetString(); break;
                case "expiration": properties.Expiration = property.Value.GetString(); break;
                case "messageId": properties.MessageId = property.Value.GetString(); break;
                case "type": properties.Type = property.Value.GetString(); break;
                case "userId": properties.UserId = property.Value.GetString(); break;
                case "appId": properties.AppId = property.Value.GetString(); break;
                case "clusterId": properties.ClusterId = property.Value.GetString(); break;
                case "deliveryMode": properties.DeliveryMode = (DeliveryModes)property.Value.GetByte(); break;
                case "priority": properties.Priority = property.Value.GetByte(); break;
                case "timestamp": properties.Timestamp = new AmqpTimestamp(property.Value.GetInt64()); break;
                default: throw new InvalidOperationException($"'{property.Name}' is no property that is written.");
            }
        }

        return properties;
    }

    private static class Reading
    {
        public static Dictionary<string, object?>? Table(JsonElement written)
        {
            var table = new Dictionary<string, object?>();
            foreach (var entry in written.EnumerateObject())
            {
                if (!Value(entry.Value, out var value))
                    return null;
                table[entry.Name] = value;
            }

            return table;
        }

        /// <summary>False for what was too deep to be kept.</summary>
        private static bool Value(JsonElement written, out object? value)
        {
            var type = written.GetProperty("type").GetString()!;
            value = type switch
            {
                "null" or "too_deep" => null,
                "text" => Encoding.UTF8.GetBytes(written.GetProperty("value").GetString()!),
                "bytes" => written.GetProperty("value").GetBytesFromBase64(),
                "binary" => new BinaryTableValue(written.GetProperty("value").GetBytesFromBase64()),
                "table" => Table(written.GetProperty("value")),
                "list" => List(written.GetProperty("value")),
                "timestamp" => new AmqpTimestamp(written.GetProperty("value").GetInt64()),
                "boolean" => written.GetProperty("value").GetBoolean(),
                _ => Number(type, written.GetProperty("value").GetString()!),
            };
            return value is not null || type == "null";
        }

        private static List<object?>? List(JsonElement written)
        {
            var list = new List<object?>();
            foreach (var item in written.EnumerateArray())
            {
                if (!Value(item, out var value))
                    return null;
                list.Add(value);
            }

            return list;
        }

        private static object Number(string type, string text) => type switch
        {
            "byte" => byte.Parse(text, CultureInfo.InvariantCulture),
            "sbyte" => sbyte.Parse(text, CultureInfo.InvariantCulture),
            "int16" => short.Parse(text, CultureInfo.InvariantCulture),
            "uint16" => ushort.Parse(text, CultureInfo.InvariantCulture),
            "int32" => int.Parse(text, CultureInfo.InvariantCulture),
            "uint32" => uint.Parse(text, CultureInfo.InvariantCulture),
            "int64" => long.Parse(text, CultureInfo.InvariantCulture),
            "single" => float.Parse(text, CultureInfo.InvariantCulture),
            "double" => double.Parse(text, CultureInfo.InvariantCulture),
            "decimal" => decimal.Parse(text, CultureInfo.InvariantCulture),
            _ => throw new InvalidOperationException($"'{type}' is no type that is written."),
        };
    }

    private sealed class Writing(bool exact)
    {
        public int CardNumbers { get; private set; }

        /// <summary>The broker sorts headers when it delivers again: for the identity they are sorted from the start.</summary>
        public IEnumerable<KeyValuePair<string, object?>> InOrder(IDictionary<string, object?> table) =>
            exact ? table.OrderBy(t => t.Key, StringComparer.Ordinal) : table;

        public void Value(Utf8JsonWriter writer, object? value)
        {
            writer.WriteStartObject();
            switch (value)
            {
                case IDictionary<string, object?> or IList when writer.CurrentDepth > MaxDepth && value is not byte[]:
                    writer.WriteString("type", "too_deep");
                    break;
                case null:
                    writer.WriteString("type", "null");
                    break;
                case byte[] text:
                    Text(writer, text);
                    break;
                case BinaryTableValue binary:
                    writer.WriteString("type", "binary");
                    writer.WriteBase64String("value", binary.Bytes);
                    break;
                case IDictionary<string, object?> table:
                    writer.WriteString("type", "table");
                    writer.WriteStartObject("value");
                    foreach (var (name, item) in InOrder(table))
                    {
                        writer.WritePropertyName(name);
                        Value(writer, item);
                    }

                    writer.WriteEndObject();
                    break;
                case IList list:
                    writer.WriteString("type", "list");
                    writer.WriteStartArray("value");
                    foreach (var item in list)
                        Value(writer, item);
                    writer.WriteEndArray();
                    break;
                case AmqpTimestamp time:
                    writer.WriteString("type", "timestamp");
                    writer.WriteNumber("value", time.UnixTime);
                    break;
                case bool flag:
                    writer.WriteString("type", "boolean");
                    writer.WriteBoolean("value", flag);
                    break;
                default:
                    // A number: as text, because not every one of its kinds survives a reader of JSON.
                    writer.WriteString("type", value.GetType().Name.ToLowerInvariant());
                    writer.WriteString("value", Convert.ToString(value, CultureInfo.InvariantCulture));
                    break;
            }

            writer.WriteEndObject();
        }

        private void Text(Utf8JsonWriter writer, byte[] text)
        {
            var shown = text;
            if (!exact && Contracts.CardNumbers.Contains(text))
            {
                shown = [.. text];
                CardNumbers += Contracts.CardNumbers.Mask(shown.AsSpan());
            }

            try
            {
                var read = Strict.GetString(shown);
                writer.WriteString("type", "text");
                writer.WriteString("value", read);
            }
            catch (DecoderFallbackException)
            {
                writer.WriteString("type", "bytes");
                writer.WriteBase64String("value", shown);
            }
        }
    }
}

/// <summary>A letter's headers as they were delivered.</summary>
/// <param name="Exchange">Where it was published last.</param>
/// <param name="RoutingKey">Of that publish.</param>
/// <param name="Properties">With the headers.</param>
internal sealed record WrittenHeaders(string Exchange, string RoutingKey, BasicProperties Properties);
