using MassTransit;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using Payments.Contracts;

namespace Payments.Messaging;

/// <summary>
/// The context a state machine sees: whatever it sends or publishes becomes an effect, under a ULID of ours, instead of
/// going to the broker.
/// </summary>
internal sealed class CapturingConsumeContext<T>(
    ConsumeContext<T> context, OutboxConsumeOptions options, IServiceProvider services, Effects effects)
    : OutboxConsumeContextProxy<T>(context, options, services)
    where T : class
{
    public override bool ContinueProcessing { get; set; }

    public override bool IsMessageConsumed => false;

    public override bool IsOutboxDelivered => false;

    public override int ReceiveCount => 1;

    public override long? LastSequenceNumber => null;

    public override Task AddSend<TMessage>(SendContext<TMessage> context)
    {
        var exchange = Uri.UnescapeDataString(context.DestinationAddress!.Segments[^1]);
        // A saga may keep a command's id, to say the same again; what MassTransit proposed by itself is no ULID of ours.
        var id = context.TryGetPayload<KeptMessageId>(out var kept) ? kept.Id : Ulid.NewUlid();
        effects.Add(new PendingMessage(id, context.Message, typeof(TMessage), exchange));
        return Task.CompletedTask;
    }

    public override Task SetConsumed() => Task.CompletedTask;

    public override Task SetDelivered() => Task.CompletedTask;

    public override Task<List<OutboxMessageContext>> LoadOutboxMessages() =>
        Task.FromResult<List<OutboxMessageContext>>([]);

    public override Task NotifyOutboxMessageDelivered(OutboxMessageContext message) => Task.CompletedTask;

    public override Task RemoveOutboxMessages() => Task.CompletedTask;
}

/// <summary>Payload of a send context: the message goes under this id.</summary>
public sealed record KeptMessageId(Ulid Id);
