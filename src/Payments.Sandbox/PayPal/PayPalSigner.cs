using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Payments.Sandbox.PayPal;

/// <summary>
/// A key of its own for each process, with a certificate that vouches for itself. A certificate's address holds it whole, so
/// that one can still be fetched when a restart has made another.
/// </summary>
internal sealed class PayPalSigner(TimeProvider time) : IDisposable
{
    /// <summary>As at PayPal, on an account's address.</summary>
    public const string CertificatePath = "v1/notifications/certs/";

    private readonly Lazy<X509Certificate2> _certificate = new(() => Create(time.GetUtcNow()));

    /// <summary>Relative to the account's address.</summary>
    public string CertificateAddress =>
        CertificatePath + Base64Url.EncodeToString(_certificate.Value.RawDataMemory.Span);

    /// <summary>SHA-256 with RSA, PKCS #1 v1.5, in base64.</summary>
    public string Sign(PayPalSignature signature)
    {
        using var key = _certificate.Value.GetRSAPrivateKey()!;
        return Convert.ToBase64String(
            key.SignData(signature.ToBytes(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    /// <summary>The certificate of an address, as PEM; null where the address holds none.</summary>
    public static string? Find(string path)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(
                Base64Url.DecodeFromChars(path.AsSpan(CertificatePath.Length)));
            return certificate.ExportCertificatePem();
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (_certificate.IsValueCreated)
            _certificate.Value.Dispose();
    }

    private static X509Certificate2 Create(DateTimeOffset now)
    {
        using var key = RSA.Create(2048);
        return new CertificateRequest("CN=Payments.Sandbox", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
    }
}
