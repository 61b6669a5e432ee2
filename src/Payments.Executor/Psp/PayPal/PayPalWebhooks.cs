using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Payments.Executor.Psp.PayPal;

/// <summary>
/// PayPal's events, signed with a certificate over a checksum that is no protection against whoever can choose the body:
/// they prove nothing, PayPal is asked.
/// </summary>
internal sealed class PayPalWebhooks : IPspWebhooks
{
    private const string IdHeader = "PAYPAL-TRANSMISSION-ID";
    private const string TimeHeader = "PAYPAL-TRANSMISSION-TIME";
    private const string SignatureHeader = "PAYPAL-TRANSMISSION-SIG";
    private const string CertificateHeader = "PAYPAL-CERT-URL";
    private const string AlgorithmHeader = "PAYPAL-AUTH-ALGO";
    private const string Algorithm = "SHA256withRSA";
    private const string OrderEvents = "CHECKOUT.ORDER.";

    /// <summary>For as long as PayPal repeats a notification; the event's id is what makes a repetition harmless.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromDays(3);

    internal static readonly FrozenDictionary<string, WebhookClaim[]> Rows = new Dictionary<string, WebhookClaim[]>
    {
        ["CHECKOUT.ORDER.APPROVED"] = [new(PspStep.Sale), new(PspStep.Authorize)],
        ["PAYMENT.AUTHORIZATION.CREATED"] = [new(PspStep.Authorize, OutcomeKind.Approved)],
        ["PAYMENT.AUTHORIZATION.DENIED"] = [new(PspStep.Authorize, OutcomeKind.Declined)],
        ["PAYMENT.AUTHORIZATION.VOIDED"] = [new(PspStep.Void, OutcomeKind.Approved), new(PspStep.Authorize), new(PspStep.Capture)],
        ["PAYMENT.CAPTURE.COMPLETED"] =
            [new(PspStep.Sale, OutcomeKind.Approved), new(PspStep.Capture, OutcomeKind.Approved)],
        ["PAYMENT.CAPTURE.PENDING"] = [new(PspStep.Sale), new(PspStep.Capture)],
        ["PAYMENT.CAPTURE.DENIED"] =
            [new(PspStep.Sale, OutcomeKind.Declined), new(PspStep.Capture, OutcomeKind.Declined)],
        ["PAYMENT.CAPTURE.DECLINED"] =
            [new(PspStep.Sale, OutcomeKind.Declined), new(PspStep.Capture, OutcomeKind.Declined)],
        ["PAYMENT.CAPTURE.REFUNDED"] = [new(PspStep.Refund, OutcomeKind.Approved)],
        ["PAYMENT.REFUND.PENDING"] = [new(PspStep.Refund)],
        ["PAYMENT.REFUND.FAILED"] = [new(PspStep.Refund, OutcomeKind.Declined)],
    }.ToFrozenDictionary();

    public string Psp => "paypal";

    public IReadOnlyList<string> Headers => [IdHeader, TimeHeader, SignatureHeader, CertificateHeader, AlgorithmHeader];

    public IEnumerable<string> Wrong(WebhookOptions settings)
    {
        if (string.IsNullOrWhiteSpace(settings.WebhookId))
            yield return "WebhookId is missing; PayPal shows it where the webhook is registered.";
        if (settings.Secrets.Length > 0)
            yield return "Secrets must be empty: PayPal signs with a certificate.";
    }

    public Uri? CertificateOf(WebhookDelivery delivery) =>
        Uri.TryCreate(delivery.Header(CertificateHeader), UriKind.Absolute, out var address) ? address : null;

    public WebhookVerdict Verify(WebhookDelivery delivery, WebhookOptions settings, DateTimeOffset now)
    {
        if (delivery.Header(IdHeader) is not { } id
            || delivery.Header(TimeHeader) is not { } time
            || Signatures.FromBase64(delivery.Header(SignatureHeader)) is not { } signature
            || delivery.Header(AlgorithmHeader) != Algorithm
            || !DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signedAt))
        {
            return WebhookVerdict.Unsigned;
        }

        if (delivery.Certificate is not { } certificate || !IsInForce(certificate, now.UtcDateTime))
            return WebhookVerdict.Forged;
        using var key = certificate.GetRSAPublicKey();
        var signed = Encoding.UTF8.GetBytes($"{id}|{time}|{settings.WebhookId}|{Crc32.Of(delivery.Body.Span)}");
        if (key?.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) != true)
            return WebhookVerdict.Forged;
        return Signatures.IsTimely(signedAt, now, settings.Tolerance(Tolerance)) ? WebhookVerdict.Genuine : WebhookVerdict.Stale;
    }

    public IReadOnlyList<WebhookNotification> Parse(ReadOnlyMemory<byte> body)
    {
        if (!PspJson.TryParse(body, out var document))
            return [Signatures.Unreadable(body)];
        using (document)
        {
            var json = document.RootElement;
            if (json.Word("id") is not { } id || json.Word("event_type") is not { } type)
                return [Signatures.Unreadable(body)];
            var resource = json.Object("resource");
            return
            [
                new WebhookNotification
                {
                    EventId = id,
                    Type = type,
                    References = [.. ReferencesOf(resource)],
                    PspReferences = [.. PspReferencesOf(type, resource)],
                    Claims = Rows.GetValueOrDefault(type, []),
                },
            ];
        }
    }

    private static bool IsInForce(X509Certificate2 certificate, DateTime now) =>
        certificate.NotBefore.ToUniversalTime() <= now && now <= certificate.NotAfter.ToUniversalTime();

    private static IEnumerable<string> ReferencesOf(JsonElement resource) =>
        resource.Items("purchase_units").Prepend(resource)
            .SelectMany(r => new[] { r.Text("custom_id"), r.Text("invoice_id") })
            .OfType<string>()
            .Distinct();

    private static IEnumerable<string> PspReferencesOf(string type, JsonElement resource)
    {
        // As the adapter names an order.
        if (type.StartsWith(OrderEvents, StringComparison.Ordinal))
            return resource.Word("id") is { } order ? [PayPalStates.OrderPrefix + order] : [];

        var related = resource.Object("supplementary_data").Object("related_ids");
        // A refund names its capture by a link only.
        var up = resource.Items("links").Where(l => l.Text("rel") == "up").Select(l => l.Text("href")?.Split('/')[^1]);
        return new[]
        {
            resource.Word("id"), related.Word("authorization_id"), related.Word("capture_id"), related.Word("order_id"),
        }.Concat(up).OfType<string>().Distinct();
    }
}
