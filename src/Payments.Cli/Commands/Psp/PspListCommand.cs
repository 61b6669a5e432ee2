using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Payments.Cli.Rendering;
using Payments.Contracts;

namespace Payments.Cli.Commands.Psp;

/// <summary><c>payctl psp list</c></summary>
internal static class PspListCommand
{
    public static Command Create(Shell shell)
    {
        var json = new Option<bool>("--json") { Description = "JSON on standard output, one connection a line." };
        var command = new Command("list", "How each connection is, as each executor sees it.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = shell.OpenApi();
            var list = await api.PspConnections(cancellationToken);
            if (parsed.GetValue(json))
                WriteJson(shell, list);
            else
                WriteTable(shell, list);
            return ExitCodes.Done;
        });
        return command;
    }

    private static void WriteJson(Shell shell, PspConnectionList list)
    {
        foreach (var connection in list.Connections)
            shell.Out.WriteLine(JsonSerializer.Serialize(connection, ContractJson.Options));
    }

    private static void WriteTable(Shell shell, PspConnectionList list)
    {
        if (list.Connections.Count == 0)
        {
            shell.Error.WriteLine("No executor has reported a connection.");
            return;
        }

        var table = PaymentText.Table(
            "connection", "adapter", "breakers", ">in flight", ">per s", ">undo per s", "last 5 min", ">in doubt",
            ">pending", ">waiting", "process", "seen");
        foreach (var c in list.Connections)
        {
            PaymentText.Row(
                table, c.Connection, c.Adapter, BreakersOf(c), $"{c.InFlight}/{c.MaxInFlight}", Number(c.MaxPerSecond),
                Number(c.MaxControlPerSecond), Pairs(c.Recent), Number(c.InDoubt), Number(c.Pending), Number(c.Waiting),
                c.Process,
                PaymentText.Time(c.UpdatedAt) + (c.Stale ? " (stale)" : ""));
        }

        PaymentText.Write(shell, table);
    }

    private static string BreakersOf(PspConnectionDetails connection) =>
        connection.Breakers.Values.All(state => state == "closed") ? "closed" : Pairs(connection.Breakers);

    private static string Pairs<T>(IReadOnlyDictionary<string, T> pairs) => string.Join(
        ", ", pairs.OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key} {p.Value}")));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
