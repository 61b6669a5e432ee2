using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Payments.Benchmark.Instance;
using Payments.Contracts;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Payments.Benchmark.Loading;

/// <summary>Hears every terminal event on a durable queue of its own, as a merchant's system would.</summary>
internal sealed class TerminalEvents : IAsyncDisposable
{
    private const string Queue = "benchmark-ends";
    private const ushort Prefetch = 1000;
    private const int AcknowledgedTogether = 100;

    private readonly IChannel _channel;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<ushort, Tally> _tallies = [];
    private int _strangers;
    private int _unacknowledged;

    private TerminalEvents(IChannel channel, TimeProvider time)
    {
        _channel = channel;
        _time = time;
    }

    /// <summary>Terminal events of no payment of ours.</summary>
    public int Strangers => Volatile.Read(ref _strangers);

    public static async Task<TerminalEvents> Listen(Broker broker, TimeProvider time)
    {
        var channel = await broker.OpenChannel(withConfirms: false);
        var events = new TerminalEvents(channel, time);
        await channel.QueueDeclareAsync(
            Queue, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        foreach (var exchange in PaymentEnds.ByExchange.Keys)
            await channel.QueueBindAsync(Queue, exchange, routingKey: "");
        await channel.QueuePurgeAsync(Queue);
        await channel.BasicQosAsync(0, Prefetch, global: false);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) => events.Hear(delivery);
        await channel.BasicConsumeAsync(Queue, autoAck: false, consumer);
        return events;
    }

    /// <summary>A new load; its payments' ids bear its number.</summary>
    public Load Begin(Variant variant, int capacity, ushort number)
    {
        var tally = new Tally(number, capacity, variant.End);
        _tallies[tally.Load] = tally;
        return new Load(variant, tally, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.QueueDeleteAsync(Queue);
        await _channel.DisposeAsync();
    }

    private async Task Hear(BasicDeliverEventArgs delivery)
    {
        var at = Stopwatch.GetTimestamp();
        if (TryReadId(delivery.Body.Span, out var id)
            && PaymentIds.TryRead(id, out var load, out var number)
            && _tallies.TryGetValue(load, out var tally)
            && number < tally.Capacity)
        {
            tally.Record(number, PaymentEnds.ByExchange[delivery.Exchange], at);
        }
        else
        {
            Interlocked.Increment(ref _strangers);
        }

        if (++_unacknowledged >= AcknowledgedTogether)
        {
            _unacknowledged = 0;
            await _channel.BasicAckAsync(delivery.DeliveryTag, multiple: true);
        }
    }

    /// <summary>Finds the id without reading the whole document, which would cost the payments their cores.</summary>
    private static bool TryReadId(ReadOnlySpan<byte> body, out Ulid id)
    {
        id = default;
        var name = body.IndexOf("\"paymentId\""u8);
        if (name < 0)
            return false;
        body = body[(name + "\"paymentId\"".Length)..];
        var quote = body.IndexOf((byte)'"');
        if (quote < 0 || body.Length < quote + 1 + Ulid.TextLength)
            return false;
        Span<char> text = stackalloc char[Ulid.TextLength];
        Encoding.ASCII.GetChars(body.Slice(quote + 1, Ulid.TextLength), text);
        return Ulid.TryParse(text, null, out id);
    }
}
