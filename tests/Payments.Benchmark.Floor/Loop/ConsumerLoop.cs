using System.Threading.Channels;
using Npgsql;
using RabbitMQ.Client;

namespace Payments.Benchmark.Floor.Loop;

/// <summary>
/// Gathers what its queues deliver into batches, and takes each through three stages: committed, published, and, once its
/// last message is confirmed, acknowledged at once. A batch is published while the next one is committed.
/// </summary>
internal sealed class ConsumerLoop<TDelivery>(IRole<TDelivery> role, IConnection connection)
    where TDelivery : Delivery
{
    /// <summary>Five batches: one is gathered, one committed, one published, two wait for confirms.</summary>
    private const ushort Prefetch = 1500;

    private const int Most = 300;

    /// <summary>A redelivery meets its inbox row at the second look; a clash that stays is an error of ours.</summary>
    private const int MostLooks = 3;

    /// <summary>
    /// Waited once for company, when a batch is not full. Measured: with 3 ms batches are half as large and cost a third more
    /// CPU time per payment; 25 ms saves a twentieth, which is within the noise.
    /// </summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(10);

    private readonly Channel<TDelivery> _arrived = Lane<TDelivery>();
    private readonly Channel<List<TDelivery>> _committed = Lane<List<TDelivery>>();
    private readonly Channel<(Task Confirmed, ulong Tag)> _published = Lane<(Task, ulong)>();

    /// <summary>Consumes until something fails.</summary>
    /// <param name="consuming">Called when every queue is consumed.</param>
    public async Task Run(Action consuming)
    {
        await using var channel = await connection.CreateChannelAsync();
        var publisher = await Publisher.Open(connection);
        await channel.BasicQosAsync(0, Prefetch, global: false);
        foreach (var queue in role.Queues)
            await channel.BasicConsumeAsync(queue, autoAck: false, new Consumer(channel, queue, role, _arrived.Writer));
        consuming();
        var first = await Task.WhenAny(CommitAll(), PublishAll(publisher), AcknowledgeAll(channel), _arrived.Reader.Completion);
        await first;
    }

    private static Channel<T> Lane<T>() =>
        Channel.CreateUnbounded<T>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private async Task CommitAll()
    {
        var arrived = _arrived.Reader;
        while (await arrived.WaitToReadAsync())
        {
            var batch = new List<TDelivery>(Most);
            Fill(batch, arrived);
            if (batch.Count < Most)
            {
                await Task.Delay(Linger);
                Fill(batch, arrived);
            }

            await Commit(batch);
            _committed.Writer.TryWrite(batch);
        }
    }

    private static void Fill(List<TDelivery> batch, ChannelReader<TDelivery> arrived)
    {
        while (batch.Count < Most && arrived.TryRead(out var delivery))
            batch.Add(delivery);
    }

    private async Task Commit(List<TDelivery> batch)
    {
        try
        {
            await role.Commit(batch);
        }
        catch (Exception exception) when (exception is OutOfStepException || IsRepetition(exception))
        {
            foreach (var delivery in batch)
                await CommitAlone(delivery);
        }
    }

    /// <summary>The slow road: nothing of the batch was committed, because some of it had been before.</summary>
    private async Task CommitAlone(TDelivery delivery)
    {
        for (var look = 1; !await role.Recall(delivery); look++)
        {
            try
            {
                await role.Commit([delivery]);
                return;
            }
            catch (PostgresException exception) when (IsRepetition(exception) && look < MostLooks)
            {
                // Somebody else was at it meanwhile: look again what it left.
            }
        }
    }

    private static bool IsRepetition(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    private async Task PublishAll(Publisher publisher)
    {
        await foreach (var batch in _committed.Reader.ReadAllAsync())
        {
            foreach (var delivery in batch)
                await publisher.Publish(delivery.Answer);
            _published.Writer.TryWrite((publisher.Confirmed(), batch[^1].Tag));
        }
    }

    /// <summary>Batches hold deliveries in the order of their tags, so one acknowledgement serves a whole batch.</summary>
    private async Task AcknowledgeAll(IChannel channel)
    {
        await foreach (var (confirmed, tag) in _published.Reader.ReadAllAsync())
        {
            await confirmed;
            await channel.BasicAckAsync(tag, multiple: true);
        }
    }

    private sealed class Consumer(IChannel channel, string queue, IRole<TDelivery> role, ChannelWriter<TDelivery> arrived)
        : AsyncDefaultBasicConsumer(channel)
    {
        public override Task HandleBasicDeliverAsync(
            string consumerTag,
            ulong deliveryTag,
            bool redelivered,
            string exchange,
            string routingKey,
            IReadOnlyBasicProperties properties,
            ReadOnlyMemory<byte> body,
            CancellationToken cancellationToken = default)
        {
            try
            {
                var delivery = role.Read(queue, body.Span);
                delivery.Tag = deliveryTag;
                arrived.TryWrite(delivery);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // Whatever is wrong with it, nobody skips it: the loop ends with this.
                arrived.TryComplete(exception);
            }

            return Task.CompletedTask;
        }

        protected override Task OnCancelAsync(string[] consumerTags, CancellationToken cancellationToken = default)
        {
            arrived.TryComplete(new NotOfTheFlowException($"The broker took the queue {queue} away."));
            return base.OnCancelAsync(consumerTags, cancellationToken);
        }
    }
}
