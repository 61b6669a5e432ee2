using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.WebUtilities;

namespace Payments.Executor.Psp.Braintree;

/// <summary>Braintree's notifications: XML, in base64, in a form.</summary>
[SuppressMessage("Security", "CA5350", Justification = "The scheme is Braintree's: HMAC-SHA1 under a key's SHA-1.")]
internal sealed class BraintreeWebhooks : IPspWebhooks
{
    private const string Challenge = "bt_challenge";
    private const int MostPairs = 16;

    private static readonly PspStep[] ChargeSteps = [PspStep.Sale, PspStep.Authorize, PspStep.Capture];

    public string Psp => "braintree";

    public IReadOnlyList<string> Headers => [];

    public IEnumerable<string> Wrong(WebhookOptions settings) => Signatures.WrongSecrets(
        settings, s => s.Split('|') is [{ Length: > 0 }, { Length: > 0 }], "must be publicKey|privateKey.");

    public WebhookVerdict Verify(WebhookDelivery delivery, WebhookOptions settings, DateTimeOffset now)
    {
        var (signature, payload) = ReadForm(delivery.Body);
        if (signature is null || payload is null)
            return WebhookVerdict.Unsigned;
        var given = signature.Split('&').Take(MostPairs).Select(pair => pair.Split('|', 2)).Where(pair => pair.Length == 2)
            .ToLookup(pair => pair[0], pair => Signatures.FromHex(pair[1]));
        var matches = false;
        foreach (var (publicKey, privateKey) in Keys(settings))
        {
            // The newline at its end is lost on some ways.
            byte[][] expected = [Sign(privateKey, payload), Sign(privateKey, payload + "\n")];
            matches |= Signatures.AnyMatches(expected, [.. given[publicKey].OfType<byte[]>()]);
        }

        return matches ? WebhookVerdict.Genuine : WebhookVerdict.Forged;
    }

    public IReadOnlyList<WebhookNotification> Parse(ReadOnlyMemory<byte> body)
    {
        if (Decode(body) is not { } xml || Load(xml) is not { } notification || Value(notification, "kind") is not { } kind)
            return [Signatures.Unreadable(body)];
        var transaction = notification.Element("subject")?.Element("transaction");
        var id = Value(transaction, "id");
        return
        [
            new WebhookNotification
            {
                // Nothing names the event: of one kind there is one per transaction, and of others one per content.
                EventId = id is null ? Signatures.HashOf(xml) : $"{kind}:{id}",
                Type = kind,
                Account = Value(transaction, "merchant-account-id"),
                References = transaction?.Element("order-id")?.Value is { Length: > 0 } reference ? [reference] : [],
                PspReferences =
                [
                    .. Ids(id), .. Ids(Value(transaction, "refunded-transaction-id")),
                ],
                Claims = [.. id is null ? [] : ClaimsOf(kind, Value(transaction, "type") == "credit")],
            },
        ];
    }

    public ReadOnlyMemory<byte> Unwrap(ReadOnlyMemory<byte> body) => Decode(body) ?? body;

    public string? AnswerProbe(Func<string, string?> query, WebhookOptions settings)
    {
        // Of its form, so that nobody has other texts signed.
        if (query(Challenge) is not { Length: >= 20 and <= 32 } challenge || !challenge.All(char.IsAsciiHexDigitLower))
            return null;
        var (publicKey, privateKey) = Keys(settings).First();
        return $"{publicKey}|{Convert.ToHexStringLower(Sign(privateKey, challenge))}";
    }

    private static IEnumerable<(string PublicKey, string PrivateKey)> Keys(WebhookOptions settings) =>
        settings.Secrets.Select(s => s.Split('|')).Select(pair => (pair[0], pair[1]));

    private static byte[] Sign(string privateKey, string text) =>
        HMACSHA1.HashData(SHA1.HashData(Encoding.UTF8.GetBytes(privateKey)), Encoding.UTF8.GetBytes(text));

    private static (string? Signature, string? Payload) ReadForm(ReadOnlyMemory<byte> body)
    {
        var form = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body.Span));
        return (form.GetValueOrDefault("bt_signature").FirstOrDefault(), form.GetValueOrDefault("bt_payload").FirstOrDefault());
    }

    private static byte[]? Decode(ReadOnlyMemory<byte> body) => Signatures.FromBase64(ReadForm(body).Payload);

    private static XElement? Load(byte[] xml)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };
        using var stream = new MemoryStream(xml);
        using var reader = XmlReader.Create(stream, settings);
        try
        {
            return XElement.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static string? Value(XElement? parent, string name) =>
        parent?.Element(name)?.Value is { Length: > 0 and <= 100 } text
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? text
            : null;

    /// <summary>Notifications say the old id; the GraphQL interface says it in base64, under the object's name.</summary>
    private static IEnumerable<string> Ids(string? legacyId) => legacyId is null
        ? []
        :
        [
            legacyId,
            .. new[] { "transaction_", "refund_" }.Select(kind => Convert.ToBase64String(
                Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind}{legacyId}")))),
        ];

    private static IEnumerable<WebhookClaim> ClaimsOf(string kind, bool isCredit) => (kind, isCredit) switch
    {
        ("transaction_settled", false) => Charges(OutcomeKind.Approved),
        ("transaction_settled", true) => [new WebhookClaim(PspStep.Refund, OutcomeKind.Approved)],
        ("transaction_settlement_declined", false) => Charges(OutcomeKind.Declined),
        ("transaction_settlement_declined", true) or ("refund_failed", _) =>
            [new WebhookClaim(PspStep.Refund, OutcomeKind.Declined)],
        ("transaction_reviewed" or "transaction_retried", false) => Charges(null),
        _ => [],
    };

    private static IEnumerable<WebhookClaim> Charges(OutcomeKind? kind) =>
        ChargeSteps.Select(step => new WebhookClaim(step, step == PspStep.Authorize ? null : kind));
}
