using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Payments.Sandbox.Stripe;

/// <summary>What Stripe signs of an event: the second it was signed in, and the body.</summary>
/// <param name="Time">Unix seconds.</param>
/// <param name="Body">As sent.</param>
public sealed record StripeSignature(long Time, byte[] Body)
{
    /// <summary>The header <c>Stripe-Signature</c>: HMAC-SHA256, in hexadecimal.</summary>
    /// <param name="secret">As Stripe shows it, <c>whsec_</c> and more; the whole text is the key.</param>
    public string Sign(string secret)
    {
        var time = Time.ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes(time + "."), .. Body];
        return $"t={time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }
}
