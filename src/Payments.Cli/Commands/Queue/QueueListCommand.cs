using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Payments.Cli.Rendering;
using Payments.Contracts;

namespace Payments.Cli.Commands.Queue;

/// <summary><c>payctl queue list</c></summary>
internal static class QueueListCommand
{
    public static Command Create(Shell shell)
    {
        var all = new Option<bool>("--all") { Description = "Also dead-letter queues that are empty." };
        var json = new Option<bool>("--json") { Description = "JSON on standard output, one queue a line." };
        var command = new Command("list", "Depth, rates per second, consumers; up to 5 s old.") { all, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = shell.OpenApi();
            var list = await api.Queues(cancellationToken);
            var queues = list.Queues
                .Where(q => parsed.GetValue(all) || !q.HoldsDeadLetters || q.Ready + q.Unacknowledged > 0).ToList();
            if (parsed.GetValue(json))
                WriteJson(shell, queues);
            else
                WriteTable(shell, queues);
            return ExitCodes.Done;
        });
        return command;
    }

    private static void WriteJson(Shell shell, List<QueueDetails> queues)
    {
        foreach (var queue in queues)
            shell.Out.WriteLine(JsonSerializer.Serialize(queue, ContractJson.Options));
    }

    private static void WriteTable(Shell shell, List<QueueDetails> queues)
    {
        if (queues.Count == 0)
        {
            shell.Error.WriteLine("The broker has no queue.");
            return;
        }

        var table = PaymentText.Table(
            "queue", ">ready", ">unacknowledged", ">consumers", ">in/s", ">out/s", ">done/s", ">again/s", "oldest");
        foreach (var q in queues)
        {
            PaymentText.Row(
                table, q.Queue, Number(q.Ready), Number(q.Unacknowledged), Number(q.Consumers), Rate(q.PublishedPerSecond),
                Rate(q.DeliveredPerSecond), Rate(q.AcknowledgedPerSecond), Rate(q.RedeliveredPerSecond),
                q.OldestAt is { } oldest ? PaymentText.Time(oldest)
                    : q.NotEmptySince is { } since ? $"after {PaymentText.Time(since)}"
                    : null);
        }

        PaymentText.Write(shell, table);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Rate(double rate) => rate.ToString("0.0", CultureInfo.InvariantCulture);
}
