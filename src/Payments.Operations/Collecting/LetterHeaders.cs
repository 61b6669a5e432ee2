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

    // Nobody puts it into a page as it is.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
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
