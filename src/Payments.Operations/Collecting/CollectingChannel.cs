using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Payments.Operations.Collecting;

/// <summary>One connection to the broker on which letters arrive. Closing it gives back what was not acknowledged.</summary>
internal sealed class CollectingChannel : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly HashSet<string> _consumed = [];
    private readonly Channel<Delivered> _arrived = Channel.CreateUnbounded<Delivered>();

    private CollectingChannel(IConnection connection, IChannel channel)
    {
        _connection = connection;
        _channel = channel;
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            _arrived.Writer.TryComplete(new AlreadyClosedException(reason));
            return Task.CompletedTask;
        };
    }

    public static async Task<CollectingChannel> Open(Uri broker, ushort prefetch, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            Uri = broker,
            ClientProvidedName = "dead-letters",
            AutomaticRecoveryEnabled = false,
            // The broker's own limit is lower; a letter must not be refused by its collector.
            MaxInboundMessageBodySize = int.MaxValue,
        };
        var connection = await factory.CreateConnectionAsync(cancellationToken);
        try
        {
            var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            // Per consumer.
            await channel.BasicQosAsync(0, prefetch, global: false, cancellationToken);
            return new CollectingChannel(connection, channel);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    /// <summary>Begins to consume those that are not consumed yet; returns them.</summary>
    public async Task<IReadOnlyList<string>> Consume(IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        string[] added = [.. queues.Where(_consumed.Add)];
        foreach (var queue in added)
            await _channel.BasicConsumeAsync(queue, autoAck: false, new Consumer(_channel, queue, _arrived.Writer), cancellationToken);
        return added;
    }

    /// <summary>Waits for letters, and takes what is there, up to so many letters and about so many bytes.</summary>
    /// <exception cref="AlreadyClosedException">The connection is lost.</exception>
    /// <exception cref="QueueLostException">A queue was deleted.</exception>
    public async Task<IReadOnlyList<Delivered>> Take(int letters, long bytes, CancellationToken cancellationToken)
    {
        var taken = new List<Delivered> { await Next(cancellationToken) };
        var size = taken[0].Source.Body.LongLength;
        while (taken.Count < letters && size < bytes && _arrived.Reader.TryRead(out var next))
        {
            taken.Add(next);
            size += next.Source.Body.LongLength;
        }

        return taken;
    }

    public ValueTask Acknowledge(ulong tag, CancellationToken cancellationToken) =>
        _channel.BasicAckAsync(tag, multiple: false, cancellationToken);

    private async Task<Delivered> Next(CancellationToken cancellationToken)
    {
        // Throws why the channel was closed, when it was.
        while (await _arrived.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_arrived.Reader.TryRead(out var next))
                return next;
        }

        throw new InvalidOperationException("Deliveries end with the channel, which says why.");
    }

    private sealed class Consumer(IChannel channel, string queue, ChannelWriter<Delivered> arrived)
        : AsyncDefaultBasicConsumer(channel)
    {
        public override Task HandleBasicDeliverAsync(
            string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
            IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
        {
            // Properties and body are the client's, and only for as long as this method runs.
            var source = new LetterSource(
                queue, exchange, routingKey, redelivered, new BasicProperties(properties), body.ToArray());
            arrived.TryWrite(new Delivered(deliveryTag, source));
            return Task.CompletedTask;
        }

        /// <summary>
        /// The queue was deleted. When it comes back, this channel would not get its messages: the broker's end of it takes the
        /// first ones for such that it has passed on already (RabbitMQ 3.10, quorum queues).
        /// </summary>
        public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
        {
            arrived.TryComplete(new QueueLostException(queue));
            return Task.CompletedTask;
        }
    }
}

/// <param name="Tag">To acknowledge it by, on the channel it came on.</param>
/// <param name="Source">The letter.</param>
internal sealed record Delivered(ulong Tag, LetterSource Source);

/// <summary>A queue is consumed no longer: it was deleted, or the broker has lost its consumer.</summary>
internal sealed class QueueLostException(string queue) : Exception($"{queue} is not consumed any more.");
