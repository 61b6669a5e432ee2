using System.CommandLine;
using System.Text.Json;
using Payments.Cli.Rendering;
using Payments.Contracts;

namespace Payments.Cli.Commands.DeadLetter;

/// <summary><c>payctl deadletter list</c></summary>
internal static class DeadLetterListCommand
{
    private const int MaxMessage = 80;

    public static Command Create(Shell shell)
    {
        var options = new DeadLetterOptions()
            .Filter("group", "Only this group.")
            .Filter("payment", "Only this payment.")
            .Filter("order", "Only letters that name this order.")
            .Filter("seller", "Only this seller, of the letter or its payment.")
            .Filter("merchant", "Only this merchant, of the letter or its payment.")
            .Filter("queue", "Only this dead-letter queue, for instance wallets_error.")
            .Filter("endpoint", "Only messages that failed in this queue, for instance wallets.")
            .Filter("reason", "Only fault, skipped, delivery_limit, unrouted or unreadable.")
            .Filter("type", "Only this message type, for instance Payments.Contracts:CreditWallets.")
            .Filter("exception", "Only this exception type.")
            .Filter("text", "Only letters that have all these words, or words that begin so, in ids, names or the exception's text.")
            .Filter("state", "Only this state: open, replaying, resolved or discarded.")
            .Filter("payment-state", "Only this state of the payment's saga, for instance Crediting.", "paymentState")
            .Filter("from", "Failed at or after: 2026-01-31 or 2026-01-31T13:00:00Z.")
            .Filter("to", "Failed before.")
            .Filter("min-amount", "At least so much, in minor units: of the payment, or what the letter asks for.", "minAmount")
            .Filter("max-amount", "At most so much, in minor units.", "maxAmount")
            .Filter("currency", "Only amounts of this currency.");
        var command = new Command("list", "Lists letters beside their payments, failed last first.");
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = shell.OpenApi();
            var (letters, total, _) = await options.Read(parsed, async parameters =>
            {
                var page = await api.DeadLetters(parameters, cancellationToken);
                return (page.Letters, page.Total, page.Next);
            });
            Write(shell, letters, parsed.GetValue(options.Json));
            if (total > letters.Count)
                await shell.Error.WriteLineAsync($"{letters.Count} of {total} letters; --limit shows more.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Write(Shell shell, List<DeadLetterSummary> letters, bool json)
    {
        if (json)
        {
            foreach (var letter in letters)
                shell.Out.WriteLine(JsonSerializer.Serialize(letter, ContractJson.Options));
            return;
        }

        if (letters.Count == 0)
        {
            shell.Error.WriteLine("No dead letter is of that kind.");
            return;
        }

        var table = PaymentText.Table(
            "letter", "state", "failed", "queue", "message", "payment", "orders", "payment state", ">at risk", "exception", "text");
        foreach (var l in letters)
        {
            PaymentText.Row(
                table, l.LetterId.ToString(), l.Outcome is null ? l.State : $"{l.State} ({l.Outcome})",
                PaymentText.Time(l.FailedAt), l.Queue, l.MessageType, l.PaymentId?.ToString(),
                string.Join(", ", l.OrderIds), l.PaymentState, l.AtRisk?.ToString(), l.ExceptionType, Cut(l.ExceptionMessage));
        }

        PaymentText.Write(shell, table);
    }

    private static string? Cut(string? text)
    {
        var line = text is null ? null : PaymentText.Harmless(text.ReplaceLineEndings(" "));
        return line?.Length > MaxMessage ? $"{line[..MaxMessage]}..." : line;
    }
}
