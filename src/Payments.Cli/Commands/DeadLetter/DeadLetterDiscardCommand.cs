using System.CommandLine;
using System.CommandLine.Parsing;
using Payments.Cli.Rendering;
using Payments.Contracts;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary><c>payctl deadletter discard</c></summary>
internal static class DeadLetterDiscardCommand
{
    private const int MaxLetters = 500;

    public static Command Create(Shell shell)
    {
        var target = new LettersOrGroup(MaxLetters);
        var letters = new Option<int?>("--letters") { Description = "Of a group: how many open letters you saw in it." };
        var through = DeadLetterArguments.Option("--through", "Of a group: the newest open letter you saw in it.", "letter");
        var money = new Option<string?>("--money")
        {
            HelpName = "statement",
            Description = $"What became of the money, where there is any: {string.Join(", ", MoneyStatements.All)}.",
        };
        var reference = new Option<string?>("--reference")
        {
            HelpName = "text",
            Description = "Where that is written down; needed where it is written off.",
        };
        var operatorOptions = new OperatorOptions();
        var json = new Option<bool>("--json") { Description = "JSON on standard output." };
        var command = new Command(
            "discard", "Letters are not sent on any more. deadletter show --group tells --letters and --through of a group.");
        target.AddTo(command);
        command.Add(letters);
        command.Add(through);
        command.Add(money);
        command.Add(reference);
        operatorOptions.AddTo(command);
        command.Add(json);
        command.Validators.Add(result =>
        {
            if (result.GetValue(money) is null && result.GetValue(reference) is not null)
                result.AddError("--reference belongs to --money.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = shell.OpenApi();
            var ids = target.Letters(parsed);
            var discards = await api.Discard(
                new DiscardDeadLetters
                {
                    LetterIds = ids.Count > 0 ? ids : null,
                    GroupId = target.Group(parsed),
                    Letters = parsed.GetValue(letters),
                    Through = parsed.GetValue(through),
                    Money = parsed.GetValue(money) is { } said ? new MoneyStatement(said, parsed.GetValue(reference)) : null,
                    RequestedBy = operatorOptions.Name(parsed),
                    Reason = operatorOptions.Reason(parsed),
                },
                cancellationToken);
            if (parsed.GetValue(json))
                shell.Out.WriteLine(PaymentText.Json(discards));
            foreach (var letter in discards.Letters.Where(l => !l.Discarded))
                await shell.Error.WriteLineAsync(PaymentText.Harmless(letter.Refusal ?? ""));
            await shell.Error.WriteLineAsync($"{discards.Discarded} discarded, {discards.Refused} refused.");
            return discards.Refused == 0 ? ExitCodes.Done : ExitCodes.Refused;
        });
        return command;
    }
}
