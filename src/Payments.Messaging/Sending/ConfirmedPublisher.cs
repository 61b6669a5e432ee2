using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Payments.Messaging;

/// <inheritdoc cref="IConfirmedPublisher"/>
/// <remarks>
/// One loop owns the channel and writes messages one behind the other; confirms come back while it writes on. A message
/// whose publish failed is tried again until it is confirmed or proved unroutable.
/// </remarks>
internal sealed partial class ConfirmedPublisher(
    IOptions<BrokerOptions> options,
    TimeProvider time,
    ILogger<ConfirmedPublisher> logger) : IConfirmedPublisher, IAsyncDisposable
{
    private const string OriginalExchangeHeader = "x-original-exchange";
    private const ushort NotFound = 404;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Far longer than a broker that works ever takes; a confirm that was lost never comes.</summary>
    private static readonly TimeSpan ConfirmLimit = TimeSpan.FromSeconds(30);

    private readonly Channel<Publication> _queue =
        Channel.CreateUnbounded<Publication>(new UnboundedChannelOptions { SingleReader = true });

    private readonly CancellationTokenSource _stopping = new();
    private IConnection? _connection;
    private IChannel? _channel;
    private Task? _loop;

    public Task Publish(IReadOnlyList<OutgoingMessage> messages)
    {
        if (messages.Count == 0)
            return Task.CompletedTask;

        StartOnce();
        var confirmed = new Task[messages.Count];
        for (var i = 0; i < messages.Count; i++)
        {
            var completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            confirmed[i] = completion.Task;
            _queue.Writer.TryWrite(new Publication(messages[i], completion));
        }

        return Task.WhenAll(confirmed);
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
        lock (_queue)
            _loop ??= Task.Run(WriteAll);
    }

    private async Task WriteAll()
    {
        await foreach (var publication in _queue.Reader.ReadAllAsync(_stopping.Token))
        {
            var channel = await OpenChannel();
            var confirm = Confirm(channel, publication);
            // Not awaited as a rule: the confirm comes while the next message is written.
            if (publication.Alone)
                await confirm;
        }
    }

    private async Task Confirm(IChannel channel, Publication publication)
    {
        var message = publication.Message;
        try
        {
            // What the client forgot when its connection died is said again, under the same id.
            await Write(channel, message, publication.Unroutable).AsTask().WaitAsync(ConfirmLimit, time, CancellationToken.None);
            publication.Confirmed.SetResult();
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            LogRetry(logger, message.Type, message.Id, exception.Message);
            // A confirm is missing: what else waits on the channel is sent again as well. Not awaited, nothing may stop us here.
            if (exception is TimeoutException)
                _ = channel.AbortAsync(CancellationToken.None);
            await Task.Delay(RetryDelay, time, CancellationToken.None);
            _queue.Writer.TryWrite(Again(publication, exception));
        }
        catch (Exception exception)
        {
            // Stopping: the delivery stays unacknowledged and comes again, or the outbox row is claimed again.
            LogRetry(logger, message.Type, message.Id, exception.Message);
        }
    }

    /// <summary>
    /// A return names its message. A missing exchange closes the channel for everybody on it: those are sent again one
    /// at a time, and who closes it alone is the one.
    /// </summary>
    private Publication Again(Publication publication, Exception exception)
    {
        var missing = exception is OperationInterruptedException { ShutdownReason.ReplyCode: NotFound };
        var unroutable = exception is PublishException { IsReturn: true } || (missing && publication.Alone);
        if (unroutable)
            LogUnroutable(logger, publication.Message.Type, publication.Message.Id, publication.Message.Exchange);
        return publication with { Alone = missing, Unroutable = unroutable || publication.Unroutable };
    }

    private static ValueTask Write(IChannel channel, OutgoingMessage message, bool unroutable)
    {
        var headers = new Dictionary<string, object?>();
        if (message.Trace is { } trace)
            headers[Envelope.TraceHeader] = trace;
        if (unroutable)
            headers[OriginalExchangeHeader] = message.Exchange;
        var properties = new BasicProperties
        {
            MessageId = message.Id.ToString(),
            ContentType = Envelope.ContentType,
            DeliveryMode = DeliveryModes.Persistent,
            Type = message.Type,
            Headers = headers,
        };
        // The token stays out: a cancelled publish would leave the client's confirm bookkeeping behind (its issue 1900).
        return channel.BasicPublishAsync(
            unroutable ? "" : message.Exchange,
            unroutable ? Routes.Unrouted : "",
            mandatory: !Topology.IsOptional(message.Exchange),
            properties,
            message.Body,
            CancellationToken.None);
    }

    private async ValueTask<IChannel> OpenChannel()
    {
        while (true)
        {
            if (_channel is { IsOpen: true } open)
                return open;

            try
            {
                return await Reopen();
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                LogWaiting(logger, exception.Message);
            }

            await Task.Delay(RetryDelay, time, _stopping.Token);
        }
    }

    private async Task<IChannel> Reopen()
    {
        // A closed channel is forgotten, not disposed: its unconfirmed messages are still to be failed by the client.
        _channel = null;
        if (_connection is not { IsOpen: true })
        {
            if (_connection is { } lost)
                await lost.DisposeAsync();
            var factory = new ConnectionFactory
            {
                Uri = options.Value.Uri!,
                AutomaticRecoveryEnabled = false,
                ClientProvidedName = $"{AppDomain.CurrentDomain.FriendlyName} publisher",
            };
            _connection = await factory.CreateConnectionAsync(_stopping.Token);
        }

        var confirms = new CreateChannelOptions(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null);
        return _channel = await _connection.CreateChannelAsync(confirms, _stopping.Token);
    }

    [LoggerMessage(2101, LogLevel.Warning, "The broker does not answer ({Reason}); waiting for it.")]
    private static partial void LogWaiting(ILogger logger, string reason);

    [LoggerMessage(2102, LogLevel.Warning, "{Type} {MessageId} was not confirmed ({Reason}); sending it again.")]
    private static partial void LogRetry(ILogger logger, string type, Guid messageId, string reason);

    [LoggerMessage(2103, LogLevel.Error, "No queue took {Type} {MessageId} from {Exchange}; it goes to the queue of the unrouted.")]
    private static partial void LogUnroutable(ILogger logger, string type, Guid messageId, string exchange);

    /// <param name="Message">What to send.</param>
    /// <param name="Confirmed">Ends when the broker has it.</param>
    /// <param name="Alone">Sent with nothing else in flight.</param>
    /// <param name="Unroutable">Proved to have no queue.</param>
    private sealed record Publication(
        OutgoingMessage Message, TaskCompletionSource Confirmed, bool Alone = false, bool Unroutable = false);
}
