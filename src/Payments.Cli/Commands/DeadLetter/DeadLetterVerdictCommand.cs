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
        var id = LetterId.Argument();
        id.Arity = ArgumentArity.ZeroOrOne;
        var group = new Option<Ulid?>("--group")
        {
            HelpName = "id",
            Description = "All open letters of this group, summed.",
            CustomParser = result => LetterId.Parse(result, "group"),
        };
        var json = new Option<bool>("--json") { Description = "JSON on standard output." };
        var command = new Command("verdict", "What a replay would do, as things are now, and the evidence.") { id, group, json };
        command.Validators.Add(result =>
        {
            if (result.GetResult(id) is { Tokens.Count: > 0 } == result.GetResult(group) is { Implicit: false })
                result.AddError("Name either a letter or, with --group, a group.");
        });
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(group) is { } groupId
            ? OfGroup(shell, groupId, parsed.GetValue(json), cancellationToken)
            : OfLetter(shell, parsed.GetValue(id), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> OfLetter(Shell shell, Ulid letterId, bool json, CancellationToken cancellationToken)
    {
        using var api = shell.OpenApi();
        var verdict = await api.Verdict(letterId, cancellationToken) ?? throw LetterId.Unknown(letterId);
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
        var verdict = await api.GroupVerdict(groupId, cancellationToken)
            ?? throw CommandException.Refused($"No group {groupId} of dead letters is known.");
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
