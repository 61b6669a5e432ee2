using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Payments.Executor.Psp;

namespace Payments.Executor.Tests.Psp.Webhooks;

/// <summary>Signs as a PSP does, without the code under test.</summary>
internal static class WebhookSigning
{
    public const string StripeSecret = "whsec_of_these_tests";
    public const string AdyenKey = "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF";

    public static WebhookDelivery StripeDelivery(string body, DateTimeOffset at, string secret = StripeSecret)
    {
        var stamp = at.ToUnixTimeSeconds();
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{stamp}.{body}"));
        return Delivery(body, ("Stripe-Signature", $"t={stamp},v1={Convert.ToHexStringLower(signature)}"));
    }

    public static JsonObject AdyenItem(
        string code,
        bool success = true,
        string reference = "reference-1",
        string pspReference = "PSP1",
        string original = "",
        long value = 1000,
        string currency = "EUR",
        string key = AdyenKey)
    {
        var signed = $"{pspReference}:{original}:Shop:{reference}:{value}:{currency}:{code}:{(success ? "true" : "false")}";
        var signature = HMACSHA256.HashData(Convert.FromHexString(key), Encoding.UTF8.GetBytes(signed));
        return new JsonObject
        {
            ["pspReference"] = pspReference,
            ["originalReference"] = original,
            ["merchantAccountCode"] = "Shop",
            ["merchantReference"] = reference,
            ["amount"] = new JsonObject { ["value"] = value, ["currency"] = currency },
            ["eventCode"] = code,
            ["success"] = success ? "true" : "false",
            ["eventDate"] = "2026-11-25T07:00:00+01:00",
            ["additionalData"] = new JsonObject { ["hmacSignature"] = Convert.ToBase64String(signature) },
        };
    }

    public static WebhookDelivery AdyenDelivery(params JsonObject[] items) => Delivery(new JsonObject
    {
        ["live"] = "false",
        ["notificationItems"] = new JsonArray([.. items.Select(i => new JsonObject { ["NotificationRequestItem"] = i })]),
    }.ToJsonString());

    public static WebhookDelivery Delivery(string body, params (string Name, string Value)[] headers) => new(
        headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase), Encoding.UTF8.GetBytes(body));
}
