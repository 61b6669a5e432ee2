using Payments.Cli.Api;
using Spectre.Console;

namespace Payments.Cli;

/// <summary>What a command has around it: data goes to <see cref="Out"/>, diagnostics to <see cref="Error"/>.</summary>
internal sealed class Shell(
    TextReader input, TextWriter output, TextWriter error, Func<string, string?> environment, TimeProvider time)
{
    public const string UrlVariable = "PAYMENTS_URL";
    public const string OpsDatabaseVariable = "PAYMENTS_OPS_DATABASE";
    public const string SandboxUrlVariable = "PAYMENTS_SANDBOX_URL";

    // A table is as wide as it is: a window wraps it, a file keeps it, nothing is cut off.
    private const int Width = 1000;

    public TextReader In { get; } = input;

    public TextWriter Out { get; } = output;

    public TextWriter Error { get; } = error;

    public TimeProvider Time { get; } = time;

    /// <summary>Somebody looks at it as it comes, and a line can be written over.</summary>
    public bool IsTerminal { get; } = ReferenceEquals(output, System.Console.Out) && !System.Console.IsOutputRedirected;

    /// <summary>The HTTP API at <see cref="UrlVariable"/>.</summary>
    public PaymentsApi OpenApi() => new(RequiredUri(UrlVariable));

    /// <summary>The sandbox at <see cref="SandboxUrlVariable"/>.</summary>
    public SandboxApi OpenSandbox() => new(RequiredUri(SandboxUrlVariable));

    /// <summary>Null where the variable is not set.</summary>
    public Uri? OptionalUri(string variable) =>
        environment(variable) is { Length: > 0 } text ? ReadUri(variable, text) : null;

    public string Required(string variable) => environment(variable) is { Length: > 0 } text
        ? text
        : throw CommandException.CannotReach($"{variable} is not set; infra/payctl sets it for the local instance.");

    /// <summary>Lays out tables.</summary>
    public static IAnsiConsole Console(TextWriter writer)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Ansi = AnsiSupport.No });
        console.Profile.Width = Width;
        return console;
    }

    private Uri RequiredUri(string variable) => ReadUri(variable, Required(variable));

    private static Uri ReadUri(string variable, string text) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw CommandException.WrongUsage($"{variable} must be an http or https address; it is '{text}'.");
}
