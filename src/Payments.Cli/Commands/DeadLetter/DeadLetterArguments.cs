using System.CommandLine;
using System.CommandLine.Parsing;
using Payments.Contracts;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary>Ids of letters, groups, replays and ramps.</summary>
internal static class DeadLetterArguments
{
    /// <param name="description">A sentence.</param>
    /// <param name="whose">As in <c>is no letter's id</c>.</param>
    public static Argument<Ulid> Id(string description, string whose) => new("id")
    {
        Description = description,
        CustomParser = result => Read(result, result.Tokens[0].Value, whose),
    };

    public static Argument<Ulid[]> Letters(int max, int min = 1) => new(max == 1 ? "id" : "ids")
    {
        Description = max == 1 ? "The letter's id." : $"The letters' ids, up to {max}.",
        Arity = new ArgumentArity(min, max),
        CustomParser = result => [.. result.Tokens.Select(t => Read(result, t.Value, "letter"))],
    };

    public static Option<Ulid?> Option(string name, string description, string whose) => new(name)
    {
        HelpName = "id",
        Description = description,
        CustomParser = result => Read(result, result.Tokens[0].Value, whose),
    };

    private static Ulid Read(ArgumentResult result, string text, string whose)
    {
        if (Ulid.TryParse(text, out var id))
            return id;
        result.AddError($"'{text}' is no {whose}'s id: a ULID has 26 characters of Crockford's base 32.");
        return default;
    }
}
