using System.Text.Json;
using Payments.Cli.Api;
using Payments.Cli.Rendering;
using Payments.Contracts;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary>
/// Follows a ramp until it has ended or is paused: a bar that grows on a terminal, elsewhere a line for each change.
/// </summary>
internal sealed class RampFollower(Shell shell, PaymentsApi api, bool json)
{
    private const string Running = "running";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public async Task<int> Follow(DeadLetterRamp ramp, CancellationToken cancellationToken)
    {
        Show(ramp);
        var patience = new Patience(shell, hasAnswered: true);
        // What was claimed when it ended goes on for a moment.
        while (ramp.State == Running || (ramp.State != "paused" && ramp.UnderWay > 0))
        {
            await Task.Delay(Pause, shell.Time, cancellationToken);
            var rampId = ramp.RampId;
            var next = await patience.Ask(() => api.Ramp(rampId, cancellationToken), cancellationToken)
                ?? throw CommandException.Refused($"No ramp {ramp.RampId} is known.");
            if (Line(next) != Line(ramp))
                Show(next);
            ramp = next;
        }

        if (shell.IsTerminal && !json)
            shell.Out.WriteLine();
        if (ramp.Because is { } because)
            await shell.Error.WriteLineAsync(PaymentText.Harmless($"The ramp is {ramp.State}: {because}"));
        return ramp.State == "finished" && RampText.Failed(ramp) + ramp.Superseded == 0 ? ExitCodes.Done : ExitCodes.Refused;
    }

    private void Show(DeadLetterRamp ramp)
    {
        if (shell.IsTerminal && !json)
            shell.Out.Write($"{ProgressBar.ToLineStart}{Line(ramp)}");
        else
            shell.Out.WriteLine(Line(ramp));
        shell.Out.Flush();
    }

    private string Line(DeadLetterRamp ramp) =>
        json ? JsonSerializer.Serialize(ramp, ContractJson.Options) : RampText.Bar(ramp);
}
