using System.CommandLine;
using Payments.Cli.Rendering;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary><c>payctl deadletter approve</c> and <c>payctl deadletter withdraw</c></summary>
internal static class DeadLetterApprovalCommands
{
    public static Command Approve(Shell shell) => Create(
        shell, "approve", "Lets a replay go out that somebody else has asked for and that needs a second person.");

    public static Command Withdraw(Shell shell) => Create(shell, "withdraw", "Takes a replay back that is not published yet.");

    private static Command Create(Shell shell, string name, string description)
    {
        var id = DeadLetterArguments.Id("The replay's id.", "replay");
        var operatorOptions = new OperatorOptions();
        var json = new Option<bool>("--json") { Description = "JSON on standard output." };
        var command = new Command(name, description) { id };
        operatorOptions.AddTo(command);
        command.Add(json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = shell.OpenApi();
            var replay = await api.ChangeReplay(
                parsed.GetValue(id), name, operatorOptions.Name(parsed), operatorOptions.Reason(parsed), cancellationToken);
            if (parsed.GetValue(json))
                shell.Out.WriteLine(PaymentText.Json(replay));
            else
                await shell.Error.WriteLineAsync($"Replay {replay.ReplayId} of letter {replay.LetterId} is {replay.State}.");
            return ExitCodes.Done;
        });
        return command;
    }
}
