using System.Security.Cryptography;
using System.Text;

namespace Payments.Sandbox.Square;

/// <summary>What Square signs of an event: the address it goes to, letter for letter, and the body.</summary>
/// <param name="Url">As it is registered.</param>
/// <param name="Body">As sent.</param>
public sealed record SquareSignature(string Url, byte[] Body)
{
    /// <summary>The header <c>x-square-hmacsha256-signature</c>: HMAC-SHA256 in base64.</summary>
    public string Sign(string key)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(Url), .. Body];
        return Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), signed));
    }
}
