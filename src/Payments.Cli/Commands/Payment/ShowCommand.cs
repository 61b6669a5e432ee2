using System.CommandLine;
using Payments.Cli.Rendering;
using Payments.Contracts;

namespace Payments.Cli.Commands.Payment;

/// <summary><c>payctl payment show</c></summary>
internal static class ShowCommand
{
    public static Command Create(Shell shell)
    {
        var id = PaymentId.Argument();
        var json = new Option<bool>("--json") { Description = "JSON on standard output." };
        var watch = new Option<bool>("--watch") { Description = "Follow it until it is terminal or parked." };
        var command = new Command("show", "Where is this payment? State, orders, what it waits for, history.")
        {
            id, json, watch,
        };
        command.SetAction((parsed, cancellationToken) => Run(
            shell, parsed.GetValue(id), parsed.GetValue(json), parsed.GetValue(watch), cancellationToken));
        return command;
    }

    /// <summary>What is left to say when the history was shown already.</summary>
    public static void WriteEnd(Shell shell, PaymentDetails payment, bool json)
    {
        if (json)
        {
            shell.Out.WriteLine(PaymentText.Json(payment));
            return;
        }

        shell.Out.WriteLine();
        PaymentText.WriteState(shell, payment);
        PaymentText.WriteOrders(shell, payment);
    }

    private static async Task<int> Run(
        Shell shell, Ulid id, bool json, bool watch, CancellationToken cancellationToken)
    {
        using var api = shell.OpenApi();
        if (watch)
        {
            var end = await new PaymentFollower(shell, api, json).Follow(id, published: false, cancellationToken);
            WriteEnd(shell, end, json);
            return ExitCodes.Done;
        }

        var payment = await api.Find(id, cancellationToken) ?? throw PaymentId.Unknown(id);
        if (json)
        {
            shell.Out.WriteLine(PaymentText.Json(payment));
            return ExitCodes.Done;
        }

        PaymentText.WriteState(shell, payment);
        PaymentText.WriteOrders(shell, payment);
        PaymentText.WriteHistory(shell, payment);
        PaymentText.WriteLetters(shell, payment);
        return ExitCodes.Done;
    }
}
