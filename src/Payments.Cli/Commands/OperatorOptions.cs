using System.CommandLine;
using System.CommandLine.Parsing;

namespace Payments.Cli.Commands;

/// <summary>Who acts, and why: what every action records.</summary>
internal sealed class OperatorOptions
{
    private readonly Option<string> _name = new("--as")
    {
        HelpName = "name",
        Description = "Your name; it is recorded.",
        Required = true,
    };

    private readonly Option<string> _reason = new("--reason")
    {
        HelpName = "text",
        Description = "Why; it is recorded.",
        Required = true,
    };

    public void AddTo(Command command)
    {
        command.Add(_name);
        command.Add(_reason);
    }

    public string Name(ParseResult parsed) => parsed.GetRequiredValue(_name);

    public string Reason(ParseResult parsed) => parsed.GetRequiredValue(_reason);
}
