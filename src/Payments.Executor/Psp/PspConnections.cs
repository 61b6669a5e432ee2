using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Authentication;
using Microsoft.Extensions.Options;
using Payments.Executor.Psp.Braintree;
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
        new(StripeAdapter.AdapterName, _ => new StripeAdapter()),
        new(
            BraintreeAdapter.AdapterName,
            c => new BraintreeAdapter(c.Account!),
            nameof(PspConnectionOptions.PublicKey),
            nameof(PspConnectionOptions.Account)),
    }.ToFrozenDictionary(f => f.Name);

    private readonly FrozenDictionary<string, PspConnection> _byName;
    private readonly List<HttpClient> _clients = [];

    public PspConnections(IOptions<PspOptions> options, TimeProvider time, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger(typeof(PspPipeline).FullName!);
        _byName = options.Value.Connections.ToFrozenDictionary(
            c => c.Key, c => Connect(c.Key, c.Value, options.Value.Pipeline, time, logger));
    }

    public IReadOnlyCollection<PspConnection> All => _byName.Values;

    public bool TryGet(string name, [NotNullWhen(true)] out PspConnection? connection) =>
        _byName.TryGetValue(name, out connection);

    public void Dispose()
    {
        foreach (var client in _clients)
            client.Dispose();
    }

    private PspConnection Connect(
        string name, PspConnectionOptions connection, PspPipelineOptions pipeline, TimeProvider time, ILogger logger)
    {
        var adapter = Formats[connection.Adapter].Create(connection);
        var client = Client(connection.BaseAddress!, pipeline, adapter);
        _clients.Add(client);
        var transport = new PspTransport(client, adapter, connection, time);
        return new PspConnection(name, adapter, new PspPipeline(name, adapter, transport, pipeline, time, logger));
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The client owns its handler, and Dispose the client.")]
    private static HttpClient Client(Uri baseAddress, PspPipelineOptions pipeline, IPspAdapter adapter)
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
        return new HttpClient(adapter.Over(handler), disposeHandler: true)
        {
            BaseAddress = WithSlash(baseAddress),
            // The transport limits each try.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    private static Uri WithSlash(Uri address) =>
        address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
}
