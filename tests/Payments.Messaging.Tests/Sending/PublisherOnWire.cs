using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Payments.Testing;

namespace Payments.Messaging.Tests.Sending;

/// <summary>The publisher as a process has it, with a wire to the real broker that can be cut.</summary>
internal sealed class PublisherOnWire : IAsyncDisposable
{
    private readonly CollectedLog _log = new();
    private readonly ILoggerFactory _loggers;

    private PublisherOnWire(Uri broker, TimeProvider time, TimeSpan? answerLimit)
    {
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));
        Wire = new Wire(broker.Host, broker.Port);
        var options = new BrokerOptions { Uri = new UriBuilder(broker) { Port = Wire.Port }.Uri };
        options.AnswerLimit = answerLimit ?? options.AnswerLimit;
        Publisher = new ConfirmedPublisher(Options.Create(options), time, _loggers.CreateLogger<ConfirmedPublisher>());
    }

    /// <summary>How the frame of a confirm goes on after its channel: 13 bytes of <c>basic.ack</c>.</summary>
    public static ReadOnlySpan<byte> Ack => [0, 0, 0, 13, 0, 60, 0, 80];

    /// <summary>The method <c>channel.open-ok</c>.</summary>
    public static ReadOnlySpan<byte> ChannelOpened => [0, 20, 0, 11];

    public static Uri Broker => new(RunDirectory.Configuration("operations")["RabbitMq:Uri"]!);

    public Wire Wire { get; }

    public ConfirmedPublisher Publisher { get; }

    public IReadOnlyCollection<string> Warnings => _log.Warnings;

    public static PublisherOnWire Connect(TimeProvider? time = null, TimeSpan? answerLimit = null, Uri? broker = null) =>
        new(broker ?? Broker, time ?? TimeProvider.System, answerLimit);

    public async ValueTask DisposeAsync()
    {
        await Publisher.DisposeAsync();
        await Wire.DisposeAsync();
        _loggers.Dispose();
    }
}
