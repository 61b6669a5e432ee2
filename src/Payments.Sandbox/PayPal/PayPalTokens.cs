using System.Collections.Concurrent;
using System.Security.Cryptography;
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
        if (!options.Value.Accounts.TryGetValue(account, out var settings)
            || PspWire.BasicSecretIn(authorization) != settings.SecretKey)
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
