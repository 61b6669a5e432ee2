using System.CommandLine;
using System.CommandLine.Parsing;

namespace Payments.Cli.Commands;

/// <summary>Who acts, and why: what every action records.</summary>
/// <param name="needsReason">Whether there is no acting without one.</param>
internal sealed class OperatorOptions(bool needsReason = true)
{
    private readonly Option<string> _name = new("--as")
    {
        HelpName = "name",
        Description = "Your name; it is recorded.",
        Required = true,
    };

    private readonly Option<string?> _reason = new("--reason")
    {
        HelpName = "text",
        Description = "Why; it is recorded.",
        Required = needsReason,
    };

    public void AddTo(Command command)
    {
        AddNameTo(command);
        command.Add(_reason);
    }

    /// <summary>For what says itself why it is done.</summary>
    public void AddNameTo(Command command) => command.Add(_name);

    public string Name(ParseResult parsed) => parsed.GetRequiredValue(_name);

    public string Reason(ParseResult parsed) => parsed.GetRequiredValue(_reason)!;

    /// <summary>Null without one.</summary>
    public string? OptionalReason(ParseResult parsed) => parsed.GetValue(_reason);
}
