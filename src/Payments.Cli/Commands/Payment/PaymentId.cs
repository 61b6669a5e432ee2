using System.CommandLine;
using Payments.Contracts;

namespace Payments.Cli.Commands.Payment;

/// <summary>The id as an argument.</summary>
internal static class PaymentId
{
    public static Argument<Ulid> Argument() => new("id")
    {
        Description = "The payment's id, or an alias of it.",
        CustomParser = result =>
        {
            if (Ulid.TryParse(result.Tokens[0].Value, out var id))
                return id;
            result.AddError(
                $"'{result.Tokens[0].Value}' is no payment id: a ULID has 26 characters of Crockford's base 32.");
            return default;
        },
    };

    public static CommandException Unknown(Ulid id) => CommandException.Refused($"No payment {id} is known.");
}
