using Microsoft.Extensions.Options;

namespace Payments.Sandbox;

/// <summary>The section <c>Sandbox</c>.</summary>
internal sealed class SandboxOptions
{
    public const string Section = "Sandbox";

    /// <summary>By name, which is also the first segment of the path. At least one.</summary>
    public Dictionary<string, SandboxAccountOptions> Accounts { get; init; } = [];

    /// <summary>How long <c>pm_sandbox_slow</c> takes, in seconds. Default 2, from 0 to 60.</summary>
    public double SlowSeconds { get; init; } = 2;

    /// <summary>
    /// How long the answer to <c>pm_sandbox_stalled</c> is held back, in seconds. Default 8, from 0 to 300.
    /// </summary>
    public double StalledSeconds { get; init; } = 8;

    /// <summary>How far search lags behind, in seconds; the list never does. Default 0, from 0 to 3600.</summary>
    public double SearchLagSeconds { get; init; }

    /// <summary>
    /// How long a PSP that only takes modifications in works on one before it is done, in seconds. Default 0.2, from 0 to 60.
    /// </summary>
    public double SettleSeconds { get; init; } = 0.2;

    /// <summary>How long an access token of PayPal's lives, in seconds. Default 32400, from 1 to 86400.</summary>
    public int AccessTokenSeconds { get; init; } = 32400;

    /// <summary>
    /// JSON lines, appended at every change and read at start, so that the book survives a crash. None by default: the
    /// book is in memory.
    /// </summary>
    public string? JournalFile { get; init; }

    /// <summary>What ids are made from. Default: the time of the first start, so that no two books share ids.</summary>
    public string? Seed { get; init; }

    /// <summary>Whose account it is; of one that is configured no more, as that of the default.</summary>
    public string PspOf(string account) => (Accounts.GetValueOrDefault(account) ?? new SandboxAccountOptions()).Psp;
}

/// <summary>One account at the emulated PSP.</summary>
internal sealed class SandboxAccountOptions
{
    /// <summary>What <see cref="Psp"/> may be.</summary>
    public static readonly IReadOnlyList<string> KnownPsps = ["adyen", "braintree", "paypal", "square", "stripe"];

    /// <summary>Whose wire format the account speaks: one of <see cref="KnownPsps"/>. Default stripe.</summary>
    public string Psp { get; init; } = "stripe";

    /// <summary>The secret API key that requests must bear. Required.</summary>
    public string SecretKey { get; init; } = "";

    /// <summary>
    /// A TCP port on 127.0.0.1 for this account alone, which the fault <c>refuse</c> really closes; 0 takes a free one.
    /// None by default: the account is served on the common address only.
    /// </summary>
    public int? Port { get; init; }

    /// <summary>Where its webhooks are sent, absolute. None by default: then none are sent.</summary>
    public Uri? WebhookUrl { get; init; }

    /// <summary>
    /// What its webhooks are signed with, as the PSP has it: for Adyen a key in hexadecimal, for PayPal the webhook's id, for
    /// Braintree <c>publicKey|privateKey</c>.
    /// </summary>
    public string WebhookSecret { get; init; } = "";
}

/// <summary>Says in sentences what is wrong with the section <c>Sandbox</c>.</summary>
internal sealed class SandboxOptionsValidator : IValidateOptions<SandboxOptions>
{
    public ValidateOptionsResult Validate(string? name, SandboxOptions options)
    {
        List<string> wrong = [];
        if (options.Accounts.Count == 0)
            wrong.Add(
                "Sandbox:Accounts is empty; configure at least one, such as Sandbox:Accounts:stripe-a:SecretKey.");
        foreach (var (account, settings) in options.Accounts)
        {
            if (string.IsNullOrWhiteSpace(settings.SecretKey))
                wrong.Add($"Sandbox:Accounts:{account}:SecretKey is missing.");
            if (!SandboxAccountOptions.KnownPsps.Contains(settings.Psp))
            {
                wrong.Add(
                    $"Sandbox:Accounts:{account}:Psp is '{settings.Psp}'; known are "
                    + string.Join(", ", SandboxAccountOptions.KnownPsps.Order()) + ".");
            }

            if (settings.Port is < 0 or > 65535)
                wrong.Add($"Sandbox:Accounts:{account}:Port is {settings.Port}; it must be from 0 to 65535.");
            if (settings.WebhookUrl is not null)
                wrong.AddRange(WrongInWebhooks(account, settings, settings.WebhookUrl));
        }

        if (options.SlowSeconds is not (>= 0 and <= 60))
            wrong.Add($"Sandbox:SlowSeconds is {options.SlowSeconds}; it must be from 0 to 60.");
        if (options.StalledSeconds is not (>= 0 and <= 300))
            wrong.Add($"Sandbox:StalledSeconds is {options.StalledSeconds}; it must be from 0 to 300.");
        if (options.SearchLagSeconds is not (>= 0 and <= 3600))
            wrong.Add($"Sandbox:SearchLagSeconds is {options.SearchLagSeconds}; it must be from 0 to 3600.");
        if (options.SettleSeconds is not (>= 0 and <= 60))
            wrong.Add($"Sandbox:SettleSeconds is {options.SettleSeconds}; it must be from 0 to 60.");
        if (options.AccessTokenSeconds is < 1 or > 86400)
            wrong.Add($"Sandbox:AccessTokenSeconds is {options.AccessTokenSeconds}; it must be from 1 to 86400.");
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static IEnumerable<string> WrongInWebhooks(string account, SandboxAccountOptions settings, Uri url)
    {
        if (url is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            yield return $"Sandbox:Accounts:{account}:WebhookUrl must be an absolute http address.";
        if (settings.WebhookSecret.Length == 0)
            yield return $"Sandbox:Accounts:{account}:WebhookSecret is missing; webhooks are signed with it.";
        else if (settings.Psp == "adyen" && !IsHexadecimal(settings.WebhookSecret))
            yield return $"Sandbox:Accounts:{account}:WebhookSecret must be a key in hexadecimal, as Adyen's are.";
        else if (settings.Psp == "braintree" && settings.WebhookSecret.Split('|') is not [{ Length: > 0 }, { Length: > 0 }])
            yield return $"Sandbox:Accounts:{account}:WebhookSecret must be publicKey|privateKey, as Braintree's are.";
    }

    private static bool IsHexadecimal(string text) => text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit);
}
