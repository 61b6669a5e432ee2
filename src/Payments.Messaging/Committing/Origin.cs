using MassTransit;

namespace Payments.Messaging;

/// <summary>What kind of work effects come from; it decides how their repetition is recognised and how their messages leave.</summary>
public enum OriginKind
{
    /// <summary>A consumed message: recognised by its inbox row; its messages are published after the commit.</summary>
    Delivery,

    /// <summary>A part of a delivery that is persisted before an external call: no inbox row, its own idempotency, no messages.</summary>
    Step,

    /// <summary>Timers, HTTP, operators: no delivery will come again, so its messages go through the outbox.</summary>
    Local,
}

/// <summary>Where effects come from.</summary>
public sealed record Origin
{
    private Origin()
    {
    }

    public required OriginKind Kind { get; init; }

    /// <summary>The delivery's message id; empty for local work.</summary>
    public Guid MessageId { get; private init; }

    /// <summary>The endpoint that consumes it; together with the message id the key of the inbox.</summary>
    public string Consumer { get; private init; } = "";

    /// <summary>The conversation that what is sent belongs to.</summary>
    public Guid ConversationId { get; private init; }

    public static Origin Local { get; } = new() { Kind = OriginKind.Local };

    public static Origin Delivery(ConsumeContext context) => From(OriginKind.Delivery, context);

    public static Origin Step(ConsumeContext context) => From(OriginKind.Step, context);

    /// <summary>A delivery by its key alone.</summary>
    internal static Origin Delivery(Guid messageId, string consumer) => new()
    {
        Kind = OriginKind.Delivery,
        MessageId = messageId,
        Consumer = consumer,
        ConversationId = messageId,
    };

    private static Origin From(OriginKind kind, ConsumeContext context)
    {
        var messageId = context.MessageId
            ?? throw new MessageException(typeof(ConsumeContext), "A message without an id cannot be consumed durably.");
        return new Origin
        {
            Kind = kind,
            MessageId = messageId,
            Consumer = context.ReceiveContext.InputAddress.Segments[^1],
            ConversationId = context.ConversationId ?? messageId,
        };
    }
}
