using System.Security.Cryptography.X509Certificates;

namespace Payments.Executor.Psp;

/// <summary>What a PSP sent, before anybody believes it. Never logged.</summary>
/// <param name="Headers">Names without regard to case.</param>
/// <param name="Body">As received, byte for byte.</param>
/// <param name="Certificate">From where <see cref="IPspWebhooks.CertificateOf"/> said, if it is to be trusted.</param>
internal sealed record WebhookDelivery(
    IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body, X509Certificate2? Certificate = null)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public override string ToString() => $"{Body.Length} bytes";
}

/// <summary>Whether a delivery is the PSP's.</summary>
internal enum WebhookVerdict
{
    Genuine,

    /// <summary>Without a signature of the scheme.</summary>
    Unsigned,

    /// <summary>Signed by nobody whose secret we hold, or changed since.</summary>
    Forged,

    /// <summary>Signed by the PSP, but for another time.</summary>
    Stale,
}
