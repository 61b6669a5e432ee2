using System.CommandLine;
using System.CommandLine.Parsing;
using Payments.Contracts;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary>Letters, or a group instead of them.</summary>
internal sealed class LettersOrGroup(int max)
{
    private readonly Argument<Ulid[]> _letters = DeadLetterArguments.Letters(max, min: 0);

    private readonly Option<Ulid?> _group = DeadLetterArguments.Option("--group", "A group instead.", "group");

    public void AddTo(Command command)
    {
        command.Add(_letters);
        command.Add(_group);
        command.Validators.Add(result =>
        {
            if (Has(result, _letters) == Has(result, _group))
                result.AddError($"Give either {(max == 1 ? "a letter's id" : "letters' ids")}, or --group with a group's.");
        });
    }

    public IReadOnlyList<Ulid> Letters(ParseResult parsed) => parsed.GetValue(_letters) ?? [];

    /// <summary>Null where letters are given.</summary>
    public Ulid? Group(ParseResult parsed) => parsed.GetValue(_group);

    private static bool Has(CommandResult result, Symbol symbol) => symbol switch
    {
        Argument argument => result.GetResult(argument) is { Tokens.Count: > 0 },
        Option option => result.GetResult(option) is { Tokens.Count: > 0 },
        _ => false,
    };
}
