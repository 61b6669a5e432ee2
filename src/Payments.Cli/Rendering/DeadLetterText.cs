using System.Globalization;
using Payments.Contracts;

namespace Payments.Cli.Rendering;

/// <summary>What was done about letters and groups, for people.</summary>
internal static class DeadLetterText
{
    public static string Discarded(DeadLetterDiscard discard)
    {
        var money = discard.Money is { } said
            ? $"; the money: {said.Statement}{(said.Reference is { } reference ? $", {reference}" : "")}"
            : "";
        return $"{PaymentText.Time(discard.DiscardedAt)} by {discard.DiscardedBy}: {discard.Reason}{money}";
    }

    public static void WriteGroup(Shell shell, DeadLetterGroupDetails details)
    {
        var group = details.Group;
        var lines = new List<(string Name, string? Value)>
        {
            ("group", group.GroupId.ToString()),
            ("state", group.State),
            ("assignee", group.Assignee),
            ("muted until", group.MutedUntil is { } until ? $"{PaymentText.Time(until)}: {details.MuteReason}" : null),
            ("reopened", group.ReopenedAt is { } reopened ? PaymentText.Time(reopened) : null),
            ("endpoint", group.Endpoint),
            ("reason", group.Reason),
            ("message", group.MessageType),
            ("exception", group.ExceptionType),
            ("thrown in", group.Frame),
            ("last text", group.LastMessage),
            ("first seen", PaymentText.Time(group.FirstSeen)),
            ("last seen", PaymentText.Time(group.LastSeen)),
            ("at risk", group.AtRisk.Count > 0 ? string.Join(", ", group.AtRisk) : null),
            ("open", group.Open.ToString(CultureInfo.InvariantCulture)),
            ("through", details.Through?.ToString()),
        };
        foreach (var (name, value) in lines.Where(l => l.Value is not null))
            shell.Out.WriteLine($"{name,-11} {PaymentText.Harmless(value!)}");
        WriteNotes(shell, details.Notes);
        var table = PaymentText.Table("state", "outcome", ">letters");
        foreach (var count in details.Counts)
            PaymentText.Row(table, count.State, count.Outcome, count.Letters.ToString(CultureInfo.InvariantCulture));
        PaymentText.Write(shell, table);
    }

    public static void WriteEdit(Shell shell, DeadLetterEdit? edit)
    {
        if (edit is { EditedAt: { } at })
        {
            shell.Out.WriteLine(PaymentText.Harmless(
                $"{"edited",-11} {PaymentText.Time(at)} by {edit.EditedBy}: {edit.Reason}; replay {edit.ReplayId} is {edit.ReplayState}"));
        }

        foreach (var value in edit?.Diff ?? [])
        {
            shell.Out.WriteLine(PaymentText.Harmless(
                $"{"",-11} {value.Path}: {value.Before?.GetRawText() ?? "nothing"} -> {value.After?.GetRawText() ?? "nothing"}"));
        }
    }

    public static void WriteNotes(Shell shell, IReadOnlyList<DeadLetterNote> notes)
    {
        foreach (var note in notes)
        {
            var link = note.Link is { } to ? $" ({to})" : "";
            shell.Out.WriteLine(PaymentText.Harmless(
                $"{"note",-11} {PaymentText.Time(note.WrittenAt)} {note.WrittenBy}: {note.Text}{link}"));
        }
    }
}
