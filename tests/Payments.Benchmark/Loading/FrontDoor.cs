using Payments.Benchmark.Instance;
using Payments.Contracts;
using Payments.Messaging;
using RabbitMQ.Client;

namespace Payments.Benchmark.Loading;

/// <summary>Publishes requests as any AMQP client would: plain JSON, persistent, mandatory, confirmed.</summary>
internal sealed class FrontDoor : IAsyncDisposable
{
    private const int MostUnconfirmed = 2000;
    private static readonly TimeSpan ConfirmLimit = TimeSpan.FromSeconds(60);

    private static readonly string Exchange = Routes.Event(typeof(PaymentRequested));

    private static readonly BasicProperties Properties =
        new() { ContentType = "application/json", DeliveryMode = DeliveryModes.Persistent };

    private readonly IChannel _channel;
    private readonly ConfirmCounter _confirms = new();
    private ulong _published;
    private string? _refusal;

    private FrontDoor(IChannel channel)
    {
        _channel = channel;
        channel.BasicAcksAsync += (_, ack) =>
        {
            _confirms.Confirm(ack.DeliveryTag, ack.Multiple);
            return Task.CompletedTask;
        };
        channel.BasicNacksAsync += (_, _) => Refuse("The broker refused a request.");
        channel.BasicReturnAsync += (_, _) => Refuse("The broker has no queue for requests.");
    }

    public static async Task<FrontDoor> Open(Broker broker) => new(await broker.OpenChannel(withConfirms: true));

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    /// <summary>Hands a request to the broker; does not wait for its confirm unless many are missing.</summary>
    public async ValueTask Publish(ReadOnlyMemory<byte> body)
    {
        if (_published - _confirms.AllUpTo >= MostUnconfirmed)
            await AwaitConfirms(_published - MostUnconfirmed / 2);
        await _channel.BasicPublishAsync(Exchange, "", mandatory: true, Properties, body);
        _published++;
    }

    /// <summary>Returns when the broker has confirmed everything.</summary>
    public Task Flush() => AwaitConfirms(_published);

    private async Task AwaitConfirms(ulong tag)
    {
        try
        {
            await _confirms.Reach(tag).WaitAsync(ConfirmLimit);
        }
        catch (TimeoutException exception)
        {
            throw new BenchmarkException(_refusal ?? "The broker does not confirm requests any more.", exception);
        }

        if (_refusal is not null)
            throw new BenchmarkException(_refusal);
    }

    private Task Refuse(string reason)
    {
        _refusal = reason;
        return Task.CompletedTask;
    }
}
