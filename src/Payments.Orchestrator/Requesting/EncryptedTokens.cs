using System.Text.Json.Nodes;
using Payments.Contracts;
using Payments.Hosting;

namespace Payments.Orchestrator.Requesting;

/// <summary>Where tokens rest here: in the request as it came, and in the payment.</summary>
internal static class EncryptedTokens
{
    public static EncryptedRows OfRequests { get; } = new(
        "payment_request", "payment_id", "uuid", "body::text", "body = n.value::jsonb",
        (cipher, paymentId, body) => Renew(cipher, paymentId, body, root => root["paymentMethod"]));

    public static EncryptedRows OfPayments { get; } = new(
        "payment", "payment_id", "uuid", "payment_method::text", "payment_method = n.value::jsonb",
        (cipher, paymentId, method) => Renew(cipher, paymentId, method, root => root));

    private static string? Renew(TokenCipher cipher, string paymentId, string json, Func<JsonNode, JsonNode?> methodOf)
    {
        var context = Ulid.FromGuid(Guid.Parse(paymentId)).ToString();
        var root = JsonNode.Parse(json)!;
        var isRenewed = false;
        foreach (var credential in methodOf(root)?["credentials"]?.AsArray() ?? [])
        {
            if (cipher.Renew(credential!["token"]!.GetValue<string>(), context) is not { } token)
                continue;
            credential["token"] = token;
            isRenewed = true;
        }

        return isRenewed ? root.ToJsonString() : null;
    }
}
