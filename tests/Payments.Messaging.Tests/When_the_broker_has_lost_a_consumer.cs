using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Payments.Contracts;
using Payments.Messaging.Tests.Sending;
using Payments.Messaging.Tests.Toy;
using Payments.Testing;

namespace Payments.Messaging.Tests;

/// <summary>A consumer whose connection is lost consumes again, whatever becomes of the next connection.</summary>
[Collection(nameof(ToyCollection))]
public sealed class When_the_broker_has_lost_a_consumer(ToyService toy) : IAsyncLifetime
{
    /// <summary>A queue that nothing else here consumes.</summary>
    private const string Queue = Routes.Wallets;

    /// <summary>Less than what the client would need with its own heartbeats, two of which, a minute each, would have to stay away.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private Wire _wire = null!;
    private IHost _host = null!;

    private static Uri Broker => new(RunDirectory.Configuration("operations")["RabbitMq:Uri"]!);

    public async Task InitializeAsync()
    {
        // What a test that failed left.
        await toy.Broker.Empty(Queue);
        _wire = Lay(Broker);
        _host = ToyService.Compose(Configuration(), toy.Database, Queue);
        await _host.StartAsync();
        await Count();
    }

    public async Task DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _wire.DisposeAsync();
    }

    [Fact]
    public async Task Should_consume_again_although_the_connection_seems_to_be_open()
    {
        var deliveries = 0;
        _wire.OnAnswer = answer =>
            IsDelivery(answer) && Interlocked.Increment(ref deliveries) == 1 ? Fate.HalfCut : Fate.Pass;

        await Count();

        deliveries.ShouldBeGreaterThan(1, "the first delivery was lost with its connection, the next one came over another");
    }

    /// <summary>The client ends the call that waits for the answer as cancelled, upon which MassTransit stops for good.</summary>
    [Theory]
    [InlineData("channel.open-ok", 20, 11)]
    [InlineData("confirm.select-ok", 85, 11)]
    [InlineData("queue.declare-ok", 50, 11)]
    [InlineData("basic.consume-ok", 60, 21)]
    public async Task Should_consume_again_although_an_answer_to_the_next_connection_is_lost(string name, byte type, byte method)
    {
        var (cuts, losses) = (0, 0);
        _wire.OnAnswer = answer =>
        {
            if (IsDelivery(answer) && Interlocked.CompareExchange(ref cuts, 1, 0) == 0)
                return Fate.Cut;
            var isAnswer = answer.IndexOf((ReadOnlySpan<byte>)[0, type, 0, method]) >= 0;
            return isAnswer && Volatile.Read(ref cuts) == 1 && Interlocked.Increment(ref losses) == 1 ? Fate.Lose : Fate.Pass;
        };

        await Count();

        losses.ShouldBeGreaterThan(1, $"{name} was lost, and came when it was asked for again");
    }

    [Fact]
    public async Task Should_consume_again_although_a_delivery_of_the_lost_connection_does_not_end()
    {
        var losses = 0;
        _wire.OnAnswer = answer =>
        {
            if (answer.IndexOf(PublisherOnWire.Ack) < 0)
                return Fate.Pass;
            Interlocked.Increment(ref losses);
            return Fate.Lose;
        };
        await Count();
        await Eventually.Async("the delivery to wait for a confirm", Deadline, () => Volatile.Read(ref losses) > 0);
        var (loseConfirms, cuts) = (_wire.OnAnswer, 0);
        _wire.OnAnswer = answer =>
            IsDelivery(answer) && Interlocked.Increment(ref cuts) == 1 ? Fate.Cut : loseConfirms(answer);

        await Count();

        cuts.ShouldBeGreaterThan(1);
    }

    /// <summary>Sends an update of a seller, and waits until it is applied.</summary>
    private async Task<string> Count()
    {
        var seller = $"seller-{Ulid.NewUlid()}";
        await Send(seller);
        await Eventually.Async("the update to be applied", Deadline, async () => await toy.CountOf(seller) == 1);
        return seller;
    }

    private Task Send(string seller) =>
        toy.Broker.Send(Queue, Ulid.NewUlid().ToGuid(), new UpdateSeller { SellerId = seller, Closed = false });

    private static Wire Lay(Uri broker) => new(broker.Host, broker.Port);

    private static bool IsDelivery(ReadOnlySpan<byte> answer) =>
        answer.IndexOf("urn:message:Payments.Contracts:UpdateSeller"u8) >= 0;

    private IConfiguration Configuration() => new ConfigurationBuilder()
        .AddConfiguration(RunDirectory.Configuration("operations"))
        .AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["RabbitMq:Uri"] = new UriBuilder(Broker) { Port = _wire.Port }.Uri.AbsoluteUri,
            ["RabbitMq:AnswerLimit"] = "00:00:02",
            ["RabbitMq:IdleLimit"] = "00:00:05",
        })
        .Build();
}
