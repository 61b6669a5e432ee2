using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Payments.Messaging;

/// <summary>
/// The channel that an endpoint consumes from. MassTransit acknowledges each delivery by itself; here several are said in
/// one frame, a moment later. What is not said when the channel ends comes again, and the inbox knows it.
/// </summary>
internal sealed partial class AcknowledgingChannel(ChannelContext channel, TimeProvider time, ILogger<AcknowledgingChannel> logger)
    : ScopeChannelContext(channel, channel.CancellationToken), ChannelContext
{
    /// <summary>Twice this, the broker may think a settled delivery to be in flight; only a stop waits for it.</summary>
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(5);

    private readonly ChannelContext _channel = channel;
    private readonly SettledDeliveries _settled = new();
    private readonly Lock _lock = new();
    private Task _rounds = Task.CompletedTask;
    private bool _isRoundDue;
    private bool _isCancelled;

    ValueTask ChannelContext.BasicAck(ulong deliveryTag, bool multiple)
    {
        if (multiple)
            throw new NotSupportedException("MassTransit acknowledges deliveries one by one.");

        lock (_lock)
        {
            _settled.Add(deliveryTag);
            if (!_isRoundDue)
            {
                _isRoundDue = true;
                _rounds = SayInRounds();
            }

            return _isCancelled ? new ValueTask(_rounds) : ValueTask.CompletedTask;
        }
    }

    async Task ChannelContext.BasicNack(ulong deliveryTag, bool multiple, bool requeue)
    {
        // It goes first: as long as it is open, no frame covers it.
        await _channel.BasicNack(deliveryTag, multiple, requeue);
        lock (_lock)
            _settled.Close(deliveryTag);
    }

    Task<string> ChannelContext.BasicConsume(
        string queue,
        bool noAck,
        bool exclusive,
        IDictionary<string, object> arguments,
        IAsyncBasicConsumer consumer,
        string consumerTag,
        CancellationToken cancellationToken) =>
        _channel.BasicConsume(
            queue, noAck, exclusive, arguments, new DetachedConsumer(consumer, time, logger), consumerTag, cancellationToken);

    async Task ChannelContext.BasicCancel(string consumerTag)
    {
        // MassTransit takes no more, cancels, waits for what is being worked on, and closes the channel at once. What has settled is
        // said before this ends, and what settles from now on is worked on until it is said. Cancelled first: what is said makes room,
        // and what the broker then sends would only come back.
        Task rounds;
        lock (_lock)
        {
            _isCancelled = true;
            rounds = _rounds;
        }

        await _channel.BasicCancel(consumerTag);
        await rounds;
    }

    private async Task SayInRounds()
    {
        try
        {
            do
            {
                await Task.Delay(Round);
                await Say();
            }
            while (MoreIsDue());
        }
        catch (Exception exception)
        {
            // Nobody is to be told. MassTransit sees by itself that the channel is gone, and consumes on a new one.
            LogUnsaid(logger, exception);
        }
    }

    private bool MoreIsDue()
    {
        lock (_lock)
            return _isRoundDue = !_settled.IsEmpty;
    }

    private async Task Say()
    {
        Acknowledgements acknowledgements;
        lock (_lock)
            acknowledgements = _settled.Take();
        if (acknowledgements.UpTo > 0)
            await _channel.BasicAck(acknowledgements.UpTo, true);
        foreach (var tag in acknowledgements.Single)
            await _channel.BasicAck(tag, false);
    }

    [LoggerMessage(2202, LogLevel.Warning, "Settled deliveries could not be acknowledged: they will come again.")]
    private static partial void LogUnsaid(ILogger logger, Exception exception);
}

/// <summary>Puts an <see cref="AcknowledgingChannel"/> before each channel that an endpoint opens.</summary>
internal sealed class AcknowledgingFilter(TimeProvider time, ILogger<AcknowledgingChannel> logger) : IFilter<ChannelContext>
{
    public Task Send(ChannelContext context, IPipe<ChannelContext> next) =>
        next.Send(new AcknowledgingChannel(context, time, logger));

    public void Probe(ProbeContext context) => context.CreateFilterScope("acknowledging");
}
