using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Payments.Messaging;

/// <summary>The queues this process consumes.</summary>
internal sealed record ConsumedQueue(string Name);

/// <summary>Refuses to start on a broker that is out of reach or lacks a queue or exchange: says which, and what to do.</summary>
internal sealed class TopologyGuard(IOptions<BrokerOptions> options, IEnumerable<ConsumedQueue> queues) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var connection = await Connect(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        foreach (var queue in queues)
            await Verify("Queue", queue.Name, () => channel.QueueDeclarePassiveAsync(queue.Name, cancellationToken));
        foreach (var exchange in Topology.EventExchanges)
            await Verify("Exchange", exchange, () => channel.ExchangeDeclarePassiveAsync(exchange, cancellationToken));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<IConnection> Connect(CancellationToken cancellationToken)
    {
        var uri = options.Value.Uri!;
        try
        {
            return await new ConnectionFactory { Uri = uri }.CreateConnectionAsync(cancellationToken);
        }
        catch (BrokerUnreachableException exception)
        {
            throw new DependencyMissingException(
                $"RabbitMQ does not answer at {uri.Host}:{uri.Port}. Start it first (infra/up does).", exception);
        }
    }

    private static async Task Verify(string kind, string name, Func<Task> declare)
    {
        try
        {
            await declare();
        }
        catch (OperationInterruptedException exception)
        {
            throw new DependencyMissingException(
                $"{kind} '{name}' is missing on the broker. Import infra/rabbitmq/definitions.json first (infra/up does).",
                exception);
        }
    }
}
