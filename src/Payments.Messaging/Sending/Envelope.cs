using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;
using Payments.Contracts;

namespace Payments.Messaging;

/// <summary>Writes MassTransit's JSON envelope, the part of it that every MassTransit client needs.</summary>
internal static class Envelope
{
    public const string ContentType = "application/vnd.masstransit+json";

    /// <summary>MassTransit's header for the W3C trace context.</summary>
    public const string TraceHeader = "MT-Activity-Id";

    public static OutgoingMessage Seal(PendingMessage pending, Origin origin, TimeProvider time)
    {
        var id = pending.Id.ToGuid();
        var trace = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null;
        var envelope = new
        {
            MessageId = id,
            ConversationId = origin.Kind == OriginKind.Local ? id : origin.ConversationId,
            InitiatorId = origin.Kind == OriginKind.Local ? (Guid?)null : origin.MessageId,
            DestinationAddress = $"exchange:{pending.Exchange}",
            MessageType = new[] { MessageUrn.ForTypeString(pending.Type) },
            Message = pending.Message,
            SentTime = time.GetUtcNow(),
            Headers = trace is null ? null : new Dictionary<string, string> { [TraceHeader] = trace },
        };
        var body = JsonSerializer.SerializeToUtf8Bytes(envelope, ContractJson.Options);
        return new OutgoingMessage(id, pending.Exchange, pending.Type.Name, trace, body);
    }
}
