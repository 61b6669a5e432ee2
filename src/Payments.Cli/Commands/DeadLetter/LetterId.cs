using System.CommandLine;
using System.CommandLine.Parsing;
using Payments.Contracts;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary>Ids of letters and groups as arguments.</summary>
internal static class LetterId
{
    public static Argument<Ulid> Argument() => new("id")
    {
        Description = "The letter's id.",
        CustomParser = result => Parse(result, "letter"),
    };

    /// <summary>What is asked for is not known.</summary>
    public static CommandException Unknown(Ulid letterId) => CommandException.Refused($"No dead letter {letterId} is known.");

    /// <param name="result">The text.</param>
    /// <param name="whose">What it is the id of.</param>
    public static Ulid Parse(ArgumentResult result, string whose)
    {
        if (Ulid.TryParse(result.Tokens[0].Value, out var id))
            return id;
        result.AddError($"'{result.Tokens[0].Value}' is no {whose}'s id: a ULID has 26 characters of Crockford's base 32.");
        return default;
    }
}
