using System.Security.Cryptography;
using System.Text;

namespace Payments.Sandbox.Adyen;

/// <summary>The eight signed fields of a notification's item, in their order.</summary>
public sealed record AdyenSignature(
    string PspReference,
    string? OriginalReference,
    string MerchantAccount,
    string? MerchantReference,
    long Value,
    string Currency,
    string EventCode,
    bool Success)
{
    /// <summary>Joined by colons, which are not escaped; what is missing is empty.</summary>
    public override string ToString() =>
        string.Join(
            ':',
            PspReference,
            OriginalReference,
            MerchantAccount,
            MerchantReference,
            Value,
            Currency,
            EventCode,
            Success ? "true" : "false");

    /// <summary>HMAC-SHA256 in base64.</summary>
    /// <param name="hexKey">As Adyen's back office shows it.</param>
    public string Sign(string hexKey) =>
        Convert.ToBase64String(HMACSHA256.HashData(Convert.FromHexString(hexKey), Encoding.UTF8.GetBytes(ToString())));
}
