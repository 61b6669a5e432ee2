namespace Payments.Cli;

/// <summary>Ends the command with an exit code and a sentence for the person.</summary>
internal sealed class CommandException(int exitCode, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;

    public static CommandException Refused(string reason) => new(ExitCodes.Refused, reason);

    public static CommandException WrongUsage(string reason) => new(ExitCodes.WrongUsage, reason);

    public static CommandException CannotReach(string reason, Exception? inner = null) =>
        new(ExitCodes.CannotReach, reason, inner);
}
