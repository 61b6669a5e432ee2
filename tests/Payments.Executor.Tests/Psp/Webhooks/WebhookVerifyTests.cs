using System.Security.Cryptography;
using System.Text;
using Payments.Executor.Psp;
using Payments.Executor.Psp.Adyen;
using Payments.Executor.Psp.Braintree;
using Payments.Executor.Psp.PayPal;
using Payments.Executor.Psp.Square;
using Payments.Executor.Psp.Stripe;
using static Payments.Executor.Tests.Psp.Webhooks.WebhookSigning;

namespace Payments.Executor.Tests.Psp.Webhooks;

public sealed class WebhookVerifyTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 7, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("whsec_new", nameof(WebhookVerdict.Genuine))]
    [InlineData("whsec_old", nameof(WebhookVerdict.Genuine))]
    [InlineData("whsec_older", nameof(WebhookVerdict.Forged))]
    public void Verify_StripeWhileSecretsRoll_TakesBoth(string secret, string expected) =>
        new StripeWebhooks().Verify(StripeDelivery("{}", Now, secret), new WebhookOptions { Secrets = ["whsec_new", "whsec_old"] }, Now)
            .ToString().ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("t=,v1=00")]
    [InlineData("t=99999999999999999999,v1=00")]
    [InlineData("t=253402300800,v1=00")]
    [InlineData("t=1795332619")]
    [InlineData("t=1795332619,v1=xyz")]
    public void Verify_StripeWithoutUsableSignature_IsUnsigned(string header) =>
        new StripeWebhooks().Verify(Delivery("{}", ("Stripe-Signature", header)), new WebhookOptions { Secrets = [StripeSecret] }, Now)
            .ShouldBe(WebhookVerdict.Unsigned);

    [Fact]
    public void Verify_AdyenWithOneForgedItemAmongGenuine_IsForged()
    {
        var forged = AdyenItem("CAPTURE");
        forged["amount"]!["value"] = 1;

        new AdyenWebhooks().Verify(AdyenDelivery(AdyenItem("AUTHORISATION"), forged), new WebhookOptions { Secrets = [AdyenKey] }, Now)
            .ShouldBe(WebhookVerdict.Forged);
    }

    [Fact]
    public void Verify_AdyenWithOneUnsignedItemAmongGenuine_IsUnsigned()
    {
        var unsigned = AdyenItem("CAPTURE");
        unsigned.Remove("additionalData");

        new AdyenWebhooks().Verify(AdyenDelivery(AdyenItem("AUTHORISATION"), unsigned), new WebhookOptions { Secrets = [AdyenKey] }, Now)
            .ShouldBe(WebhookVerdict.Unsigned);
    }

    [Theory]
    [InlineData("""{"live":"false","notificationItems":[]}""")]
    [InlineData("not json")]
    [InlineData("")]
    [InlineData("""{"notificationItems":[{"NotificationRequestItem":{"additionalData":{"hmacSignature":"\ud800"}}}]}""")]
    public void Verify_AdyenWithoutItems_IsUnsigned(string body) =>
        new AdyenWebhooks().Verify(Delivery(body), new WebhookOptions { Secrets = [AdyenKey] }, Now)
            .ShouldBe(WebhookVerdict.Unsigned);

    [Fact]
    public void Verify_BraintreeWhileKeysRoll_TakesBoth()
    {
        var settings = new WebhookOptions { Secrets = ["new|key-2", "old|key-1"] };
#pragma warning disable CA5350 // The PSP signs with SHA-1.
        var key = SHA1.HashData(Encoding.UTF8.GetBytes("key-1"));
        var payload = Convert.ToBase64String("<notification/>"u8) + "\n";
        var signature = Convert.ToHexStringLower(HMACSHA1.HashData(key, Encoding.UTF8.GetBytes(payload)));
#pragma warning restore CA5350
        var body = $"bt_signature={Uri.EscapeDataString($"other|00&old|{signature}")}&bt_payload={Uri.EscapeDataString(payload)}";

        new BraintreeWebhooks().Verify(Delivery(body), settings, Now).ShouldBe(WebhookVerdict.Genuine);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("20f9f8ed05f77439fe955c977e4c8a53-and-a-text-to-be-signed")]
    [InlineData("20F9F8ED05F77439FE955C977E4C8A53")]
    public void AnswerProbe_BraintreeAskedForAnotherText_SignsNothing(string challenge) =>
        new BraintreeWebhooks().AnswerProbe(_ => challenge, new WebhookOptions { Secrets = ["public|private"] }).ShouldBeNull();

    [Theory]
    [InlineData("https://api.paypal.com/v1/notifications/certs/CERT-1", true)]
    [InlineData("https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1", true)]
    [InlineData("http://api.paypal.com/v1/notifications/certs/CERT-1", false)]
    [InlineData("https://api.paypal.com:8443/v1/notifications/certs/CERT-1", false)]
    [InlineData("https://paypal.com.example/v1/notifications/certs/CERT-1", false)]
    [InlineData("https://evilpaypal.com/v1/notifications/certs/CERT-1", false)]
    [InlineData("https://api.paypal.com@example.com/v1/notifications/certs/CERT-1", false)]
    [InlineData("https://api.paypal.com/redirect?to=https://example.com", false)]
    [InlineData("https://127.0.0.1/v1/notifications/certs/CERT-1", false)]
    public void IsPayPals_AnyAddress_OnlyItsOwnHosts(string address, bool expected) =>
        PayPalCertificates.IsPayPals(new Uri(address)).ShouldBe(expected);

    [Theory]
    [InlineData("stripe", "Secrets has 0 entries; it must have one, or two while one replaces another.")]
    [InlineData("stripe", "Secrets:0 must be a signing secret: whsec_ and more.", "sk_test_1")]
    [InlineData("stripe", "Secrets has 3 entries; it must have one, or two while one replaces another.", "whsec_a", "whsec_b", "whsec_c")]
    [InlineData("adyen", "Secrets:0 must be an HMAC key: 64 hexadecimal digits.", "0011")]
    [InlineData("square", "NotificationUrl must be the absolute address that is registered at Square, letter for letter.", "key")]
    [InlineData("braintree", "Secrets:0 must be publicKey|privateKey.", "private")]
    [InlineData("paypal", "WebhookId is missing; PayPal shows it where the webhook is registered.")]
    public void Validate_WrongSettings_NamesTheSettingAndTheRule(string psp, string expected, params string[] secrets)
    {
        var options = new PspOptions
        {
            Connections = { ["a"] = new PspConnectionOptions { Adapter = psp, Webhook = new WebhookOptions { Secrets = secrets } } },
        };

        new WebhookOptionsValidator().Validate(null, options).Failures.ShouldBe([$"Psp:Connections:a:Webhook:{expected}"]);
    }

    [Fact]
    public void Validate_WithoutWebhookSettings_IsFine() =>
        new WebhookOptionsValidator().Validate(
            null, new PspOptions { Connections = { ["a"] = new PspConnectionOptions { Adapter = "stripe" } } }).Succeeded.ShouldBeTrue();

    [Theory]
    [InlineData(0)]
    [InlineData(604_801)]
    [InlineData(double.NaN)]
    public void Validate_ToleranceOutOfRange_IsNamed(double seconds) =>
        new WebhookOptionsValidator().Validate(null, new PspOptions
        {
            Connections =
            {
                ["a"] = new PspConnectionOptions
                {
                    Adapter = "stripe",
                    Webhook = new WebhookOptions { Secrets = [StripeSecret], ToleranceSeconds = seconds },
                },
            },
        }).Failures!.ShouldHaveSingleItem().ShouldContain("ToleranceSeconds");
}
