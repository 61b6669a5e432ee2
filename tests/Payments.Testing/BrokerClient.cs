using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Payments.Contracts;
using Payments.Messaging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Payments.Testing;

/// <summary>A client of the broker that shares no code with the product but the contracts: sends commands, hears events.</summary>
public sealed class BrokerClient : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly ConcurrentQueue<Event> _heard = new();

    private BrokerClient(IConnection connection, IChannel channel)
    {
        _connection = connection;
        _channel = channel;
    }

    /// <summary>Connects with the settings of a service.</summary>
    public static Task<BrokerClient> Connect(string service) =>
        Connect(new Uri(RunDirectory.Configuration(service)["RabbitMq:Uri"]!));

    /// <summary>Connects to an address.</summary>
    public static async Task<BrokerClient> Connect(Uri address)
    {
        var connection = await new ConnectionFactory { Uri = address }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        return new BrokerClient(connection, channel);
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    /// <summary>Hears an event from now on.</summary>
    public async Task Hear<T>()
    {
        var queue = await _channel.QueueDeclareAsync();
        await _channel.QueueBindAsync(queue.QueueName, Routes.Event(typeof(T)), routingKey: "");
        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            var envelope = JsonNode.Parse(delivery.Body.Span)!;
            var message = envelope["message"].Deserialize<T>(ContractJson.Options)!;
            _heard.Enqueue(new Event((Guid)envelope["messageId"]!, message, Encoding.UTF8.GetString(delivery.Body.Span)));
            return Task.CompletedTask;
        };
        await _channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
    }

    /// <summary>Waits until so many events that satisfy the condition were heard; returns them with their message ids.</summary>
    public async Task<IReadOnlyList<(Guid Id, T Message)>> Await<T>(int count, Func<T, bool> which)
    {
        var found = await Eventually.Async(
            $"{count} {typeof(T).Name}",
            Deadline,
            () => Task.FromResult(_heard.Where(h => h.Message is T message && which(message)).ToArray()),
            heard => heard.Length >= count);
        return [.. found.Select(h => (h.Id, (T)h.Message))];
    }

    /// <summary>Whether such an event was heard already.</summary>
    public bool HasHeard<T>(Func<T, bool> which) => _heard.Any(h => h.Message is T message && which(message));

    /// <summary>What was heard so far: the messages, each with its id and the whole body.</summary>
    public IReadOnlyList<(Guid Id, T Message, string Body)> Heard<T>(Func<T, bool> which) =>
        [.. _heard.Where(h => h.Message is T message && which(message)).Select(h => (h.Id, (T)h.Message, h.Body))];

    /// <summary>How many messages wait in a queue that nobody is reading.</summary>
    public async Task<uint> CountOf(string queue)
    {
        await using var channel = await _connection.CreateChannelAsync();
        return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
    }

    /// <summary>Throws away what waits in a queue.</summary>
    public async Task Empty(string queue)
    {
        await using var channel = await _connection.CreateChannelAsync();
        await channel.QueuePurgeAsync(queue);
    }

    /// <summary>Sends a command in MassTransit's envelope; returns when the broker has confirmed it.</summary>
    public async Task Send<T>(string queue, Guid messageId, T message)
        where T : class
    {
        var envelope = new
        {
            MessageId = messageId,
            ConversationId = messageId,
            MessageType = new[] { $"urn:message:{typeof(T).Namespace}:{typeof(T).Name}" },
            Message = message,
        };
        var properties = new BasicProperties
        {
            MessageId = messageId.ToString(),
            ContentType = "application/vnd.masstransit+json",
            DeliveryMode = DeliveryModes.Persistent,
        };
        await _channel.BasicPublishAsync(
            queue, "", mandatory: true, properties, JsonSerializer.SerializeToUtf8Bytes(envelope, ContractJson.Options));
    }

    /// <summary>
    /// Waits for a message in a queue, such as a dead letter, and takes it; returns its body as text. Others stay. The
    /// queue may not be there yet.
    /// </summary>
    public async Task<string> Take(string queue, Func<string, bool> which)
    {
        var body = await Eventually.Async(
            $"a message in {queue}",
            Deadline,
            () => TryTake(queue, which),
            body => body is not null,
            retryOn: error => error is OperationInterruptedException);
        return body!;
    }

    /// <summary>Takes a message that is there now; null when there is none. Closing the channel gives back the others.</summary>
    public async Task<string?> TryTake(string queue, Func<string, bool> which)
    {
        await using var channel = await _connection.CreateChannelAsync();
        while (await channel.BasicGetAsync(queue, autoAck: false) is { } letter)
        {
            var body = Encoding.UTF8.GetString(letter.Body.Span);
            if (!which(body))
                continue;
            await channel.BasicAckAsync(letter.DeliveryTag, multiple: false);
            return body;
        }

        return null;
    }

    private sealed record Event(Guid Id, object Message, string Body);
}
