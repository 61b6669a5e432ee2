using System.CommandLine;
using Payments.Cli.Commands.Payment;
using Payments.Cli.Rendering;

namespace Payments.Cli.Commands.Route;

/// <summary><c>payctl route explain</c></summary>
internal static class ExplainCommand
{
    public static Command Create(Shell shell)
    {
        var file = new Argument<string>("file") { Description = "A PaymentRequested as JSON; - reads standard input." };
        var json = new Option<bool>("--json") { Description = "JSON on standard output." };
        var command = new Command(
            "explain", "Which connections a payment would take now, and why; nothing is requested or charged. "
            + "Exit code 1 where an order has none.")
        {
            file, json,
        };
        command.SetAction((parsed, cancellationToken) => Run(
            shell, parsed.GetRequiredValue(file), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> Run(Shell shell, string path, bool json, CancellationToken cancellationToken)
    {
        using var api = shell.OpenApi();
        var file = await PaymentFile.Read(shell, path, cancellationToken);
        var explained = await api.ExplainRoute(file.Body, cancellationToken);
        if (json)
        {
            shell.Out.WriteLine(PaymentText.Json(explained));
        }
        else
        {
            foreach (var order in explained.Orders)
                shell.Out.WriteLine(order.Sentence);
        }

        return explained.Orders.Any(o => o.Connection is null) ? ExitCodes.Refused : ExitCodes.Done;
    }
}
