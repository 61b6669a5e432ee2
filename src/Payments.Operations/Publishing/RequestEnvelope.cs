using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Operations.Publishing;

/// <summary>
/// Wraps a posted body as it came, not as a typed message: what a type cannot hold is the front door's to reject, by
/// field.
/// </summary>
internal static class RequestEnvelope
{
    public static OutgoingMessage Seal(PostedPayment posted, Ulid paymentId, TimeProvider time)
    {
        var id = Ulid.NewUlid().ToGuid();
        var exchange = Routes.Event(typeof(PaymentRequested));
        var trace = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("messageId", id);
            writer.WriteString("conversationId", id);
            writer.WriteString("destinationAddress", $"exchange:{exchange}");
            writer.WriteStartArray("messageType");
            writer.WriteStringValue(MessageUrn.ForTypeString<PaymentRequested>());
            writer.WriteEndArray();
            writer.WritePropertyName("message");
            posted.WriteRequest(writer, paymentId);
            writer.WriteString("sentTime", time.GetUtcNow());
            writer.WriteEndObject();
        }

        return new OutgoingMessage(id, exchange, nameof(PaymentRequested), trace, buffer.WrittenSpan.ToArray());
    }
}
