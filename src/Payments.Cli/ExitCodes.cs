namespace Payments.Cli;

/// <summary>What a script can tell from the exit code.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>Refused, with the reason on stderr; also: a check found violations, a demo did not complete.</summary>
    public const int Refused = 1;

    public const int WrongUsage = 2;

    public const int CannotReach = 3;

    /// <summary>Ctrl-C, as a shell reports it.</summary>
    public const int Interrupted = 130;
}
