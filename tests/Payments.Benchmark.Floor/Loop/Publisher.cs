using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Payments.Benchmark.Floor.Loop;

/// <summary>
/// Publishes persistent messages one behind the other and counts the confirms itself: a number per message, the highest
/// number up to which all are confirmed, and marks for those beyond it.
/// </summary>
internal sealed class Publisher
{
    /// <summary>More than the prefetch allows to be unconfirmed; a power of two.</summary>
    private const int Window = 4096;

    private static readonly CachedString NoRoutingKey = new("");

    private readonly IChannel _channel;
    private readonly Lock _lock = new();
    private readonly bool[] _early = new bool[Window];
    private readonly Queue<(ulong Number, TaskCompletionSource Confirmed)> _waiting = [];

    /// <summary>Written into the frame before a publish returns, so that one serves all.</summary>
    private readonly BasicProperties _properties = new()
    {
        ContentType = "application/vnd.masstransit+json",
        DeliveryMode = DeliveryModes.Persistent,
    };

    private ulong _last;
    private ulong _confirmed;
    private Exception? _failure;

    private Publisher(IChannel channel)
    {
        _channel = channel;
        channel.BasicAcksAsync += OnAck;
        channel.BasicNacksAsync += OnNack;
        channel.BasicReturnAsync += OnReturn;
        channel.ChannelShutdownAsync += OnShutdown;
    }

    public static async Task<Publisher> Open(IConnection connection) => new(await connection.CreateChannelAsync(
        new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false)));

    public ValueTask Publish(in Outgoing message)
    {
        _last++;
        _properties.MessageId = message.Id.ToString();
        _properties.Type = message.Kind.Type;
        return _channel.BasicPublishAsync(
            message.Kind.CachedExchange, NoRoutingKey, message.Kind.IsMandatory, _properties, message.Body);
    }

    /// <summary>Ends when everything published so far is confirmed.</summary>
    public Task Confirmed()
    {
        lock (_lock)
        {
            if (_failure is { } failure)
                return Task.FromException(failure);
            if (_confirmed >= _last)
                return Task.CompletedTask;
            var confirmed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue((_last, confirmed));
            return confirmed.Task;
        }
    }

    private Task OnAck(object sender, BasicAckEventArgs ack)
    {
        lock (_lock)
        {
            // Marks of what a cumulative confirm passes are taken away, as their places are used again.
            while (ack.Multiple && _confirmed < ack.DeliveryTag)
                _early[++_confirmed % Window] = false;
            if (ack.DeliveryTag > _confirmed)
                _early[ack.DeliveryTag % Window] = true;
            while (_early[(_confirmed + 1) % Window])
                _early[++_confirmed % Window] = false;
            while (_waiting.TryPeek(out var first) && first.Number <= _confirmed)
                _waiting.Dequeue().Confirmed.SetResult();
        }

        return Task.CompletedTask;
    }

    private Task OnNack(object sender, BasicNackEventArgs nack) => Fail("The broker refused a message.");

    private Task OnReturn(object sender, BasicReturnEventArgs message) =>
        Fail($"No queue takes what is published to {message.Exchange}.");

    private Task OnShutdown(object sender, ShutdownEventArgs shutdown) => Fail($"The channel closed: {shutdown.ReplyText}.");

    private Task Fail(string sentence)
    {
        lock (_lock)
        {
            _failure ??= new InvalidOperationException(sentence);
            while (_waiting.TryDequeue(out var next))
                next.Confirmed.SetException(_failure);
        }

        return Task.CompletedTask;
    }
}
