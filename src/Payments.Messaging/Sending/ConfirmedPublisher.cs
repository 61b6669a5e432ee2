using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Payments.Messaging;

/// <inheritdoc cref="IConfirmedPublisher"/>
/// <remarks>
/// One loop owns the channel and writes messages one behind the other; confirms come back while it writes on, and each
/// caller is told once, when all of its messages are confirmed. What a lost channel leaves unconfirmed is sent again under
/// the same ids, until it is confirmed or proved unroutable.
/// </remarks>
internal sealed partial class ConfirmedPublisher(
    IOptions<BrokerOptions> options,
    TimeProvider time,
    ILogger<ConfirmedPublisher> logger) : IConfirmedPublisher, IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(5);

    /// <summary>Far longer than a broker that works ever takes; a confirm that was lost never comes.</summary>
    private static readonly TimeSpan ConfirmLimit = TimeSpan.FromSeconds(30);

    private readonly Channel<Publication> _queue =
        Channel.CreateUnbounded<Publication>(new UnboundedChannelOptions { SingleReader = true });

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _starting = new();
    private IConnection? _connection;
    private PublisherChannel? _channel;
    private Task? _loop;

    public Task Publish(IReadOnlyList<OutgoingMessage> messages)
    {
        if (messages.Count == 0)
            return Task.CompletedTask;

        StartOnce();
        var shipment = new Shipment(messages.Count);
        foreach (var message in messages)
            _queue.Writer.TryWrite(new Publication(message, shipment));
        return shipment.Confirmed;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _stopping.CancelAsync();
        if (_loop is { } loop)
            await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_channel is { } channel)
            await channel.DisposeAsync();
        if (_connection is { } connection)
            await connection.DisposeAsync();
        _stopping.Dispose();
    }

    /// <summary>One loop, however many deliveries publish first at the same time.</summary>
    private void StartOnce()
    {
        if (Volatile.Read(ref _loop) is not null)
            return;
        lock (_starting)
            _loop ??= Task.WhenAll(Task.Run(WriteAll), Task.Run(Watch));
    }

    private async Task WriteAll()
    {
        await foreach (var publication in _queue.Reader.ReadAllAsync(_stopping.Token))
        {
            var channel = await OpenChannel();
            if (publication.Alone)
                await channel.Drained().WaitAsync(_stopping.Token);
            await channel.Write(publication);
            if (publication.Alone)
                await channel.Drained().WaitAsync(_stopping.Token);
        }
    }

    /// <summary>A confirm that is missing for so long is lost: what waits on the channel is sent again on another one.</summary>
    private async Task Watch()
    {
        using var timer = new PeriodicTimer(WatchInterval, time);
        while (await timer.WaitForNextTickAsync(_stopping.Token))
        {
            if (_channel is { } channel && channel.LongestWait > ConfirmLimit)
                channel.GiveUp($"no confirm for {ConfirmLimit.TotalSeconds:0} s");
        }
    }

    private async ValueTask<PublisherChannel> OpenChannel()
    {
        while (true)
        {
            if (_channel is { IsOpen: true } open)
                return open;

            try
            {
                return _channel = await Reopen();
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                LogWaiting(logger, exception.Message);
            }

            await Task.Delay(RetryDelay, time, _stopping.Token);
        }
    }

    private async Task<PublisherChannel> Reopen()
    {
        if (_connection is not { IsOpen: true })
        {
            if (_connection is { } lost)
                await lost.DisposeAsync();
            var factory = new ConnectionFactory
            {
                Uri = options.Value.Uri!,
                AutomaticRecoveryEnabled = false,
                RequestedHeartbeat = MessagingRegistration.Heartbeat,
                ContinuationTimeout = options.Value.AnswerLimit,
                ClientProvidedName = $"{AppDomain.CurrentDomain.FriendlyName} publisher",
            };
            _connection = await factory.CreateConnectionAsync(_stopping.Token);
        }

        // We count the confirms ourselves: the client's own bookkeeping costs a task and a timer for each message.
        var confirms = new CreateChannelOptions(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false, outstandingPublisherConfirmationsRateLimiter: null);
        try
        {
            var channel = await _connection.CreateChannelAsync(confirms, _stopping.Token);
            return new PublisherChannel(_connection, channel, time, TakeBack);
        }
        catch
        {
            // A connection on which no channel can be opened is none, although it may seem to be open for long.
            var dead = _connection;
            _connection = null;
            await dead.DisposeAsync();
            throw;
        }
    }

    /// <summary>What was not confirmed comes back, and is sent again.</summary>
    private void TakeBack(IReadOnlyList<Publication> publications, string reason, bool isRefused)
    {
        if (_stopping.IsCancellationRequested || publications.Count == 0)
            return;

        LogRetry(logger, publications.Count, reason);
        foreach (var publication in publications)
        {
            if (isRefused && publication is { Alone: true, Unroutable: true })
            {
                _ = BeginAnew(publication);
                continue;
            }

            // A missing exchange, or one that is not open to us, closes the channel for everybody on it. They are sent again one at
            // a time: the one that closes it when it is alone is the one.
            var unroutable = publication.IsReturned || (isRefused && publication.Alone);
            if (unroutable && !publication.Unroutable)
                LogUnroutable(logger, publication.Message.Type, publication.Message.Id, publication.Message.Exchange);
            _queue.Writer.TryWrite(new Publication(
                publication.Message, publication.Shipment, isRefused, unroutable || publication.Unroutable));
        }
    }

    /// <summary>Refused even where the unrouted go: we lack rights, which may be given at any time. Then it goes where it belongs.</summary>
    private async Task BeginAnew(Publication publication)
    {
        await Task.Delay(RetryDelay, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _queue.Writer.TryWrite(new Publication(publication.Message, publication.Shipment, alone: true));
    }

    [LoggerMessage(2101, LogLevel.Warning, "The broker does not answer ({Reason}); waiting for it.")]
    private static partial void LogWaiting(ILogger logger, string reason);

    [LoggerMessage(2102, LogLevel.Warning, "{Count} messages were not confirmed ({Reason}); sending them again.")]
    private static partial void LogRetry(ILogger logger, int count, string reason);

    [LoggerMessage(2103, LogLevel.Error, "No queue took {Type} {MessageId} from {Exchange}; it goes to the queue of the unrouted.")]
    private static partial void LogUnroutable(ILogger logger, string type, Guid messageId, string exchange);
}
