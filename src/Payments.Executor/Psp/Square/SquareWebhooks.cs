using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Payments.Executor.Psp.Square;

/// <summary>Square's events. They carry the object as it was; it is asked for as it is.</summary>
internal sealed class SquareWebhooks : IPspWebhooks
{
    private const string SignatureHeader = "x-square-hmacsha256-signature";

    private static readonly PspStep[] PaymentSteps = [PspStep.Sale, PspStep.Authorize, PspStep.Capture, PspStep.Void];

    public string Psp => "square";

    public IReadOnlyList<string> Headers => [SignatureHeader];

    public IEnumerable<string> Wrong(WebhookOptions settings)
    {
        if (!Uri.TryCreate(settings.NotificationUrl, UriKind.Absolute, out _))
            yield return "NotificationUrl must be the absolute address that is registered at Square, letter for letter.";
        foreach (var sentence in Signatures.WrongSecrets(settings, s => s.Length > 0, "is empty."))
            yield return sentence;
    }

    public WebhookVerdict Verify(WebhookDelivery delivery, WebhookOptions settings, DateTimeOffset now)
    {
        if (Signatures.FromBase64(delivery.Header(SignatureHeader)) is not { Length: > 0 } given)
            return WebhookVerdict.Unsigned;
        byte[] signed = [.. Encoding.UTF8.GetBytes(settings.NotificationUrl!), .. delivery.Body.Span];
        var expected = settings.Secrets.Select(s => HMACSHA256.HashData(Encoding.UTF8.GetBytes(s), signed));
        return Signatures.AnyMatches(expected, [given]) ? WebhookVerdict.Genuine : WebhookVerdict.Forged;
    }

    public IReadOnlyList<WebhookNotification> Parse(ReadOnlyMemory<byte> body)
    {
        if (!PspJson.TryParse(body, out var document))
            return [Signatures.Unreadable(body)];
        using (document)
        {
            var json = document.RootElement;
            if (json.Word("event_id") is not { } id || json.Word("type") is not { } type)
                return [Signatures.Unreadable(body)];
            var subject = json.Object("data").Object("object");
            var isRefund = type.StartsWith("refund.", StringComparison.Ordinal);
            var payment = subject.Object(isRefund ? "refund" : "payment");
            return
            [
                new WebhookNotification
                {
                    EventId = id,
                    Type = type,
                    Account = payment.Word("location_id"),
                    References = payment.Text("reference_id") is { Length: > 0 } reference ? [reference] : [],
                    PspReferences = [.. new[] { payment.Word("id"), payment.Word("payment_id") }.OfType<string>()],
                    Claims = [.. ClaimsOf(type, payment)],
                },
            ];
        }
    }

    private static IEnumerable<WebhookClaim> ClaimsOf(string type, JsonElement subject)
    {
        var status = subject.Word("status");
        return type switch
        {
            "payment.created" or "payment.updated" => PaymentSteps.Select(step => new WebhookClaim(step, OfPayment(step, status))),
            "refund.created" or "refund.updated" => [new WebhookClaim(PspStep.Refund, OfRefund(status))],
            _ => [],
        };
    }

    private static OutcomeKind? OfPayment(PspStep step, string? status) => (step, status) switch
    {
        (PspStep.Sale or PspStep.Capture, "COMPLETED") => OutcomeKind.Approved,
        (PspStep.Authorize, "APPROVED") => OutcomeKind.Approved,
        (PspStep.Void, "CANCELED") => OutcomeKind.Approved,
        (PspStep.Sale or PspStep.Authorize, "FAILED") => OutcomeKind.Declined,
        _ => null,
    };

    private static OutcomeKind? OfRefund(string? status) => status switch
    {
        "COMPLETED" => OutcomeKind.Approved,
        "REJECTED" or "FAILED" => OutcomeKind.Declined,
        _ => null,
    };
}
