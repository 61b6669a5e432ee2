using System.Diagnostics.CodeAnalysis;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Payments.Executor.Psp.PayPal;

/// <summary>
/// Certificates that notifications are signed with. Whoever sends a notification chooses the address: only PayPal's own
/// hosts are asked, over https, seldom; and a certificate must descend from a root that this machine trusts.
/// </summary>
internal sealed class PayPalCertificates(HttpClient client, TimeProvider time) : IDisposable
{
    /// <summary>Addresses that are remembered, whatever became of them.</summary>
    internal const int MostKept = 32;

    private const int LongestFile = 64 * 1024;
    private const int MostAtOnce = 4;
    private const string Domain = ".paypal.com";

    /// <summary>How long an address that gave no certificate to be trusted is not asked again.</summary>
    internal static readonly TimeSpan FailureKept = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Kept = TimeSpan.FromHours(12);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private readonly Dictionary<Uri, Fetch> _fetches = [];
    private readonly SemaphoreSlim _asking = new(MostAtOnce);

    /// <param name="address">Where the sender says it is.</param>
    /// <param name="allowsLoopback">For a connection that is itself on loopback, such as to the sandbox.</param>
    /// <returns>Null where the address or the certificate is not to be trusted.</returns>
    /// <exception cref="HttpRequestException">It could not be fetched, now or a moment ago.</exception>
    /// <exception cref="OperationCanceledException">It could not be fetched in time, now or a moment ago.</exception>
    public Task<X509Certificate2?> Find(Uri address, bool allowsLoopback)
    {
        var isLoopback = allowsLoopback && address.IsLoopback;
        if (!isLoopback && !IsPayPals(address))
            return Task.FromResult<X509Certificate2?>(null);

        lock (_fetches)
        {
            var now = time.GetUtcNow();
            if (_fetches.TryGetValue(address, out var known) && !known.IsOver(now))
                return known.Certificate;
            _fetches.Remove(address);
            if (_fetches.Count >= MostKept)
                _fetches.Remove(_fetches.MinBy(f => (f.Value.Worth, f.Value.StartedAt)).Key);
            // Whoever comes meanwhile waits for the same answer; nobody waits for another address.
            var fetch = new Fetch(now, Task.Run(() => Ask(address, isLoopback)));
            _fetches.Add(address, fetch);
            return fetch.Certificate;
        }
    }

    public void Dispose()
    {
        client.Dispose();
        _asking.Dispose();
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The client owns its handler, and Dispose the client.")]
    public static HttpClient Client()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(1),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ActivityHeadersPropagator = null,
        };
        handler.SslOptions.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        return new HttpClient(handler) { MaxResponseContentBufferSize = LongestFile };
    }

    internal static bool IsPayPals(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps
        && address.IsDefaultPort
        && address.UserInfo.Length == 0
        && address.Query.Length == 0
        && address.IdnHost.EndsWith(Domain, StringComparison.Ordinal)
        && address.AbsolutePath.StartsWith("/v1/notifications/certs/", StringComparison.Ordinal);

    private async Task<X509Certificate2?> Ask(Uri address, bool isLoopback)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        await _asking.WaitAsync(limit.Token);
        try
        {
            return Read(await client.GetByteArrayAsync(address, limit.Token), isLoopback);
        }
        finally
        {
            _asking.Release();
        }
    }

    private static X509Certificate2? Read(byte[] file, bool isLoopback)
    {
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(Encoding.ASCII.GetString(file));
        }
        catch (CryptographicException)
        {
            return null;
        }

        return chain.Count > 0 && (isLoopback || Descends(chain)) ? chain[0] : null;
    }

    private static bool Descends(X509Certificate2Collection certificates)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.ExtraStore.AddRange(certificates);
        // The list of revoked ones is at an address that the certificate itself names.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(certificates[0]);
    }

    private sealed record Fetch(DateTimeOffset StartedAt, Task<X509Certificate2?> Certificate)
    {
        /// <summary>Addresses that only attackers name must not drive out one that gave a certificate, nor one that yet may.</summary>
        public int Worth => IsTrusted ? 2 : Certificate.IsCompleted ? 0 : 1;

        private bool IsTrusted => Certificate is { IsCompletedSuccessfully: true, Result: not null };

        public bool IsOver(DateTimeOffset now) =>
            Certificate.IsCompleted && now - StartedAt >= (IsTrusted ? Kept : FailureKept);
    }
}
