using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Payments.Sandbox.Braintree;

/// <summary>What Braintree signs of a notification: the payload of the form, as it is sent.</summary>
/// <param name="Payload">XML in base64, with a line feed at its end.</param>
[SuppressMessage("Security", "CA5350", Justification = "The scheme is Braintree's: HMAC-SHA1 under a key's SHA-1.")]
public sealed record BraintreeSignature(string Payload)
{
    /// <summary>The field <c>bt_signature</c>.</summary>
    /// <param name="keys"><c>publicKey|privateKey</c>.</param>
    public string Sign(string keys)
    {
        var (publicKey, privateKey) = keys.Split('|') is [var first, var second]
            ? (first, second)
            : throw new ArgumentException("The keys must be publicKey|privateKey.", nameof(keys));
        var key = SHA1.HashData(Encoding.UTF8.GetBytes(privateKey));
        return $"{publicKey}|{Convert.ToHexStringLower(HMACSHA1.HashData(key, Encoding.UTF8.GetBytes(Payload)))}";
    }
}
