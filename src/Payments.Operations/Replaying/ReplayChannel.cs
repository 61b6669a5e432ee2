using Payments.Messaging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Payments.Operations.Replaying;

/// <summary>What the broker says of a message.</summary>
internal enum SentKind
{
    /// <summary>It has it.</summary>
    Confirmed,

    /// <summary>No queue takes it, or it may not be sent so: it does not have it, and will not the next time either.</summary>
    Refused,

    /// <summary>It does not have it now; the next time it may.</summary>
    NotNow,

    /// <summary>Nobody knows.</summary>
    InDoubt,
}

/// <param name="Kind">See there.</param>
/// <param name="Because">In the broker's words, or why it did not say anything.</param>
internal sealed record Sent(SentKind Kind, string Because);

/// <summary>
/// One channel to the broker on which letters go out, one at a time: what it says is always about that one. The client does not
/// follow the confirms, because it would add a header of its own.
/// </summary>
internal sealed class ReplayChannel : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private TaskCompletionSource<Sent>? _answer;
    private string? _returned;

    private ReplayChannel(IConnection connection, IChannel channel)
    {
        _connection = connection;
        _channel = channel;
        channel.BasicReturnAsync += OnReturn;
        channel.BasicAcksAsync += OnAck;
        channel.BasicNacksAsync += OnNack;
        channel.ChannelShutdownAsync += OnShutdown;
    }

    public bool IsOpen => _channel.IsOpen;

    public static async Task<ReplayChannel> Open(Uri broker, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { Uri = broker, ClientProvidedName = "replays", AutomaticRecoveryEnabled = false };
        var connection = await factory.CreateConnectionAsync(cancellationToken);
        try
        {
            var confirms = new CreateChannelOptions(
                publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false, outstandingPublisherConfirmationsRateLimiter: null);
            return new ReplayChannel(connection, await connection.CreateChannelAsync(confirms, cancellationToken));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    /// <summary>Sends a message and waits for what the broker says of it.</summary>
    public async Task<Sent> Send(ReplayMessage message, TimeSpan limit)
    {
        var answer = new TaskCompletionSource<Sent>(TaskCreationOptions.RunContinuationsAsynchronously);
        _returned = null;
        Volatile.Write(ref _answer, answer);
        if (!_channel.IsOpen)
            return new Sent(SentKind.NotNow, "the connection was lost before");
        try
        {
            using var expired = new CancellationTokenSource(limit);
            await _channel.BasicPublishAsync(
                message.Exchange, message.RoutingKey, mandatory: true, message.Properties, message.Body, expired.Token);
            FaultPoints.Reach("replay-published");
            return await answer.Task.WaitAsync(expired.Token);
        }
        catch (OperationCanceledException)
        {
            // A confirm that comes later would be taken for that of the next one.
            await _channel.AbortAsync(CancellationToken.None);
            return new Sent(SentKind.InDoubt, $"no confirm within {limit.TotalSeconds:0} s");
        }
        catch (Exception exception) when (exception is OperationInterruptedException or AlreadyClosedException or IOException or ObjectDisposedException)
        {
            // The channel's end may have said more.
            return answer.Task.IsCompletedSuccessfully ? await answer.Task : new Sent(SentKind.InDoubt, exception.Message);
        }
    }

    private Task OnReturn(object sender, BasicReturnEventArgs returned)
    {
        _returned = returned.ReplyText;
        return Task.CompletedTask;
    }

    /// <summary>Follows the return of the same message.</summary>
    private Task OnAck(object sender, BasicAckEventArgs ack) => Answer(_returned is { } because
        ? new Sent(SentKind.Refused, because)
        : new Sent(SentKind.Confirmed, ""));

    private Task OnNack(object sender, BasicNackEventArgs nack) => Answer(new Sent(SentKind.NotNow, "the broker did not take it"));

    /// <summary>The broker closes a channel, and not the connection, for what it was told there last.</summary>
    private Task OnShutdown(object sender, ShutdownEventArgs reason) => Answer(
        reason.Initiator == ShutdownInitiator.Peer && reason.ReplyCode is 403 or 404 or 406
            ? new Sent(SentKind.Refused, reason.ReplyText)
            : new Sent(SentKind.InDoubt, reason.ReplyText));

    private Task Answer(Sent sent)
    {
        Volatile.Read(ref _answer)?.TrySetResult(sent);
        return Task.CompletedTask;
    }
}
