using System.Collections.Concurrent;
using System.Text;
using Payments.Contracts;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Payments.Messaging.Tests.Sending;

/// <summary>Queues of a test's own, and what has arrived in them; the product takes no part in it.</summary>
internal sealed class Mailbox : IAsyncDisposable
{
    private readonly ConcurrentQueue<(Guid Id, string Body)> _arrived = new();
    private readonly List<string> _names = [];
    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private Mailbox(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    public IReadOnlyCollection<(Guid Id, string Body)> Arrived => _arrived;

    public static async Task<Mailbox> Open()
    {
        var connection = await new ConnectionFactory { Uri = PublisherOnWire.Broker }.CreateConnectionAsync();
        return new Mailbox(connection, await connection.CreateChannelAsync());
    }

    /// <summary>An exchange that no queue is bound to.</summary>
    public async Task<string> AddExchange()
    {
        var name = $"toy-{Ulid.NewUlid()}";
        await _channel.ExchangeDeclareAsync(name, ExchangeType.Fanout);
        _names.Add(name);
        return name;
    }

    /// <summary>An exchange and its queue, which refuses what is more than it can hold.</summary>
    public async Task<string> AddQueue(int most = 100_000)
    {
        var name = await AddExchange();
        var arguments = new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum",
            ["x-max-length"] = most,
            ["x-overflow"] = "reject-publish",
        };
        await _channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false, arguments);
        await _channel.QueueBindAsync(name, name, routingKey: "");
        return name;
    }

    public async Task Read(string queue)
    {
        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            _arrived.Enqueue((Guid.Parse(delivery.BasicProperties.MessageId!), Encoding.UTF8.GetString(delivery.Body.Span)));
            await _channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
        };
        await _channel.BasicConsumeAsync(queue, autoAck: false, consumer);
    }

    /// <summary>Takes these messages from the queue of the unrouted; what else is there stays.</summary>
    public async Task<List<(Guid Id, string Body, string Exchange)>> TakeUnrouted(IReadOnlySet<Guid> ids)
    {
        await using var channel = await _connection.CreateChannelAsync();
        var taken = new List<(Guid, string, string)>();
        while (await channel.BasicGetAsync(Routes.Unrouted, autoAck: false) is { } message)
        {
            if (!Guid.TryParse(message.BasicProperties.MessageId, out var id) || !ids.Contains(id))
                continue;
            var exchange = (byte[])message.BasicProperties.Headers!["x-original-exchange"]!;
            taken.Add((id, Encoding.UTF8.GetString(message.Body.Span), Encoding.UTF8.GetString(exchange)));
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false);
        }

        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _names)
        {
            await _channel.QueueDeleteAsync(name);
            await _channel.ExchangeDeleteAsync(name);
        }

        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
