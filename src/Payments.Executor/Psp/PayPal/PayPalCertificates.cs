using System.Collections.Concurrent;
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
    private const int MostKept = 32;
    private const int LongestFile = 64 * 1024;
    private const string Domain = ".paypal.com";

    private static readonly TimeSpan Kept = TimeSpan.FromHours(12);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<Uri, (DateTimeOffset Until, X509Certificate2? Certificate)> _kept = new();
    private readonly SemaphoreSlim _asking = new(1);

    /// <param name="address">Where the sender says it is.</param>
    /// <param name="allowsLoopback">For a connection that is itself on loopback, such as to the sandbox.</param>
    /// <returns>Null where the address or the certificate is not to be trusted.</returns>
    /// <exception cref="HttpRequestException">It could not be fetched.</exception>
    /// <exception cref="OperationCanceledException">It could not be fetched in time.</exception>
    public async Task<X509Certificate2?> Find(Uri address, bool allowsLoopback)
    {
        var isLoopback = allowsLoopback && address.IsLoopback;
        if (!isLoopback && !IsPayPals(address))
            return null;
        if (Known(address, out var known))
            return known;

        using var limit = new CancellationTokenSource(Limit, time);
        await _asking.WaitAsync(limit.Token);
        try
        {
            if (Known(address, out known))
                return known;
            var certificate = Read(await client.GetByteArrayAsync(address, limit.Token), isLoopback);
            // Addresses that only attackers name must not fill the memory.
            if (_kept.Count >= MostKept)
                _kept.Clear();
            _kept[address] = (time.GetUtcNow() + Kept, certificate);
            return certificate;
        }
        finally
        {
            _asking.Release();
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

    private bool Known(Uri address, out X509Certificate2? certificate)
    {
        var isKnown = _kept.TryGetValue(address, out var kept) && kept.Until > time.GetUtcNow();
        certificate = isKnown ? kept.Certificate : null;
        return isKnown;
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
}
