using System.CommandLine;
using System.Globalization;
using Payments.Cli.Rendering;
using Payments.Contracts;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary><c>payctl deadletter verdict</c></summary>
internal static class DeadLetterVerdictCommand
{
    public static Command Create(Shell shell)
    {
        var target = new LettersOrGroup(1);
        var json = new Option<bool>("--json") { Description = "JSON on standard output." };
        var command = new Command(
            "verdict", "What a replay of a letter would do as things are now, and the evidence; or of a group's open letters, summed.");
        target.AddTo(command);
        command.Add(json);
        command.SetAction((parsed, cancellationToken) => target.Group(parsed) is { } groupId
            ? OfGroup(shell, groupId, parsed.GetValue(json), cancellationToken)
            : OfLetter(shell, target.Letters(parsed)[0], parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> OfLetter(Shell shell, Ulid letterId, bool json, CancellationToken cancellationToken)
    {
        using var api = shell.OpenApi();
        var verdict = await api.Verdict(letterId, cancellationToken)
            ?? throw CommandException.Refused($"No dead letter {letterId} is known.");
        if (json)
        {
            shell.Out.WriteLine(PaymentText.Json(verdict));
            return ExitCodes.Done;
        }

        Write(shell, "letter", verdict.LetterId.ToString());
        Write(shell, "verdict", verdict.Verdict);
        Write(shell, "because", verdict.Because);
        Write(shell, "judged", PaymentText.Time(verdict.JudgedAt));
        var table = PaymentText.Table("source", "found");
        foreach (var evidence in verdict.Evidence)
            PaymentText.Row(table, evidence.Source, PaymentText.Harmless(evidence.Sentence));
        PaymentText.Write(shell, table);
        return ExitCodes.Done;
    }

    private static async Task<int> OfGroup(Shell shell, Ulid groupId, bool json, CancellationToken cancellationToken)
    {
        using var api = shell.OpenApi();
        var verdict = await new GroupJudge(shell, api, json).Judge(groupId, cancellationToken);
        if (json)
        {
            shell.Out.WriteLine(PaymentText.Json(verdict));
            return ExitCodes.Done;
        }

        Write(shell, "group", verdict.GroupId.ToString());
        Write(shell, "open", verdict.Letters.ToString(CultureInfo.InvariantCulture));
        Write(shell, "through", verdict.Through?.ToString() ?? "none");
        Write(shell, "judged", PaymentText.Time(verdict.JudgedAt));
        if (verdict.Verdicts.Count == 0)
            return ExitCodes.Done;
        var table = PaymentText.Table("verdict", ">letters", "example", "because");
        foreach (var sum in verdict.Verdicts)
        {
            PaymentText.Row(
                table, sum.Verdict, sum.Letters.ToString(CultureInfo.InvariantCulture), sum.Example.ToString(),
                PaymentText.Harmless(sum.Because));
        }

        PaymentText.Write(shell, table);
        return ExitCodes.Done;
    }

    private static void Write(Shell shell, string name, string value) =>
        shell.Out.WriteLine($"{name,-11} {PaymentText.Harmless(value)}");
}
