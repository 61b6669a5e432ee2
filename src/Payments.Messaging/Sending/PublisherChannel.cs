using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Payments.Messaging;

/// <summary>
/// One channel's life: what was written to it and not yet confirmed. Every sequence number is waited for; nacks, returns
/// and what a closed channel leaves behind go back to the publisher.
/// </summary>
internal sealed class PublisherChannel : IAsyncDisposable
{
    /// <summary>Reply codes of a channel that a single message has closed: its exchange is missing, or is not open to us.</summary>
    private static readonly ushort[] Refusals = [404, 403];

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly TimeProvider _time;
    private readonly Action<IReadOnlyList<Publication>, string, bool> _takeBack;
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Publication> _unconfirmed = [];
    private ulong _next = 1;
    private ulong _lowest = 1;
    private bool _isLost;
    private bool _isBlocked;
    private TaskCompletionSource? _drained;

    public PublisherChannel(
        IConnection connection,
        IChannel channel,
        TimeProvider time,
        Action<IReadOnlyList<Publication>, string, bool> takeBack)
    {
        _connection = connection;
        _channel = channel;
        _time = time;
        _takeBack = takeBack;
        channel.BasicAcksAsync += OnAck;
        channel.BasicNacksAsync += OnNack;
        channel.BasicReturnAsync += OnReturn;
        channel.ChannelShutdownAsync += OnShutdown;
        connection.ConnectionBlockedAsync += OnBlocked;
        connection.ConnectionUnblockedAsync += OnUnblocked;
    }

    public bool IsOpen => _channel.IsOpen && !Volatile.Read(ref _isLost);

    /// <summary>How long the oldest message waits for its confirm. A broker that has blocked us takes its time.</summary>
    public TimeSpan LongestWait
    {
        get
        {
            lock (_lock)
            {
                return !_isBlocked && _unconfirmed.TryGetValue(_lowest, out var oldest)
                    ? _time.GetElapsedTime(oldest.WrittenAt)
                    : TimeSpan.Zero;
            }
        }
    }

    public async Task Write(Publication publication)
    {
        publication.WrittenAt = _time.GetTimestamp();
        if (!Expect(publication))
        {
            _takeBack([publication], "the channel was lost before", false);
            return;
        }

        try
        {
            await Publish(publication.Message, publication.Unroutable);
            FaultPoints.Reach("after-publish");
        }
        catch (Exception exception)
        {
            // The channel may know of the refusal before its event has told us.
            Lose(exception.Message, IsRefusal(_channel.CloseReason));
        }
    }

    /// <summary>Ends when nothing is in flight any more, whether it was confirmed or taken back.</summary>
    public Task Drained()
    {
        lock (_lock)
        {
            if (_unconfirmed.Count == 0)
                return Task.CompletedTask;
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }

    public void GiveUp(string reason)
    {
        Lose(reason, isRefused: false);
        // Not awaited: it may hang as the confirms do, and nothing depends on it.
        _ = _channel.AbortAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync()
    {
        Release();
        return _channel.DisposeAsync();
    }

    /// <summary>Before it is written: the confirm may be faster than the return of the call. False when the channel is lost.</summary>
    private bool Expect(Publication publication)
    {
        lock (_lock)
        {
            if (_isLost)
                return false;
            _unconfirmed.Add(_next++, publication);
            return true;
        }
    }

    private ValueTask Publish(OutgoingMessage message, bool unroutable)
    {
        var headers = new Dictionary<string, object?>();
        if (message.Trace is { } trace)
            headers[Envelope.TraceHeader] = trace;
        if (unroutable)
            headers[Routes.OriginalExchangeHeader] = message.Exchange;
        var properties = new BasicProperties
        {
            MessageId = message.Id.ToString(),
            ContentType = Envelope.ContentType,
            DeliveryMode = DeliveryModes.Persistent,
            Type = message.Type,
            Headers = headers,
        };
        return _channel.BasicPublishAsync(
            unroutable ? "" : message.Exchange,
            unroutable ? Routes.Unrouted : "",
            mandatory: !Topology.IsOptional(message.Exchange),
            properties,
            message.Body,
            CancellationToken.None);
    }

    private Task OnAck(object sender, BasicAckEventArgs ack)
    {
        FaultPoints.Reach("before-confirm");
        var returned = new List<Publication>(0);
        foreach (var publication in Take(ack.DeliveryTag, ack.Multiple))
        {
            if (publication.IsReturned)
                returned.Add(publication);
            else
                publication.Shipment.Confirm();
        }

        if (returned.Count > 0)
            _ = TakeBackLater(returned, "no queue took them");
        return Task.CompletedTask;
    }

    private Task OnNack(object sender, BasicNackEventArgs nack)
    {
        _ = TakeBackLater(Take(nack.DeliveryTag, nack.Multiple), "the broker refused them");
        return Task.CompletedTask;
    }

    /// <summary>Not awaited by who reads from the connection. A broker that refuses is not asked again at once.</summary>
    private async Task TakeBackLater(IReadOnlyList<Publication> publications, string reason)
    {
        await Task.Delay(RetryDelay, _time);
        _takeBack(publications, reason, false);
    }

    /// <summary>Comes before the confirm of the same message.</summary>
    private Task OnReturn(object sender, BasicReturnEventArgs returned)
    {
        lock (_lock)
        {
            foreach (var publication in _unconfirmed.Values)
            {
                if (publication.Message.Id.ToString() == returned.BasicProperties.MessageId)
                    publication.IsReturned = true;
            }
        }

        return Task.CompletedTask;
    }

    private Task OnShutdown(object sender, ShutdownEventArgs reason)
    {
        Lose(reason.ReplyText, IsRefusal(reason));
        return Task.CompletedTask;
    }

    private Task OnBlocked(object sender, ConnectionBlockedEventArgs reason) => SetBlocked(true);

    private Task OnUnblocked(object sender, AsyncEventArgs reason) => SetBlocked(false);

    private Task SetBlocked(bool isBlocked)
    {
        lock (_lock)
            _isBlocked = isBlocked;
        return Task.CompletedTask;
    }

    private static bool IsRefusal(ShutdownEventArgs? reason) => reason is not null && Refusals.Contains(reason.ReplyCode);

    private List<Publication> Take(ulong tag, bool multiple)
    {
        var taken = new List<Publication>();
        lock (_lock)
        {
            for (var number = multiple ? _lowest : tag; number <= tag; number++)
            {
                if (_unconfirmed.Remove(number, out var publication))
                    taken.Add(publication);
            }

            while (_lowest < _next && !_unconfirmed.ContainsKey(_lowest))
                _lowest++;
            SignalDrained();
        }

        return taken;
    }

    private void Lose(string reason, bool isRefused)
    {
        List<Publication> left;
        lock (_lock)
        {
            _isLost = true;
            left = [.. _unconfirmed.OrderBy(u => u.Key).Select(u => u.Value)];
            _unconfirmed.Clear();
            SignalDrained();
        }

        Release();
        _takeBack(left, reason, isRefused);
    }

    private void SignalDrained()
    {
        if (_unconfirmed.Count > 0)
            return;
        _drained?.TrySetResult();
        _drained = null;
    }

    /// <summary>The connection outlives its channels.</summary>
    private void Release()
    {
        _connection.ConnectionBlockedAsync -= OnBlocked;
        _connection.ConnectionUnblockedAsync -= OnUnblocked;
    }
}
