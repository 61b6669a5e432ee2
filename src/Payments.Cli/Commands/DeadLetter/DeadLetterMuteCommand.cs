using System.CommandLine;
using System.CommandLine.Parsing;
using Payments.Cli.Rendering;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary><c>payctl deadletter mute</c></summary>
internal static class DeadLetterMuteCommand
{
    public static Command Create(Shell shell)
    {
        var id = DeadLetterArguments.Id("The group's id.", "group");
        var until = new Option<string?>("--until")
        {
            HelpName = "time",
            Description = "2026-01-31 or 2026-01-31T13:00:00Z; 90 days away at most.",
        };
        var end = new Option<bool>("--end") { Description = "It is shown among the open ones again." };
        var operatorOptions = new OperatorOptions();
        var json = new Option<bool>("--json") { Description = "JSON on standard output." };
        var command = new Command("mute", "Takes a group out of the open ones until a time.") { id, until, end };
        operatorOptions.AddTo(command);
        command.Add(json);
        command.Validators.Add(result =>
        {
            if (result.GetValue(until) is null != result.GetValue(end))
                result.AddError("Give either --until with a time, or --end.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = shell.OpenApi();
            var details = await api.Mute(
                parsed.GetValue(id), parsed.GetValue(until), operatorOptions.Name(parsed), operatorOptions.Reason(parsed),
                cancellationToken);
            if (parsed.GetValue(json))
                shell.Out.WriteLine(PaymentText.Json(details));
            else
                await shell.Error.WriteLineAsync($"Group {details.Group.GroupId} is {DeadLetterGroupsCommand.State(details.Group)}.");
            return ExitCodes.Done;
        });
        return command;
    }
}
