namespace Payments.Executor.Psp;

/// <summary>
/// How an account's notifications are recognised: <c>Psp:Connections:{name}:Webhook</c>. A class without its own ToString, so
/// that no log can print a secret.
/// </summary>
internal sealed class WebhookOptions
{
    public const int MostSecrets = 2;

    /// <summary>
    /// What the PSP signs with: one, and while one replaces another two. Stripe: <c>whsec_...</c>; Adyen: the HMAC key in
    /// hexadecimal; Square: the signature key; Braintree: <c>publicKey|privateKey</c>; PayPal: none. Never logged.
    /// </summary>
    public string[] Secrets { get; init; } = [];

    /// <summary>
    /// How old a signed time may be, where the scheme has one. Stripe: default 300. PayPal: default three days, for as long
    /// as it repeats a notification. From 1 to 604800.
    /// </summary>
    public double? ToleranceSeconds { get; init; }

    /// <summary>Square only: the address as it is registered there, letter for letter; it is signed. Required there.</summary>
    public string? NotificationUrl { get; init; }

    /// <summary>PayPal only: the webhook's id there; it is signed. Required there.</summary>
    public string? WebhookId { get; init; }

    /// <summary>The tolerance for times in the past.</summary>
    public TimeSpan Tolerance(TimeSpan usual) =>
        ToleranceSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : usual;
}
