namespace Payments.Messaging;

/// <summary>
/// Sends messages and returns when the broker has confirmed every one. It never faults: it waits for a lost broker, and
/// puts what no queue takes into <see cref="Routes.Unrouted"/>.
/// </summary>
public interface IConfirmedPublisher
{
    Task Publish(IReadOnlyList<OutgoingMessage> messages);
}
