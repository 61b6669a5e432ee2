namespace Payments.Executor.Psp;

/// <summary>The section <c>Psp</c>: the accounts at PSPs that this process may use.</summary>
internal sealed class PspOptions
{
    public const string Section = "Psp";

    /// <summary>
    /// By connection name, such as <c>stripe-a</c>: lower-case letters, digits and hyphens. At least one.
    /// </summary>
    public Dictionary<string, PspConnectionOptions> Connections { get; init; } = [];

    /// <summary>Limits per try and per operation, the same for every connection.</summary>
    public PspPipelineOptions Pipeline { get; init; } = new();

    /// <summary>The circuit breakers, the same for every connection and step.</summary>
    public PspBreakerOptions Breaker { get; init; } = new();
}

/// <summary>One account at a PSP. A class without its own ToString, so that no log can print the key.</summary>
internal sealed class PspConnectionOptions
{
    /// <summary>Which wire format: one of <see cref="PspConnections.Formats"/>, such as <c>stripe</c>. Required.</summary>
    public string Adapter { get; init; } = "";

    /// <summary>Absolute, https unless the host is loopback. A missing trailing slash is added. Required.</summary>
    public Uri? BaseAddress { get; init; }

    /// <summary>The account's secret API key. Required; never logged.</summary>
    public string SecretKey { get; init; } = "";

    /// <summary>The public half of the credentials, where a PSP has one: PayPal's client id, Braintree's public key.</summary>
    public string? PublicKey { get; init; }

    /// <summary>
    /// The account that is charged, where a PSP wants it named: Adyen's merchant account, Square's location, Braintree's
    /// merchant account.
    /// </summary>
    public string? Account { get; init; }

    /// <summary>How the account's notifications are recognised; without it they are answered 404.</summary>
    public WebhookOptions? Webhook { get; init; }

    /// <summary>
    /// How far the account's search lags behind its own state, in seconds, from 0 to 86400. Default: what the wire format's PSP
    /// documents. Only for an account that is known to be faster, such as the sandbox's: what is shorter than the truth turns
    /// a payment that the search does not show yet into one that never happened.
    /// </summary>
    public double? SearchLagSeconds { get; init; }

    /// <summary>Bulkhead and rates, where this account's differ from its wire format's defaults.</summary>
    public PspLimitOptions Limits { get; init; } = new();
}
