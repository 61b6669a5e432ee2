using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Authentication;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Payments.Executor.Psp.Adyen;
using Payments.Executor.Psp.Braintree;
using Payments.Executor.Psp.PayPal;
using Payments.Executor.Psp.Square;
using Payments.Executor.Psp.Stripe;

namespace Payments.Executor.Psp;

/// <summary>
/// All configured connections, each with an HTTP client of its own, so that none waits for another's sockets.
/// </summary>
internal sealed class PspConnections : IDisposable
{
    /// <summary>A new PSP is a new entry.</summary>
    internal static readonly FrozenDictionary<string, PspFormat> Formats = new PspFormat[]
    {
        // Published: 25 per second and endpoint, 20 for searches, 100 in all.
        new(StripeAdapter.AdapterName, _ => new StripeAdapter()) { Limits = new PspLimits(100, 20, 15) },
        new(SquareAdapter.AdapterName, c => new SquareAdapter(c.Account!), nameof(PspConnectionOptions.Account)),
        new(AdyenAdapter.AdapterName, c => new AdyenAdapter(c.Account!), nameof(PspConnectionOptions.Account)),
        new(
            BraintreeAdapter.AdapterName,
            c => new BraintreeAdapter(c.Account!),
            nameof(PspConnectionOptions.PublicKey),
            nameof(PspConnectionOptions.Account)),
        new(PayPalAdapter.AdapterName, c => new PayPalAdapter(c), nameof(PspConnectionOptions.PublicKey)),
    }.ToFrozenDictionary(f => f.Name);

    private readonly FrozenDictionary<string, PspConnection> _byName;
    private readonly List<HttpClient> _clients = [];
    private readonly ILogger _logger;

    /// <summary>For whoever announces them; should nobody read, the oldest are forgotten.</summary>
    private readonly Channel<BreakerChange> _changes = Channel.CreateBounded<BreakerChange>(
        new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest });

    public PspConnections(IOptions<PspOptions> options, TimeProvider time, ILoggerFactory loggers)
    {
        _logger = loggers.CreateLogger(typeof(PspPipeline).FullName!);
        _byName = options.Value.Connections.ToFrozenDictionary(
            c => c.Key, c => Connect(c.Key, c.Value, options.Value, time));
    }

    public IReadOnlyCollection<PspConnection> All => _byName.Values;

    public ChannelReader<BreakerChange> BreakerChanges => _changes.Reader;

    public bool TryGet(string name, [NotNullWhen(true)] out PspConnection? connection) =>
        _byName.TryGetValue(name, out connection);

    public void Dispose()
    {
        foreach (var client in _clients)
            client.Dispose();
        foreach (var connection in All)
            connection.Guard.Dispose();
    }

    private PspConnection Connect(
        string name, PspConnectionOptions connection, PspOptions options, TimeProvider time)
    {
        var format = Formats[connection.Adapter];
        var adapter = format.Create(connection);
        var client = Client(connection.BaseAddress!, options.Pipeline, adapter);
        _clients.Add(client);
        var writeLimit = TimeSpan.FromSeconds(options.Pipeline.WriteLimitSeconds);
        var transport = new PspTransport(client, adapter, connection, writeLimit, time);
        var guard = new PspGuard(name, format.Limits.Over(connection.Limits), options.Breaker, time, Tell);
        var searchLag = connection.SearchLagSeconds is { } lag ? TimeSpan.FromSeconds(lag) : (TimeSpan?)null;
        var pipeline = new PspPipeline(name, adapter, transport, guard, options.Pipeline, searchLag, time, _logger);
        return new PspConnection(name, format.Name, adapter, guard, pipeline);
    }

    private void Tell(BreakerChange change)
    {
        PspLog.BreakerChanged(_logger, change.Connection, change.Step, change.State);
        PspMetrics.Changed(change);
        _changes.Writer.TryWrite(change);
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The client owns its handler, and Dispose the client.")]
    private static HttpClient Client(Uri baseAddress, PspPipelineOptions pipeline, IPspAdapter adapter) =>
        new(adapter.Over(Network(baseAddress, pipeline)), disposeHandler: true)
        {
            BaseAddress = WithSlash(baseAddress),
            // The transport limits each try.
            Timeout = Timeout.InfiniteTimeSpan,
        };

    /// <summary>TLS 1.2 or later, whatever the machine allows.</summary>
    internal static SocketsHttpHandler Network(Uri baseAddress, PspPipelineOptions pipeline)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(pipeline.ConnectLimitSeconds),
            // The name's address may change while we run.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !baseAddress.IsLoopback,
            // The PSP gets the stored request and the credentials, not our trace ids.
            ActivityHeadersPropagator = null,
        };
        handler.SslOptions.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        return handler;
    }

    private static Uri WithSlash(Uri address) =>
        address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
}
