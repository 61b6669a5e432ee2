using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;

namespace Payments.Messaging.Tests.Receiving;

public sealed class DetachedConsumerTests
{
    /// <summary>The client waits for what it handed out before it says that a connection is lost.</summary>
    [Fact]
    public async Task A_delivery_is_taken_before_it_ends()
    {
        var slow = new SlowConsumer();
        await Deliver(new DetachedConsumer(slow, TimeProvider.System, NullLogger.Instance), [1, 2, 3]);

        slow.Ended.IsCompleted.ShouldBeFalse();
        slow.GoOn();
        (await slow.Ended).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task The_clients_buffer_may_be_used_again_at_once()
    {
        var slow = new SlowConsumer();
        byte[] buffer = [1, 2, 3];
        await Deliver(new DetachedConsumer(slow, TimeProvider.System, NullLogger.Instance), buffer);
        buffer.AsSpan().Clear();

        slow.GoOn();
        (await slow.Ended).ShouldBe([1, 2, 3]);
    }

    private static Task Deliver(DetachedConsumer consumer, byte[] body) =>
        consumer.HandleBasicDeliverAsync("tag", 1, false, "exchange", "", new BasicProperties(), body);

    private sealed class SlowConsumer() : AsyncDefaultBasicConsumer(null!)
    {
        private readonly TaskCompletionSource _mayGoOn = new();
        private readonly TaskCompletionSource<byte[]> _ended = new();

        public Task<byte[]> Ended => _ended.Task;

        public void GoOn() => _mayGoOn.SetResult();

        public override async Task HandleBasicDeliverAsync(
            string consumerTag,
            ulong deliveryTag,
            bool redelivered,
            string exchange,
            string routingKey,
            IReadOnlyBasicProperties properties,
            ReadOnlyMemory<byte> body,
            CancellationToken cancellationToken = default)
        {
            await _mayGoOn.Task;
            _ended.SetResult(body.ToArray());
        }
    }
}
