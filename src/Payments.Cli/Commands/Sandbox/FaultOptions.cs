using System.CommandLine;

namespace Payments.Cli.Commands.Sandbox;

/// <summary>What the commands about faults have in common.</summary>
internal static class FaultOptions
{
    /// <summary>As the sandbox names them.</summary>
    public static readonly string[] Names =
    [
        "response-lost", "charge-lost", "late-success", "slow-start", "slow-body", "reset", "saved-500", "rate-limit",
        "wrong-amount", "duplicate-webhook", "maintenance",
    ];

    public static Option<string?> Account() => new("--account") { Description = "Of this account, such as stripe-a." };

    public static Option<string?> Psp() => new("--psp") { Description = "Of every account at this PSP, such as adyen." };

    public static Option<bool> Json() => new("--json") { Description = "JSON on standard output, one fault a line." };

    public static void RequireOneOf(string? account, string? psp)
    {
        if (account is not null && psp is not null)
            throw CommandException.WrongUsage("Give --account or --psp, not both.");
    }
}
