using System.Buffers;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Payments.Messaging;

/// <summary>
/// Takes a delivery without letting the broker's client wait for its end. That client waits for every delivery that it handed
/// out before it lets anybody know that a connection is lost; and one that ends on a lost channel makes MassTransit 8.4 close
/// that channel, which waits for the same delivery, for ever. Nobody then connects anew.
/// </summary>
internal sealed partial class DetachedConsumer(IAsyncBasicConsumer consumer, TimeProvider time, ILogger logger)
    : IAsyncBasicConsumer
{
    private readonly SuspectDeliveries _suspects = new(time, logger);

    public IChannel? Channel => consumer.Channel;

    public Task HandleBasicConsumeOkAsync(string consumerTag, CancellationToken cancellationToken = default) =>
        consumer.HandleBasicConsumeOkAsync(consumerTag, cancellationToken);

    public Task HandleBasicCancelOkAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        _suspects.Close();
        return consumer.HandleBasicCancelOkAsync(consumerTag, cancellationToken);
    }

    public Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        _suspects.Close();
        return consumer.HandleBasicCancelAsync(consumerTag, cancellationToken);
    }

    public Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason)
    {
        _suspects.Close();
        return consumer.HandleChannelShutdownAsync(channel, reason);
    }

    public Task HandleBasicDeliverAsync(
        string consumerTag,
        ulong deliveryTag,
        bool redelivered,
        string exchange,
        string routingKey,
        IReadOnlyBasicProperties properties,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken = default)
    {
        // The client uses its buffer again as soon as this returns.
        var buffer = ArrayPool<byte>.Shared.Rent(body.Length);
        body.CopyTo(buffer);
        var delivery = new Delivery(consumerTag, deliveryTag, redelivered, exchange, routingKey, properties);
        if (SuspectDeliveries.CountOf(properties) is > 0 and var count)
            Suspect(count, delivery, buffer, body.Length, cancellationToken);
        else
            _ = Deliver(delivery, buffer, body.Length, cancellationToken);
        return Task.CompletedTask;
    }

    private void Suspect(long count, Delivery delivery, byte[] buffer, int length, CancellationToken cancellationToken) =>
        _suspects.Add(delivery.Properties.MessageId ?? "", count, () => Deliver(delivery, buffer, length, cancellationToken));

    private async Task Deliver(Delivery delivery, byte[] buffer, int length, CancellationToken cancellationToken)
    {
        try
        {
            await consumer.HandleBasicDeliverAsync(
                delivery.ConsumerTag,
                delivery.Tag,
                delivery.Redelivered,
                delivery.Exchange,
                delivery.RoutingKey,
                delivery.Properties,
                buffer.AsMemory(0, length),
                cancellationToken);
        }
        catch (Exception exception)
        {
            // Nobody awaits this. What was not acknowledged comes again.
            LogFailed(logger, delivery.Tag, exception);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [LoggerMessage(2204, LogLevel.Warning, "Delivery {DeliveryTag} ended with its channel; it will come again.")]
    private static partial void LogFailed(ILogger logger, ulong deliveryTag, Exception exception);

    private readonly record struct Delivery(
        string ConsumerTag, ulong Tag, bool Redelivered, string Exchange, string RoutingKey, IReadOnlyBasicProperties Properties);
}
