using System.CommandLine;
using Payments.Cli.Rendering;
using Payments.Contracts;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary><c>payctl deadletter note</c></summary>
internal static class DeadLetterNoteCommand
{
    public static Command Create(Shell shell)
    {
        var target = new LettersOrGroup(1);
        var text = new Option<string>("--text") { Description = "Up to 2000 characters.", Required = true };
        var link = new Option<string?>("--link") { Description = "An http or https address, or the key of an issue." };
        var operatorOptions = new OperatorOptions();
        var json = new Option<bool>("--json") { Description = "JSON on standard output." };
        var command = new Command("note", "Writes a note to a letter or a group.");
        target.AddTo(command);
        command.Add(text);
        command.Add(link);
        operatorOptions.AddNameTo(command);
        command.Add(json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = shell.OpenApi();
            var note = new NoteDeadLetter(
                parsed.GetRequiredValue(text), operatorOptions.Name(parsed), parsed.GetValue(link));
            if (target.Group(parsed) is { } group)
            {
                var noted = await api.NoteGroup(group, note, cancellationToken);
                await Say(shell, noted, $"Group {group} has {noted.Notes.Count} notes.", parsed.GetValue(json));
            }
            else
            {
                var letter = target.Letters(parsed)[0];
                var noted = await api.NoteLetter(letter, note, cancellationToken);
                await Say(shell, noted, $"Letter {letter} has {noted.Notes.Count} notes.", parsed.GetValue(json));
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task Say<T>(Shell shell, T answer, string sentence, bool json)
    {
        if (json)
            shell.Out.WriteLine(PaymentText.Json(answer));
        else
            await shell.Error.WriteLineAsync(sentence);
    }
}
