using System.Diagnostics.CodeAnalysis;
using System.Net.Mime;
using MassTransit;
using MassTransit.Metadata;
using MassTransit.Serialization;
using Payments.Contracts;

namespace Payments.Orchestrator.Requesting;

/// <summary>
/// Gives the consumer any JSON as a <see cref="RawDelivery"/>, whatever its headers claim. MassTransit's deserializers
/// would bind it to a type, and send <c>"amount": "abc"</c> to the dead letters instead of letting us reject it by
/// field. What is not JSON fails here, before the endpoint's retries begin.
/// </summary>
internal sealed class RawDeliverySerialization : ISerializerFactory, IMessageDeserializer
{
    public ContentType ContentType { get; } = new("application/octet-stream");

    public IMessageDeserializer CreateDeserializer() => this;

    public IMessageSerializer CreateSerializer() =>
        throw new NotSupportedException("The front door receives only.");

    public ConsumeContext Deserialize(ReceiveContext receiveContext)
    {
        var body = RequestBody.Parse(receiveContext.Body.GetBytes());
        var delivery = new RawDelivery(body, receiveContext.ContentType?.MediaType);
        return new BodyConsumeContext(
            receiveContext, new RawDeliveryContext(delivery, new DeliveryIdentity(receiveContext.InputAddress)));
    }

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
        new RawDeliveryContext(
            new RawDelivery(RequestBody.Parse(body.GetBytes()), null), new DeliveryIdentity(destinationAddress));

    public MessageBody GetMessageBody(string text) => new StringMessageBody(text);

    public void Probe(ProbeContext context) => context.CreateScope("raw-delivery");

    /// <summary>
    /// A fresh id per delivery, because foreign ids are no ULIDs and outside the inbox's partitions. Foreign reply and
    /// fault addresses are not followed.
    /// </summary>
    private sealed class DeliveryIdentity(Uri? destinationAddress) : MessageContext
    {
        public Guid? MessageId { get; } = Ulid.NewUlid().ToGuid();

        public Guid? RequestId => null;

        public Guid? CorrelationId => null;

        public Guid? ConversationId => MessageId;

        public Guid? InitiatorId => null;

        public DateTime? ExpirationTime => null;

        public Uri? SourceAddress => null;

        public Uri? DestinationAddress => destinationAddress;

        public Uri? ResponseAddress => null;

        public Uri? FaultAddress => null;

        public DateTime? SentTime => null;

        public Headers Headers { get; } = EmptyHeaders.Instance;

        public HostInfo Host => HostMetadataCache.Empty;
    }

    private sealed class RawDeliveryContext(RawDelivery delivery, MessageContext identity) : BaseSerializerContext(
        SystemTextJsonMessageSerializer.Instance, identity, [MessageUrn.ForTypeString<RawDelivery>()])
    {
        public override bool TryGetMessage<T>([NotNullWhen(true)] out T? message)
            where T : class
        {
            message = delivery as T;
            return message is not null;
        }

        public override bool TryGetMessage(Type messageType, [NotNullWhen(true)] out object? message)
        {
            message = messageType.IsInstanceOfType(delivery) ? delivery : null;
            return message is not null;
        }

        public override IMessageSerializer GetMessageSerializer() => SystemTextJsonMessageSerializer.Instance;

        public override IMessageSerializer GetMessageSerializer<T>(MessageEnvelope envelope, T message) =>
            GetMessageSerializer();

        public override IMessageSerializer GetMessageSerializer(object message, string[] messageTypes) =>
            GetMessageSerializer();

        public override Dictionary<string, object> ToDictionary<T>(T? message)
            where T : class => [];
    }
}
