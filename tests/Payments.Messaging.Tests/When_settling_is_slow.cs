using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging.Tests.Crashing;
using Payments.Messaging.Tests.Sending;
using Payments.Messaging.Tests.Toy;
using Payments.Testing;

namespace Payments.Messaging.Tests;

/// <summary>
/// Back-pressure: a process holds as many deliveries as its prefetch, whatever it waits for; the rest stays in the queue.
/// </summary>
[Collection(nameof(ToyCollection))]
public sealed class When_settling_is_slow(ToyService toy) : IAsyncLifetime
{
    private const string Queue = FaultyWorker.Queue;
    private const int Prefetch = 40;
    private const int Messages = 120;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly List<string> _sellers = [];

    public async Task InitializeAsync()
    {
        // What a test that failed left.
        await toy.Broker.Empty(Queue);
        await Send(Messages);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Should_take_no_more_than_its_prefetch_while_the_database_does_not_go_on()
    {
        using var process = Compose();
        await using (await HoldTable())
        {
            await process.StartAsync();

            await ShouldTakeNoMoreThanItsPrefetch();
            (await Applied()).ShouldBe(0);
        }

        await Eventually.Async("every message to be applied", Deadline, IsDone);
        await process.StopAsync();
        await ShouldBeAnsweredOnce();
    }

    [Fact]
    public async Task Should_take_no_more_than_its_prefetch_while_the_broker_confirms_nothing()
    {
        var time = new ManualTime();
        await using var sender = PublisherOnWire.Connect(time);
        sender.Wire.OnAnswer = answer => answer.IndexOf(PublisherOnWire.Ack) >= 0 ? Fate.Lose : Fate.Pass;
        using var process = Compose(sender.Publisher);
        await process.StartAsync();

        await ShouldTakeNoMoreThanItsPrefetch();
        await Eventually.Async("what it holds to be committed", Deadline, async () => await Applied() == Prefetch);
        await ShouldTakeNoMoreThanItsPrefetch();

        sender.Wire.OnAnswer = _ => Fate.Pass;
        await Eventually.Async("every message to be applied", Deadline, () =>
        {
            // What was confirmed unheard is said again after a while; what is confirmed from then on is heard.
            if (!sender.Warnings.Any(w => w.Contains("no confirm")))
                time.Advance(TimeSpan.FromSeconds(5));
            return IsDone();
        });
        await process.StopAsync();
        await ShouldBeAnsweredOnce();
    }

    [Fact]
    public async Task Should_acknowledge_what_settles_while_it_stops()
    {
        using var process = Compose();
        Task stopping;
        await using (await HoldTable())
        {
            var observer = new Observer();
            var bus = process.Services.GetRequiredService<IBusControl>();
            bus.ConnectReceiveObserver(observer);
            bus.ConnectReceiveEndpointObserver(observer);
            await process.StartAsync();
            await Eventually.Async("all that it may take", Deadline, () => Task.FromResult(observer.Begun), begun => begun == Prefetch);
            stopping = process.StopAsync();
            await observer.Stopping.WaitAsync(Deadline);
        }

        await stopping;
        (await Applied()).ShouldBe(Prefetch, "what it had taken");
        var rest = new Observer();
        using var next = Compose();
        next.Services.GetRequiredService<IBusControl>().ConnectReceiveObserver(rest);
        await next.StartAsync();
        await Eventually.Async("every message to be applied", Deadline, IsDone);
        await next.StopAsync();
        rest.Begun.ShouldBe(_sellers.Count - Prefetch, "none of it came again");
        await ShouldBeAnsweredOnce();
    }

    /// <summary>Nor does it take another one that comes when its places are full.</summary>
    private async Task ShouldTakeNoMoreThanItsPrefetch()
    {
        var left = (uint)(_sellers.Count - Prefetch);
        await Eventually.Async(
            "the rest to stay in the queue", Deadline, () => toy.Broker.CountOf(Queue), count => count == left);
        await Send(1);
        (await toy.Broker.CountOf(Queue)).ShouldBe(left + 1);
    }

    private IEnumerable<(Guid Id, string Seller)> Said() =>
        toy.Broker.Heard<SellerUpdated>(e => _sellers.Contains(e.SellerId)).Select(h => (h.Id, h.Message.SellerId));

    private async Task Send(int count)
    {
        for (var n = 0; n < count; n++)
        {
            var seller = $"slow-{Ulid.NewUlid()}";
            _sellers.Add(seller);
            await toy.Broker.Send(Queue, Ulid.NewUlid().ToGuid(), new UpdateSeller { SellerId = seller, Closed = false });
        }
    }

    private IHost Compose(IConfirmedPublisher? publisher = null) => ToyService.Compose(
        RunDirectory.Configuration("operations"), toy.Database, Queue, builder =>
        {
            builder.Configuration[$"{EndpointOptions.Section}:{Queue}:{nameof(EndpointOptions.Prefetch)}"] = $"{Prefetch}";
            if (publisher is not null)
                builder.Services.AddSingleton(publisher);
        });

    /// <summary>Who writes to it waits; who reads does not. Until the connection is closed.</summary>
    private async Task<IAsyncDisposable> HoldTable()
    {
        var connection = await toy.Database.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("LOCK TABLE toy IN EXCLUSIVE MODE", connection, transaction);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private Task<long> Applied() =>
        toy.Ask<long>("SELECT count(*) FROM toy WHERE seller = ANY($1) AND count = 1", (object)_sellers.ToArray());

    private async Task<bool> IsDone() => await Applied() == _sellers.Count && await toy.Broker.CountOf(Queue) == 0;

    private async Task ShouldBeAnsweredOnce()
    {
        await Eventually.Async("an answer to each message", Deadline, () => Said().Select(s => s.Seller).Distinct().Count() == _sellers.Count);
        Said().Distinct().Select(s => s.Seller).ShouldBe(_sellers, ignoreOrder: true, "some are answered in more than one way");
        (await toy.Broker.CountOf(Queue)).ShouldBe(0u, "all was acknowledged");
    }

    /// <summary>Hears when deliveries begin to be worked on, and when an endpoint begins to stop.</summary>
    private sealed class Observer : IReceiveObserver, IReceiveEndpointObserver
    {
        private int _begun;
        private readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Begun => Volatile.Read(ref _begun);

        public Task Stopping => _stopping.Task;

        public Task PreReceive(ReceiveContext context)
        {
            Interlocked.Increment(ref _begun);
            return Task.CompletedTask;
        }

        public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

        public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
            where T : class => Task.CompletedTask;

        public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
            where T : class => Task.CompletedTask;

        public Task ReceiveFault(ReceiveContext context, Exception exception) => Task.CompletedTask;

        Task IReceiveEndpointObserver.Ready(ReceiveEndpointReady ready) => Task.CompletedTask;

        Task IReceiveEndpointObserver.Stopping(ReceiveEndpointStopping stopping)
        {
            _stopping.TrySetResult();
            return Task.CompletedTask;
        }

        Task IReceiveEndpointObserver.Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

        Task IReceiveEndpointObserver.Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;
    }
}
