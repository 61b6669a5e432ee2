using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Payments.Executor.Psp;
using Payments.Executor.Psp.Adyen;
using Payments.Executor.Psp.Braintree;
using Payments.Executor.Psp.PayPal;
using Payments.Executor.Psp.Square;
using Payments.Executor.Psp.Stripe;

namespace Payments.Executor.Tests.Psp.Webhooks;

/// <summary>Every signature vector of every PSP, positive and negative.</summary>
public sealed class WebhookVectorTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    [SkippableTheory]
    [InlineData("valid", nameof(WebhookVerdict.Genuine))]
    [InlineData("tampered body", nameof(WebhookVerdict.Forged))]
    [InlineData("wrong secret", nameof(WebhookVerdict.Forged))]
    [InlineData("stale 301s", nameof(WebhookVerdict.Stale))]
    // The SDK accepts it; nobody who is honest signs ten minutes ahead.
    [InlineData("future 10min", nameof(WebhookVerdict.Stale))]
    [InlineData("two v1 (roll)", nameof(WebhookVerdict.Genuine))]
    [InlineData("v0 only", nameof(WebhookVerdict.Unsigned))]
    [InlineData("boundary 300s", nameof(WebhookVerdict.Genuine))]
    public void Verify_Stripe_IsAsTheSdkSays(string name, string expected)
    {
        var vector = WebhookVectors.Of("stripe");
        var (body, secret, header) = (vector.Text("payload"), vector.Text("secret"), vector.Text("header"));
        var signedAt = DateTimeOffset.FromUnixTimeSeconds(vector["timestamp"]!.GetValue<long>());
        var seconds = name switch { "stale 301s" => 301, "future 10min" => -600, "boundary 300s" => 300, _ => 0 };
        if (name == "tampered body")
            body += " ";
        if (name == "wrong secret")
            secret += "x";
        if (name == "two v1 (roll)")
            header = header.Replace("v1=", $"v1={new string('0', 64)},v1=", StringComparison.Ordinal);
        if (name == "v0 only")
            header = header.Replace("v1=", "v0=", StringComparison.Ordinal);

        var verdict = new StripeWebhooks().Verify(
            Delivery(body, ("stripe-signature", header)), With(secret), signedAt.AddSeconds(seconds));

        verdict.ToString().ShouldBe(expected);
    }

    [SkippableFact]
    public void Parse_Stripe_FindsTheEvent()
    {
        var vector = WebhookVectors.Of("stripe");

        new StripeWebhooks().Parse(Encoding.UTF8.GetBytes(vector.Text("payload"))).ShouldHaveSingleItem()
            .EventId.ShouldBe(vector.Text("ok"));
    }

    [SkippableTheory]
    [InlineData("valid", nameof(WebhookVerdict.Genuine))]
    [InlineData("amount tampered", nameof(WebhookVerdict.Forged))]
    [InlineData("reason tampered (unsigned field)", nameof(WebhookVerdict.Genuine))]
    public void Verify_Adyen_IsAsTheSdkSays(string name, string expected)
    {
        var vector = WebhookVectors.Of("adyen");
        var item = vector["item"]!.DeepClone();
        if (name == "amount tampered")
            item["amount"]!["value"] = 1131;
        if (name.StartsWith("reason", StringComparison.Ordinal))
            item["reason"] = "another";

        VerifyAdyen(vector, item).ToString().ShouldBe(expected);
    }

    [SkippableFact]
    public void Verify_AdyenWithColonAndBackslashInTheReference_EscapesNothing()
    {
        var vector = WebhookVectors.Of("adyen");
        var item = vector["item"]!.DeepClone();
        item["merchantReference"] = "a:b\\c";
        item["additionalData"]!["hmacSignature"] = vector["colonInRef"]!.Text("signature");

        VerifyAdyen(vector, item).ShouldBe(WebhookVerdict.Genuine);
        SignedText(item).ShouldBe(vector["colonInRef"]!.Text("dataToSign"));
    }

    [SkippableFact]
    public void SignedText_Adyen_IsTheSdks()
    {
        var vector = WebhookVectors.Of("adyen");

        SignedText(vector["item"]!).ShouldBe(vector.Text("dataToSign"));
    }

    [SkippableTheory]
    [InlineData("valid", nameof(WebhookVerdict.Genuine))]
    [InlineData("url differs (trailing /)", nameof(WebhookVerdict.Forged))]
    [InlineData("body reserialised", nameof(WebhookVerdict.Forged))]
    public void Verify_Square_IsAsTheSdkSays(string name, string expected)
    {
        var vector = WebhookVectors.Of("square");
        var body = vector.Text("body");
        if (name == "body reserialised")
            body = JsonNode.Parse(body)!.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
        var settings = new WebhookOptions
        {
            Secrets = [vector.Text("key")],
            NotificationUrl = vector.Text("url") + (name.StartsWith("url", StringComparison.Ordinal) ? "/" : ""),
        };

        new SquareWebhooks().Verify(Delivery(body, ("X-Square-HmacSha256-Signature", vector.Text("signature"))), settings, Now)
            .ToString().ShouldBe(expected);
    }

    [SkippableTheory]
    [InlineData("valid", nameof(WebhookVerdict.Genuine))]
    [InlineData("tampered", nameof(WebhookVerdict.Forged))]
    [InlineData("other key", nameof(WebhookVerdict.Forged))]
    [InlineData("payload w/o trailing newline", nameof(WebhookVerdict.Genuine))]
    public void Verify_Braintree_IsAsTheSdkSays(string name, string expected)
    {
        var vector = WebhookVectors.Of("braintree");
        var payload = vector.Text("bt_payload");
        if (name == "tampered")
            payload = "A" + payload;
        if (name.StartsWith("payload", StringComparison.Ordinal))
            payload = payload.TrimEnd('\n');
        var publicKey = name == "other key" ? "another" : vector.Text("publicKey");
        var settings = With($"{publicKey}|{vector.Text("privateKey")}");

        new BraintreeWebhooks().Verify(Form(vector.Text("bt_signature"), payload), settings, Now).ToString().ShouldBe(expected);
    }

    [SkippableFact]
    public void AnswerProbe_Braintree_IsAsTheSdkSays()
    {
        var vector = WebhookVectors.Of("braintree");
        var settings = With($"{vector.Text("publicKey")}|{vector.Text("privateKey")}");

        new BraintreeWebhooks().AnswerProbe(name => name == "bt_challenge" ? vector.Text("challenge") : null, settings)
            .ShouldBe(vector.Text("challengeResponse"));
    }

    [SkippableTheory]
    [InlineData("valid", nameof(WebhookVerdict.Genuine))]
    [InlineData("body + 1 byte", nameof(WebhookVerdict.Forged))]
    [InlineData("other webhook", nameof(WebhookVerdict.Forged))]
    [InlineData("no certificate", nameof(WebhookVerdict.Forged))]
    [InlineData("after four days", nameof(WebhookVerdict.Stale))]
    public void Verify_PayPal_IsAsTheSchemeSays(string name, string expected)
    {
        var vector = WebhookVectors.Of("paypal");
        using var certificate = X509Certificate2.CreateFromPem(vector.Text("certPem"));
        var headers = vector["headers"]!.AsObject().Select(h => (h.Key, h.Value!.GetValue<string>())).ToArray();
        var delivery = Delivery(vector.Text("body") + (name.StartsWith("body", StringComparison.Ordinal) ? " " : ""), headers);
        if (name != "no certificate")
            delivery = delivery with { Certificate = certificate };
        var webhookId = vector.Text("webhookId") + (name == "other webhook" ? "x" : "");

        new PayPalWebhooks()
            .Verify(delivery, new WebhookOptions { WebhookId = webhookId }, name.StartsWith("after", StringComparison.Ordinal) ? Now.AddDays(4) : Now)
            .ToString().ShouldBe(expected);
    }

    [SkippableFact]
    public void Crc32_PayPal_IsUnsignedDecimal()
    {
        var vector = WebhookVectors.Of("paypal");

        Crc32.Of(Encoding.UTF8.GetBytes(vector.Text("body"))).ShouldBe(vector["crc32"]!.GetValue<uint>());
    }

    private static WebhookVerdict VerifyAdyen(JsonNode vector, JsonNode item) => new AdyenWebhooks().Verify(
        Delivery(new JsonObject
        {
            ["live"] = "false",
            ["notificationItems"] = new JsonArray(new JsonObject { ["NotificationRequestItem"] = item.DeepClone() }),
        }.ToJsonString()),
        With(vector.Text("key")),
        Now);

    private static string SignedText(JsonNode item)
    {
        using var document = JsonDocument.Parse(item.ToJsonString());
        return AdyenWebhooks.SignedText(document.RootElement);
    }

    private static WebhookOptions With(string secret) => new() { Secrets = [secret] };

    private static WebhookDelivery Form(string signature, string payload) => Delivery(
        $"bt_signature={Uri.EscapeDataString(signature)}&bt_payload={Uri.EscapeDataString(payload)}");

    private static WebhookDelivery Delivery(string body, params (string Name, string Value)[] headers) => new(
        headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase), Encoding.UTF8.GetBytes(body));
}
