using Payments.Contracts;

namespace Payments.Messaging;

/// <summary>Everything that one piece of work does, as a value: committed together or not at all.</summary>
/// <param name="gateKey">Work of one key is done one after the other: the payment, or what else is changed.</param>
public sealed class Effects(Guid gateKey)
{
    private readonly List<IWrite> _writes = [];
    private readonly List<PendingMessage> _messages = [];

    public Effects(Ulid paymentId)
        : this(paymentId.ToGuid())
    {
    }

    public Guid GateKey { get; } = gateKey;

    public IReadOnlyList<IWrite> Writes => _writes;

    public IReadOnlyList<PendingMessage> Messages => _messages;

    public Effects Write(IWrite write)
    {
        _writes.Add(write);
        return this;
    }

    /// <summary>An event, to whoever is bound to its exchange.</summary>
    public Effects Publish<T>(T message)
        where T : class =>
        Add(new PendingMessage(Ulid.NewUlid(), message, typeof(T), Routes.Event(typeof(T))));

    /// <summary>A command, to one queue.</summary>
    public Effects Send<T>(T message, string queue)
        where T : class =>
        Send(message, queue, Ulid.NewUlid());

    /// <summary>A command under an id that is kept elsewhere, so that it can be said again.</summary>
    public Effects Send<T>(T message, string queue, Ulid messageId)
        where T : class =>
        Add(new PendingMessage(messageId, message, typeof(T), queue));

    internal Effects Add(PendingMessage message)
    {
        _messages.Add(message);
        return this;
    }
}

/// <summary>A message to be sent when the effects are committed.</summary>
public sealed record PendingMessage(Ulid Id, object Message, Type Type, string Exchange);
