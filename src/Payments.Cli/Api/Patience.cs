namespace Payments.Cli.Api;

/// <summary>For who watches: an API that has answered before and is away now is asked again, for a minute.</summary>
/// <param name="shell">Where it is said.</param>
/// <param name="hasAnswered">Whether it has answered already; before its first answer, its silence ends the command.</param>
internal sealed class Patience(Shell shell, bool hasAnswered)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private bool _hasAnswered = hasAnswered;

    /// <exception cref="CommandException">The API refuses, or is away for too long.</exception>
    public async Task<T> Ask<T>(Func<Task<T>> question, CancellationToken cancellationToken)
    {
        var since = shell.Time.GetTimestamp();
        var isSaid = false;
        while (true)
        {
            try
            {
                var answer = await question();
                _hasAnswered = true;
                return answer;
            }
            catch (CommandException away) when (
                away.ExitCode == ExitCodes.CannotReach && _hasAnswered && shell.Time.GetElapsedTime(since) < Limit)
            {
                if (!isSaid)
                    await shell.Error.WriteLineAsync($"{away.Message} Asking again for {Limit.TotalSeconds} s.");
                isSaid = true;
            }

            await Task.Delay(Pause, shell.Time, cancellationToken);
        }
    }
}
