using Payments.Messaging;
using Payments.Operations.Collecting;
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
/// One channel to the broker on which letters go out, one behind the other; what it says of each comes back meanwhile. The client
/// does not follow the confirms, because it would add a header of its own.
/// </summary>
internal sealed class ReplayChannel : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<ulong, InFlight> _inFlight = [];
    private ulong _next = 1;

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

    /// <summary>Sends messages, and waits for what the broker says of them; one answer for each, in their order.</summary>
    public async Task<IReadOnlyList<Sent>> Send(IReadOnlyList<ReplayMessage> messages, TimeSpan limit)
    {
        var answers = new List<Task<Sent>>(messages.Count);
        using var expired = new CancellationTokenSource(limit);
        try
        {
            foreach (var message in messages.TakeWhile(_ => _channel.IsOpen))
            {
                answers.Add(Expect(message));
                await _channel.BasicPublishAsync(
                    message.Exchange, message.RoutingKey, mandatory: true, message.Properties, message.Body, expired.Token);
                FaultPoints.Reach("replay-published");
            }

            await Task.WhenAll(answers).WaitAsync(expired.Token);
        }
        catch (OperationCanceledException)
        {
            Answer(TakeAll(), new Sent(SentKind.InDoubt, $"no confirm within {limit.TotalSeconds:0} s"));
            // A confirm that comes later would be taken for that of a later one.
            await _channel.AbortAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is OperationInterruptedException or AlreadyClosedException or IOException or ObjectDisposedException)
        {
            // The channel's end may have said more before.
            Answer(TakeAll(), new Sent(SentKind.InDoubt, exception.Message));
        }

        var written = await Task.WhenAll(answers);
        return
        [
            .. written,
            .. messages.Skip(written.Length).Select(_ => new Sent(SentKind.NotNow, "the connection was lost before")),
        ];
    }

    /// <summary>Before it is written: the confirm may be faster than the return of the call.</summary>
    private Task<Sent> Expect(ReplayMessage message)
    {
        var inFlight = new InFlight(LetterHeaders.Text(message.Properties, ReplayMessage.ReplayHeader));
        lock (_lock)
            _inFlight.Add(_next++, inFlight);
        return inFlight.Answer.Task;
    }

    /// <summary>Comes before the confirm of the same message.</summary>
    private Task OnReturn(object sender, BasicReturnEventArgs returned)
    {
        var replay = LetterHeaders.Text(returned.BasicProperties, ReplayMessage.ReplayHeader);
        lock (_lock)
        {
            foreach (var inFlight in _inFlight.Values.Where(i => i.ReplayId == replay))
                inFlight.Returned = returned.ReplyText;
        }

        return Task.CompletedTask;
    }

    private Task OnAck(object sender, BasicAckEventArgs ack)
    {
        foreach (var inFlight in Take(ack.DeliveryTag, ack.Multiple))
        {
            inFlight.Answer.TrySetResult(inFlight.Returned is { } because
                ? new Sent(SentKind.Refused, because)
                : new Sent(SentKind.Confirmed, ""));
        }

        return Task.CompletedTask;
    }

    private Task OnNack(object sender, BasicNackEventArgs nack)
    {
        Answer(Take(nack.DeliveryTag, nack.Multiple), new Sent(SentKind.NotNow, "the broker did not take it"));
        return Task.CompletedTask;
    }

    /// <summary>
    /// The broker closes a channel, and not the connection, for what it was told there: of one message that is known, of several
    /// nobody knows which it was.
    /// </summary>
    private Task OnShutdown(object sender, ShutdownEventArgs reason)
    {
        var left = TakeAll();
        var isRefused = left.Count == 1 && reason is { Initiator: ShutdownInitiator.Peer, ReplyCode: 403 or 404 or 406 };
        Answer(left, new Sent(isRefused ? SentKind.Refused : SentKind.InDoubt, reason.ReplyText));
        return Task.CompletedTask;
    }

    private List<InFlight> Take(ulong tag, bool upTo)
    {
        lock (_lock)
        {
            ulong[] tags = upTo ? [.. _inFlight.Keys.TakeWhile(t => t <= tag)] : [tag];
            var taken = new List<InFlight>(tags.Length);
            foreach (var one in tags)
            {
                if (_inFlight.Remove(one, out var inFlight))
                    taken.Add(inFlight);
            }

            return taken;
        }
    }

    private List<InFlight> TakeAll() => Take(ulong.MaxValue, upTo: true);

    private static void Answer(List<InFlight> messages, Sent sent)
    {
        foreach (var inFlight in messages)
            inFlight.Answer.TrySetResult(sent);
    }

    /// <summary>A message of which the broker has not said anything yet.</summary>
    private sealed class InFlight(string? replayId)
    {
        public string? ReplayId { get; } = replayId;

        public TaskCompletionSource<Sent> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Why, where no queue took it.</summary>
        public string? Returned { get; set; }
    }
}
