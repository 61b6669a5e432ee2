using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Payments.Cli.Rendering;
using Payments.Contracts;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary><c>payctl deadletter actions</c></summary>
internal static class DeadLetterActionsCommand
{
    private const int MaxChange = 100;

    private static readonly string[] Subjects = ["letter", "group", "ramp", "payment"];

    public static Command Create(Shell shell)
    {
        var options = new DeadLetterOptions()
            .Filter("letter", "Only what was done to this letter.")
            .Filter("group", "Only what was done to this group.")
            .Filter("ramp", "Only what was done to this ramp.")
            .Filter("payment", "Only what was done to this payment and its letters.")
            .Filter("by", "Only what this person did; system: the product by itself.")
            .Filter("action", "Only this kind, for instance discard_letter.")
            .Filter("since", "Done at or after: 2026-01-31 or 2026-01-31T13:00:00Z.")
            .Filter("until", "Done before.");
        var command = new Command("actions", "Who did what, when, why, and what it changed; newest first.");
        options.AddTo(command);
        command.Validators.Add(result =>
        {
            if (Subjects.Count(s => result.GetValue<string?>($"--{s}") is not null) > 1)
                result.AddError("Give one of --letter, --group, --ramp and --payment.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = shell.OpenApi();
            var (actions, _, more) = await options.Read(parsed, async parameters =>
            {
                var page = await api.OperatorActions(parameters, cancellationToken);
                return (page.Actions, (int?)null, page.Next);
            });
            Write(shell, actions, parsed.GetValue(options.Json));
            if (more)
                await shell.Error.WriteLineAsync($"There are more than {actions.Count}; --limit shows more.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Write(Shell shell, List<OperatorActionDetails> actions, bool json)
    {
        if (json)
        {
            foreach (var action in actions)
                shell.Out.WriteLine(JsonSerializer.Serialize(action, ContractJson.Options));
            return;
        }

        if (actions.Count == 0)
        {
            shell.Error.WriteLine("No action is of that kind.");
            return;
        }

        var table = PaymentText.Table("at", "by", "action", "subject", "why", "changed");
        foreach (var a in actions)
        {
            PaymentText.Row(
                table, PaymentText.Time(a.At), PaymentText.Harmless(a.ByVerified ? a.By : $"{a.By} (unverified)"), a.Action, a.Subject,
                Line(a.Reason), Line(Changed(a)));
        }

        PaymentText.Write(shell, table);
    }

    /// <summary>What is otherwise than it was, by name; <c>--json</c> has all that was there.</summary>
    private static string Changed(OperatorActionDetails action) => action.After is { } after
        ? string.Join(", ", after.EnumerateObject()
            .Select(now => (now.Name, Before: Before(action.Before, now.Name), After: now.Value))
            .Where(c => c.Before is not { } before ? c.After.ValueKind != JsonValueKind.Null : !JsonElement.DeepEquals(before, c.After))
            .Select(c => c.Before is { } before ? $"{c.Name}: {before} -> {Value(c.After)}" : $"{c.Name}: {c.After}"))
        : "";

    private static string Value(JsonElement value) => value.ValueKind == JsonValueKind.Null ? "nothing" : value.ToString();

    /// <summary>Null where it was not there.</summary>
    private static JsonElement? Before(JsonElement before, string name) =>
        before.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string Line(string text)
    {
        var line = PaymentText.Harmless(text.ReplaceLineEndings(" "));
        return line.Length > MaxChange ? $"{line[..MaxChange]}..." : line;
    }
}
