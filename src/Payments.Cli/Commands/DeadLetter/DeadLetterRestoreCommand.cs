using System.CommandLine;
using Payments.Cli.Rendering;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary><c>payctl deadletter restore</c></summary>
internal static class DeadLetterRestoreCommand
{
    public static Command Create(Shell shell)
    {
        var id = DeadLetterArguments.Id("The letter's id.", "letter");
        var operatorOptions = new OperatorOptions();
        var json = new Option<bool>("--json") { Description = "JSON on standard output." };
        var command = new Command("restore", "A discarded letter is open again.") { id };
        operatorOptions.AddTo(command);
        command.Add(json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = shell.OpenApi();
            var letter = await api.Restore(
                parsed.GetValue(id), operatorOptions.Name(parsed), operatorOptions.Reason(parsed), cancellationToken);
            if (parsed.GetValue(json))
                shell.Out.WriteLine(PaymentText.Json(letter));
            else
                await shell.Error.WriteLineAsync($"Letter {letter.Letter.LetterId} is {letter.Letter.State}.");
            return ExitCodes.Done;
        });
        return command;
    }
}
