using Microsoft.Extensions.Configuration;
using Payments.Testing;
using RabbitMQ.Client;

namespace Payments.Flow.Tests.Kit;

/// <summary>Publishes as any AMQP client would: plain JSON, no headers but the content type; waits for the confirm.</summary>
internal sealed class FrontDoor : IAsyncDisposable
{
    private const string Exchange = "Payments.Contracts:PaymentRequested";

    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private FrontDoor(IConnection connection, IChannel channel)
    {
        _connection = connection;
        _channel = channel;
    }

    public static async Task<FrontDoor> Connect()
    {
        var factory = new ConnectionFactory
        {
            Uri = new Uri(RunDirectory.Configuration("operations")["RabbitMq:Uri"]!),
        };
        var connection = await factory.CreateConnectionAsync();
        return new FrontDoor(connection, await connection.CreateChannelAsync(new CreateChannelOptions(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true)));
    }

    public Task Publish(Request request) => Publish(request.ToBytes());

    public async Task Publish(byte[] body) =>
        await _channel.BasicPublishAsync(
            Exchange,
            "",
            mandatory: true,
            new BasicProperties { ContentType = "application/json", DeliveryMode = DeliveryModes.Persistent },
            body);

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
