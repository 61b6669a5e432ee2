using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Payments.Executor.Psp.Stripe;

/// <summary>Stripe's events. They name the object and not what we asked for it: the PSP is asked.</summary>
internal sealed class StripeWebhooks : IPspWebhooks
{
    private const string SignatureHeader = "Stripe-Signature";
    private const int MostSignatures = 16;

    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    /// <summary>What each type claims. The steps of an intent that a row does not name are asked about all the same.</summary>
    internal static readonly FrozenDictionary<string, (PspStep Step, OutcomeKind Kind)[]> Intents =
        new Dictionary<string, (PspStep Step, OutcomeKind Kind)[]>
        {
            ["payment_intent.succeeded"] = [(PspStep.Sale, OutcomeKind.Approved), (PspStep.Capture, OutcomeKind.Approved)],
            ["payment_intent.amount_capturable_updated"] = [(PspStep.Authorize, OutcomeKind.Approved)],
            ["payment_intent.payment_failed"] =
                [(PspStep.Sale, OutcomeKind.Declined), (PspStep.Authorize, OutcomeKind.Declined)],
            ["payment_intent.canceled"] = [(PspStep.Void, OutcomeKind.Approved)],
            ["payment_intent.processing"] = [],
            ["payment_intent.requires_action"] = [],
        }.ToFrozenDictionary();

    private static readonly PspStep[] IntentSteps = [PspStep.Sale, PspStep.Authorize, PspStep.Capture, PspStep.Void];

    public string Psp => StripeAdapter.AdapterName;

    public IReadOnlyList<string> Headers => [SignatureHeader];

    public IEnumerable<string> Wrong(WebhookOptions settings) => Signatures.WrongSecrets(
        settings, s => s.StartsWith("whsec_", StringComparison.Ordinal) && s.Length > 6, "must be a signing secret: whsec_ and more.");

    public WebhookVerdict Verify(WebhookDelivery delivery, WebhookOptions settings, DateTimeOffset now)
    {
        var parts = (delivery.Header(SignatureHeader) ?? "").Split(',', StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .ToLookup(pair => pair[0], pair => pair[1]);
        byte[][] given = [.. parts["v1"].Take(MostSignatures).Select(Signatures.FromHex).OfType<byte[]>()];
        if (given.Length == 0
            || parts["t"].FirstOrDefault() is not { } stamp
            || !long.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return WebhookVerdict.Unsigned;
        }

        byte[] signed = [.. Encoding.ASCII.GetBytes(stamp), (byte)'.', .. delivery.Body.Span];
        if (!Signatures.AnyMatches(settings.Secrets.Select(s => HMACSHA256.HashData(Encoding.UTF8.GetBytes(s), signed)), given))
            return WebhookVerdict.Forged;
        return Signatures.IsTimely(DateTimeOffset.FromUnixTimeSeconds(seconds), now, settings.Tolerance(Tolerance))
            ? WebhookVerdict.Genuine
            : WebhookVerdict.Stale;
    }

    public IReadOnlyList<WebhookNotification> Parse(ReadOnlyMemory<byte> body)
    {
        if (!PspJson.TryParse(body, out var document))
            return [Signatures.Unreadable(body)];
        using (document)
        {
            var json = document.RootElement;
            if (json.Word("id") is not { } id || json.Word("type") is not { } type)
                return [Signatures.Unreadable(body)];
            var subject = json.Object("data").Object("object");
            return
            [
                new WebhookNotification
                {
                    EventId = id,
                    Type = type,
                    References = subject.Object("metadata").Text("operation_id") is { } reference ? [reference] : [],
                    PspReferences = [.. new[] { subject.Word("id"), subject.Word("payment_intent") }.OfType<string>()],
                    Claims = [.. ClaimsOf(type, subject)],
                },
            ];
        }
    }

    private static IEnumerable<WebhookClaim> ClaimsOf(string type, JsonElement subject)
    {
        if (Intents.TryGetValue(type, out var claims))
        {
            return IntentSteps.Select(step => new WebhookClaim(
                step, claims.Where(c => c.Step == step).Select(c => (OutcomeKind?)c.Kind).FirstOrDefault()));
        }

        return type is "refund.created" or "refund.updated" or "refund.failed" or "charge.refund.updated"
            ? [new WebhookClaim(PspStep.Refund, OfRefund(subject.Word("status")))]
            : [];
    }

    private static OutcomeKind? OfRefund(string? status) => status switch
    {
        "succeeded" => OutcomeKind.Approved,
        "failed" or "canceled" => OutcomeKind.Declined,
        _ => null,
    };
}
