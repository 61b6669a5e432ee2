using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Payments.Contracts;
using Payments.Messaging.Tests.Toy;
using Payments.Testing;

namespace Payments.Messaging.Tests;

[Collection(nameof(ToyCollection))]
public sealed class When_the_broker_has_lost_a_consumer(ToyService toy)
{
    /// <summary>A queue that nothing else here consumes.</summary>
    private const string Queue = Routes.Wallets;

    /// <summary>Less than what the client would need with its own heartbeats, two of which, a minute each, would have to stay away.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Should_consume_again_although_the_connection_seems_to_be_open()
    {
        var broker = new Uri(RunDirectory.Configuration("operations")["RabbitMq:Uri"]!);
        await using var wire = new Wire(broker.Host, broker.Port);
        using var host = ToyService.Compose(Through(wire, broker), toy.Database, Queue);
        await host.StartAsync();
        await Count();

        var halfCut = 0;
        wire.OnAnswer = answer =>
            answer.IndexOf("urn:message:Payments.Contracts:UpdateSeller"u8) >= 0 && Interlocked.Increment(ref halfCut) == 1
                ? Fate.HalfCut
                : Fate.Pass;
        await Count();

        halfCut.ShouldBeGreaterThan(1, "the first delivery was lost with its connection, the next one came over another");
        await host.StopAsync();
    }

    private async Task Count()
    {
        var seller = $"seller-{Ulid.NewUlid()}";
        await toy.Broker.Send(Queue, Ulid.NewUlid().ToGuid(), new UpdateSeller { SellerId = seller, Closed = false });
        await Eventually.Async("the update to be applied", Deadline, async () => await toy.CountOf(seller) == 1);
    }

    private static IConfiguration Through(Wire wire, Uri broker) => new ConfigurationBuilder()
        .AddConfiguration(RunDirectory.Configuration("operations"))
        .AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["RabbitMq:Uri"] = new UriBuilder(broker) { Port = wire.Port }.Uri.AbsoluteUri,
        })
        .Build();
}
