using System.CommandLine;
using Payments.Cli.Rendering;
using Payments.Contracts;

namespace Payments.Cli.Commands.Payment;

/// <summary><c>payctl payment list</c></summary>
internal static class ListCommand
{
    private const int DefaultLimit = 50;
    private const int MaxPage = 200;

    public static Command Create(Shell shell)
    {
        var state = new Option<string?>("--state") { Description = "Only this state, for instance Parked." };
        var merchant = new Option<string?>("--merchant") { Description = "Only this merchant." };
        var from = new Option<string?>("--from")
        {
            Description = "Accepted at or after: 2026-01-31 or 2026-01-31T13:00:00Z.",
        };
        var to = new Option<string?>("--to") { Description = "Accepted before." };
        var limit = new Option<int>("--limit")
        {
            Description = "How many at most.",
            DefaultValueFactory = _ => DefaultLimit,
        };
        var json = new Option<bool>("--json") { Description = "JSON on standard output, one payment a line." };
        limit.Validators.Add(result =>
        {
            // What is no number at all is the parser's to say.
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var value) && value < 1)
                result.AddError("--limit must be at least 1.");
        });
        var command = new Command("list", "Lists payments, newest first.") { state, merchant, from, to, limit, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            (string, string?)[] filter =
            [
                ("state", parsed.GetValue(state)), ("merchant", parsed.GetValue(merchant)),
                ("from", parsed.GetValue(from)), ("to", parsed.GetValue(to)),
            ];
            var (payments, more) = await Read(shell, filter, parsed.GetValue(limit), cancellationToken);
            Write(shell, payments, parsed.GetValue(json));
            if (more)
                await shell.Error.WriteLineAsync($"There are more than {payments.Count}; --limit shows more.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<(List<PaymentSummary> Payments, bool More)> Read(
        Shell shell, (string, string?)[] filter, int limit, CancellationToken cancellationToken)
    {
        using var api = shell.OpenApi();
        var payments = new List<PaymentSummary>();
        string? cursor = null;
        do
        {
            var size = Math.Min(limit - payments.Count, MaxPage);
            var page = await api.List([.. filter, ("cursor", cursor), ("limit", size.ToString())], cancellationToken);
            payments.AddRange(page.Payments);
            cursor = page.Next;
        }
        while (cursor is not null && payments.Count < limit);

        return (payments, cursor is not null);
    }

    private static void Write(Shell shell, List<PaymentSummary> payments, bool json)
    {
        if (json)
        {
            foreach (var payment in payments)
                shell.Out.WriteLine(System.Text.Json.JsonSerializer.Serialize(payment, ContractJson.Options));
            return;
        }

        var table = PaymentText.Table(
            "payment", "accepted", "state", ">amount", "merchant", "reference", "reason or wait");
        foreach (var payment in payments)
        {
            PaymentText.Row(
                table, payment.PaymentId.ToString(), PaymentText.Time(payment.AcceptedAt), payment.State,
                payment.Amount?.ToString(), payment.MerchantId, payment.MerchantReference,
                payment.Reason ?? payment.WaitsFor);
        }

        if (payments.Count == 0)
            shell.Error.WriteLine("No payment is of that kind.");
        else
            PaymentText.Write(shell, table);
    }
}
