using System.Globalization;
using System.Text.Json;
using Payments.Contracts;
using Spectre.Console;

namespace Payments.Cli.Rendering;

/// <summary>A payment for people, and for programs.</summary>
internal static class PaymentText
{
    private static readonly JsonSerializerOptions Indented = new(ContractJson.Options) { WriteIndented = true };

    public static string Json<T>(T value) => JsonSerializer.Serialize(value, Indented);

    /// <summary>What somebody else wrote, without what a terminal would obey: only tabs and line ends are left.</summary>
    public static string Harmless(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '\uFFFD' : c));

    /// <summary>Times are shown in UTC everywhere, so that two people see the same.</summary>
    public static string Time(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string OneLine(HistoryEntry entry, DateTimeOffset start)
    {
        var elapsed = Math.Max(0, (entry.At - start).TotalMilliseconds);
        var order = entry.OrderId is { } id ? $" {id}" : "";
        var sent = entry.Sent.Count > 0 ? $"  sends {Count(entry.Sent)}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{elapsed,8:0} ms  {entry.From,-18} -> {entry.To,-18} {entry.Event}{order}{sent}");
    }

    public static void WriteState(Shell shell, PaymentDetails payment)
    {
        var lines = new List<(string Name, string? Value)>
        {
            ("payment", payment.PaymentId.ToString()),
            ("alias", payment.Alias is { } alias ? $"{alias} (the same request under another id)" : null),
            ("merchant", payment.MerchantId),
            ("reference", payment.MerchantReference),
            ("state", payment.State),
            ("reason", payment.Reason),
            ("amount", payment.Amount?.ToString()),
            ("policy", payment.FulfilmentPolicy?.ToString()),
            ("waits for", payment.WaitsFor),
            ("until", payment.WaitsUntil is { } until ? Time(until) : null),
            ("resumes to", payment.ResumeState),
            ("at risk", payment.AtRisk?.ToString()),
            ("accepted", Time(payment.AcceptedAt)),
            ("updated", Time(payment.UpdatedAt)),
        };
        foreach (var (name, value) in lines.Where(l => l.Value is not null))
            shell.Out.WriteLine($"{name,-11} {value}");
        foreach (var error in payment.Errors ?? [])
            shell.Out.WriteLine($"{"error",-11} {error.Field} ({error.Rule}): {error.Message}");
    }

    public static void WriteOrders(Shell shell, PaymentDetails payment)
    {
        if (payment.Orders.Count == 0)
            return;

        var table = Table("order", "seller", ">amount", ">fee", "status", "connection", "PSP reference", "reason");
        foreach (var order in payment.Orders)
        {
            Row(table, order.OrderId, order.SellerId, order.Amount.ToString(), order.PlatformFee.ToString(),
                order.Status, order.Connection, order.PspReference, order.Reason);
        }

        Write(shell, table);
        foreach (var order in payment.Orders.Where(o => o.AtRisk is { Amount: > 0 }))
        {
            shell.Out.WriteLine(
                $"{order.OrderId}: {order.AtRisk} at risk, operation {order.OperationId}{(order.Doubt is { } doubt ? $", {doubt}" : "")}");
        }
    }

    public static void WriteHistory(Shell shell, PaymentDetails payment)
    {
        shell.Out.WriteLine();
        foreach (var entry in payment.History)
        {
            shell.Out.WriteLine(OneLine(entry, Start(payment)));
            foreach (var line in Evidence(entry))
                shell.Out.WriteLine($"             {line}");
        }
    }

    /// <summary>Messages that failed, and what was done with them.</summary>
    public static void WriteLetters(Shell shell, PaymentDetails payment)
    {
        if (payment.Letters.Count == 0)
            return;

        var table = Table("dead letter", "failed", "endpoint", "message", "state", "outcome", "done last", "by", "at", "why");
        foreach (var letter in payment.Letters)
        {
            Row(table, letter.LetterId.ToString(), Time(letter.FailedAt), Harmless(letter.Endpoint),
                letter.MessageType is { } type ? Harmless(type) : null, letter.State, letter.Outcome, letter.Action,
                letter.By is { } by ? Harmless(by) : null, letter.At is { } at ? Time(at) : null,
                letter.Why is { } why ? Harmless(why) : null);
        }

        Write(shell, table);
    }

    /// <summary>What was answered, what was asked, and why there.</summary>
    private static IEnumerable<string> Evidence(HistoryEntry entry)
    {
        if (entry.Evidence is not { } evidence)
            yield break;

        string?[] answer = [evidence.OperationId, evidence.Reason, evidence.PspReference];
        if (evidence.OperationId is not null)
            yield return $"answered: {string.Join(", ", answer.OfType<string>())}";
        foreach (var route in evidence.Routes ?? [])
            yield return $"route: {route.Sentence}";
        foreach (var operation in (evidence.Operations ?? []).Where(o => o.Command == nameof(ResolveOrder)))
            yield return $"asked {operation.Connection}: what became of {operation.OperationId}?";
    }

    public static DateTimeOffset Start(PaymentDetails payment) =>
        payment.History.Count > 0 ? payment.History[0].At : payment.AcceptedAt;

    /// <summary>A heading that starts with &gt; is of a column of numbers.</summary>
    public static Table Table(params ReadOnlySpan<string> headings)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var heading in headings)
        {
            var column = new TableColumn(Markup.Escape(heading.TrimStart('>'))) { NoWrap = true };
            table.AddColumn(heading.StartsWith('>') ? column.RightAligned() : column);
        }

        return table;
    }

    public static void Row(Table table, params IReadOnlyList<string?> cells) =>
        table.AddRow([.. cells.Select(c => new Text(c ?? ""))]);

    /// <summary>After a blank line, and without the padding that a table has around it.</summary>
    public static void Write(Shell shell, Table table)
    {
        using var text = new StringWriter();
        Shell.Console(text).Write(table);
        shell.Out.WriteLine();
        foreach (var line in text.ToString().Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0))
            shell.Out.WriteLine(line);
    }

    private static string Count(IReadOnlyList<string> names) => string.Join(
        ", ", names.GroupBy(n => n).Select(g => g.Count() == 1 ? g.Key : $"{g.Count()} {g.Key}"));
}
