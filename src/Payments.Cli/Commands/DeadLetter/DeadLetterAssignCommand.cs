using System.CommandLine;
using System.CommandLine.Parsing;
using Payments.Cli.Rendering;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary><c>payctl deadletter assign</c></summary>
internal static class DeadLetterAssignCommand
{
    public static Command Create(Shell shell)
    {
        var id = DeadLetterArguments.Id("The group's id.", "group");
        var to = new Option<string?>("--to") { HelpName = "name", Description = "Who works on it." };
        var nobody = new Option<bool>("--nobody") { Description = "Nobody works on it any more." };
        var operatorOptions = new OperatorOptions(needsReason: false);
        var json = new Option<bool>("--json") { Description = "JSON on standard output." };
        var command = new Command("assign", "Says who works on a group.") { id, to, nobody };
        operatorOptions.AddTo(command);
        command.Add(json);
        command.Validators.Add(result =>
        {
            if (result.GetValue(to) is null != result.GetValue(nobody))
                result.AddError("Give either --to with a name, or --nobody.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = shell.OpenApi();
            var details = await api.Assign(
                parsed.GetValue(id), parsed.GetValue(to), operatorOptions.Name(parsed), operatorOptions.OptionalReason(parsed),
                cancellationToken);
            if (parsed.GetValue(json))
                shell.Out.WriteLine(PaymentText.Json(details));
            else
                await shell.Error.WriteLineAsync($"Group {details.Group.GroupId}: {details.Group.Assignee ?? "nobody"} works on it.");
            return ExitCodes.Done;
        });
        return command;
    }
}
