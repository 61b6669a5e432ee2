using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Payments.Executor.Psp.Adyen;

/// <summary>
/// Adyen's standard notifications, several to a body. They are the only answer to a modification, so they are proof; what
/// is not signed of them (reason, date) is not looked at.
/// </summary>
internal sealed class AdyenWebhooks : IPspWebhooks
{
    private const int MostItems = 100;

    public string Psp => "adyen";

    public IReadOnlyList<string> Headers => [];

    public IEnumerable<string> Wrong(WebhookOptions settings) => Signatures.WrongSecrets(
        settings, s => Signatures.FromHex(s) is { Length: 32 }, "must be an HMAC key: 64 hexadecimal digits.");

    public WebhookVerdict Verify(WebhookDelivery delivery, WebhookOptions settings, DateTimeOffset now)
    {
        if (!PspJson.TryParse(delivery.Body, out var document))
            return WebhookVerdict.Unsigned;
        using (document)
        {
            var keys = Array.ConvertAll(settings.Secrets, Convert.FromHexString);
            var verdicts = Items(document.RootElement).Select(item => Verify(item, keys)).ToArray();
            if (verdicts.Length is 0 or > MostItems)
                return WebhookVerdict.Unsigned;
            // One that is not Adyen's discredits the others.
            return Array.Find(verdicts, v => v != WebhookVerdict.Genuine);
        }
    }

    public IReadOnlyList<WebhookNotification> Parse(ReadOnlyMemory<byte> body)
    {
        if (!PspJson.TryParse(body, out var document))
            return [Signatures.Unreadable(body)];
        using (document)
        {
            WebhookNotification[] read = [.. Items(document.RootElement).Select(Read).OfType<WebhookNotification>()];
            return read.Length > 0 ? read : [Signatures.Unreadable(body)];
        }
    }

    private static IEnumerable<JsonElement> Items(JsonElement json) =>
        json.Items("notificationItems").Select(item => item.Object("NotificationRequestItem"));

    private static WebhookVerdict Verify(JsonElement item, byte[][] keys)
    {
        if (Signatures.FromBase64(item.Object("additionalData").Text("hmacSignature")) is not { } given)
            return WebhookVerdict.Unsigned;
        var signed = Encoding.UTF8.GetBytes(SignedText(item));
        return Signatures.AnyMatches(keys.Select(key => HMACSHA256.HashData(key, signed)), [given])
            ? WebhookVerdict.Genuine
            : WebhookVerdict.Forged;
    }

    /// <summary>Eight fields, missing ones empty, joined without any escaping.</summary>
    internal static string SignedText(JsonElement item)
    {
        var amount = item.Object("amount");
        string?[] fields =
        [
            item.Text("pspReference"), item.Text("originalReference"), item.Text("merchantAccountCode"),
            item.Text("merchantReference"), amount.Number("value")?.ToString(), amount.Text("currency"),
            item.Text("eventCode"), item.Text("success"),
        ];
        return string.Join(':', fields);
    }

    private static WebhookNotification? Read(JsonElement item)
    {
        if (item.Word("eventCode") is not { } code || item.Word("pspReference") is not { } pspReference)
            return null;
        var original = item.Word("originalReference");
        var isSuccess = item.Text("success") == "true";
        var amount = item.Object("amount");
        var currency = amount.Word("currency");
        return new WebhookNotification
        {
            // Duplicates share the code and the reference; a success after a failure is no duplicate.
            EventId = $"{code}:{pspReference}:{(isSuccess ? "true" : "false")}",
            Type = code,
            Account = item.Text("merchantAccountCode"),
            References = item.Text("merchantReference") is { Length: > 0 } reference ? [reference] : [],
            PspReferences =
                [.. new[] { pspReference, original }.OfType<string>()],
            Claims =
            [
                .. AdyenEvents.ClaimsOf(code, isSuccess).Select(c => WebhookClaim.Proved(c.Step, c.Proof with
                {
                    // A payment keeps its own, whatever was done to it.
                    PspReference = c.Step is PspStep.Sale or PspStep.Authorize ? original ?? pspReference : pspReference,
                    PspStatus = code,
                    AmountMinor = c.Step == PspStep.Void ? null : AdyenEvents.FromWire(amount.Number("value"), currency),
                    CurrencyCode = currency,
                })),
            ],
            SupersededBy = AdyenEvents.SupersededBy(code, isSuccess),
        };
    }
}
