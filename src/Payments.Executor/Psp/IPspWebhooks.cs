namespace Payments.Executor.Psp;

/// <summary>One PSP's notifications. Pure: no clock, no network, no state.</summary>
internal interface IPspWebhooks
{
    /// <summary>As <see cref="PspConnectionOptions.Adapter"/> names it.</summary>
    string Psp { get; }

    /// <summary>The headers that the signature is in or covers; they are stored beside the body.</summary>
    IReadOnlyList<string> Headers { get; }

    /// <summary>What is wrong with the settings, as sentences that begin with the setting's name; none holds a secret.</summary>
    IEnumerable<string> Wrong(WebhookOptions settings);

    /// <summary>Where the certificate is that a signature is to be checked with; null where the scheme has none.</summary>
    Uri? CertificateOf(WebhookDelivery delivery) => null;

    /// <summary>Whether the PSP sent it. Any of the secrets will do; signatures are compared in constant time.</summary>
    WebhookVerdict Verify(WebhookDelivery delivery, WebhookOptions settings, DateTimeOffset now);

    /// <summary>What a genuine delivery says: at least one event, if only an unreadable one.</summary>
    IReadOnlyList<WebhookNotification> Parse(ReadOnlyMemory<byte> body);

    /// <summary>The body as text, where it is wrapped: card numbers are looked for there.</summary>
    ReadOnlyMemory<byte> Unwrap(ReadOnlyMemory<byte> body) => body;

    /// <summary>The answer to a GET by which the PSP makes sure of the address; null where it is none.</summary>
    string? AnswerProbe(Func<string, string?> query, WebhookOptions settings) => null;
}
