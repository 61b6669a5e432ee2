using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Payments.Cli.Rendering;
using Payments.Contracts;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary><c>payctl deadletter edit</c></summary>
internal static class DeadLetterEditCommand
{
    public static Command Create(Shell shell)
    {
        var id = DeadLetterArguments.Id("The letter's id.", "letter");
        var patch = new Option<string>("--patch")
        {
            HelpName = "file",
            Description = "A JSON merge patch of the message (RFC 7396); - reads standard input.",
            Required = true,
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only shows what would differ, and what would be refused." };
        var operatorOptions = new OperatorOptions();
        var json = new Option<bool>("--json") { Description = "JSON on standard output." };
        var command = new Command("edit", "Replays a letter with other content. Ids and keys are locked.") { id, patch, dryRun };
        operatorOptions.AddTo(command);
        command.Add(json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var members = await JsonFile.Read(shell, parsed.GetRequiredValue(patch), cancellationToken);
            using var api = shell.OpenApi();
            var edit = await api.Edit(
                parsed.GetValue(id),
                new JsonObject
                {
                    ["patch"] = members,
                    ["requestedBy"] = operatorOptions.Name(parsed),
                    ["reason"] = operatorOptions.Reason(parsed),
                    ["dryRun"] = parsed.GetValue(dryRun),
                },
                cancellationToken);
            if (parsed.GetValue(json))
                shell.Out.WriteLine(PaymentText.Json(edit));
            else
                WriteDiff(shell, edit);
            await Say(shell, edit);
            return edit.Errors is { Count: > 0 } ? ExitCodes.Refused : ExitCodes.Done;
        });
        return command;
    }

    private static void WriteDiff(Shell shell, DeadLetterEdit edit)
    {
        var table = PaymentText.Table("path", "before", "after");
        foreach (var value in edit.Diff)
            PaymentText.Row(table, PaymentText.Harmless(value.Path), Text(value.Before), Text(value.After));
        PaymentText.Write(shell, table);
    }

    private static async Task Say(Shell shell, DeadLetterEdit edit)
    {
        foreach (var error in edit.Errors ?? [])
            await shell.Error.WriteLineAsync(PaymentText.Harmless($"{error.Field} ({error.Rule}): {error.Message}"));
        // Also where only the verdict asks for it.
        var approval = edit.ChangesMoney || edit.ReplayState == "awaiting_approval" ? " A second person must approve it." : "";
        if (edit.EditId is not null)
            await shell.Error.WriteLineAsync($"Letter {edit.LetterId} is edited; its replay {edit.ReplayId} is {edit.ReplayState}.{approval}");
        else
            await shell.Error.WriteLineAsync($"Nothing has changed: this was a dry run.{approval}");
    }

    private static string Text(JsonElement? value) => value is { } there ? PaymentText.Harmless(there.GetRawText()) : "";
}
