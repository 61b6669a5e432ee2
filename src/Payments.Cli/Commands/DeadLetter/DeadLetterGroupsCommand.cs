using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Payments.Cli.Rendering;
using Payments.Contracts;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary><c>payctl deadletter groups</c></summary>
internal static class DeadLetterGroupsCommand
{
    public static Command Create(Shell shell)
    {
        var options = new DeadLetterOptions()
            .Filter("endpoint", "Only messages that failed in this queue, for instance wallets.")
            .Filter("reason", "Only fault, skipped, delivery_limit, unrouted or unreadable.")
            .Filter("type", "Only this message type, for instance Payments.Contracts:CreditWallets.")
            .Filter("exception", "Only this exception type.")
            .Filter("text", "Only groups with a letter that has all these words, or words that begin so.")
            .Filter("state", "Only open (default), muted or resolved groups; all: every one.")
            .Filter("assignee", "Only groups this person works on.");
        var command = new Command("groups", "Letters that failed alike, seen last first.");
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = shell.OpenApi();
            var (groups, total, _) = await options.Read(parsed, async parameters =>
            {
                var page = await api.DeadLetterGroups(parameters, cancellationToken);
                return (page.Groups, page.Total, page.Next);
            });
            Write(shell, groups, parsed.GetValue(options.Json));
            if (total > groups.Count)
                await shell.Error.WriteLineAsync($"{groups.Count} of {total} groups; --limit shows more.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Write(Shell shell, List<DeadLetterGroup> groups, bool json)
    {
        if (json)
        {
            foreach (var group in groups)
                shell.Out.WriteLine(JsonSerializer.Serialize(group, ContractJson.Options));
            return;
        }

        if (groups.Count == 0)
        {
            shell.Error.WriteLine("No dead letter is of that kind.");
            return;
        }

        var table = PaymentText.Table(
            "group", "state", "assignee", "endpoint", "reason", ">letters", ">open", ">1 h", ">24 h", ">at risk", "first seen", "last seen", "message",
            "exception", "thrown in");
        foreach (var g in groups)
        {
            PaymentText.Row(
                table, g.GroupId.ToString(), State(g), g.Assignee, g.Endpoint, g.Reason, Number(g.Letters), Number(g.Open),
                Number(g.LastHour), Number(g.LastDay),
                string.Join(", ", g.AtRisk), PaymentText.Time(g.FirstSeen), PaymentText.Time(g.LastSeen), g.MessageType,
                g.ExceptionType, g.Frame);
        }

        PaymentText.Write(shell, table);
    }

    public static string State(DeadLetterGroup group) => group is { State: "muted", MutedUntil: { } until }
        ? $"muted until {PaymentText.Time(until)}"
        : group.State;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
