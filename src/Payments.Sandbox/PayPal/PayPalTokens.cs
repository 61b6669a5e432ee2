using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace Payments.Sandbox.PayPal;

/// <summary>The access tokens that were given out. A restart forgets them, as a revocation would.</summary>
internal sealed class PayPalTokens(IOptions<SandboxOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (string Account, DateTimeOffset ExpiresAt)> _given = [];

    /// <summary>Null where the credentials are not the account's: any client id, and the secret key.</summary>
    public JsonObject? Give(string account, string authorization)
    {
        if (!authorization.StartsWith("Basic ", StringComparison.Ordinal)
            || !options.Value.Accounts.TryGetValue(account, out var settings))
        {
            return null;
        }

        var buffer = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(authorization["Basic ".Length..], buffer, out var length))
            return null;
        if (Encoding.UTF8.GetString(buffer, 0, length).Split(':', 2) is not [{ Length: > 0 }, var secret]
            || secret != settings.SecretKey)
        {
            return null;
        }

        var token = "A21AA" + Convert.ToHexString(RandomNumberGenerator.GetBytes(24));
        var seconds = options.Value.AccessTokenSeconds;
        _given[token] = (account, time.GetUtcNow() + TimeSpan.FromSeconds(seconds));
        return new JsonObject
        {
            ["scope"] = "https://uri.paypal.com/services/payments/payment",
            ["access_token"] = token,
            ["token_type"] = "Bearer",
            ["app_id"] = "APP-SANDBOX",
            ["expires_in"] = seconds,
            ["nonce"] = PayPalObjects.Time(time.GetUtcNow().ToUnixTimeSeconds()),
        };
    }

    public bool IsGood(string account, string authorization) =>
        authorization.StartsWith("Bearer ", StringComparison.Ordinal)
        && _given.TryGetValue(authorization["Bearer ".Length..], out var given)
        && given.Account == account
        && time.GetUtcNow() < given.ExpiresAt;
}
