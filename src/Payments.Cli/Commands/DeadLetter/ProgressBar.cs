namespace Payments.Cli.Commands.DeadLetter;

/// <summary>How much of some letters is done, for people.</summary>
internal static class ProgressBar
{
    /// <summary>On a terminal, the line can be written anew then.</summary>
    public const string ToLineStart = "\r\u001b[K";

    private const int Width = 30;

    /// <summary>Such as <c>[######........]</c></summary>
    public static string Of(int done, int all)
    {
        var filled = (int)((long)done * Width / all);
        return $"[{new string('#', filled)}{new string('.', Width - filled)}]";
    }
}
