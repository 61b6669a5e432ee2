using System.CommandLine;
using System.Globalization;
using Payments.Cli.Commands.Payment;
using Payments.Cli.Rendering;
using Payments.Contracts;

namespace Payments.Cli.Commands;

/// <summary><c>payctl demo</c></summary>
internal static class DemoCommand
{
    public static Command Create(Shell shell)
    {
        var file = new Argument<string>("file") { Description = "A PaymentRequested as JSON." };
        var command = new Command(
            "demo", "Publishes a payment, follows it, shows the books; exit code 1 unless Completed.")
        {
            file,
        };
        command.SetAction((parsed, cancellationToken) => Run(shell, parsed.GetRequiredValue(file), cancellationToken));
        return command;
    }

    private static async Task<int> Run(Shell shell, string path, CancellationToken cancellationToken)
    {
        using var api = shell.OpenApi();
        var paymentId = await PublishCommand.Publish(shell, api, path, json: false, cancellationToken);
        shell.Out.WriteLine();
        var payment = await new PaymentFollower(shell, api, json: false)
            .Follow(paymentId, published: true, cancellationToken);
        shell.Out.WriteLine();
        PaymentText.WriteState(shell, payment);
        PaymentText.WriteOrders(shell, payment);
        await BooksCommand.Write(shell, api, paymentId, cancellationToken);
        shell.Out.WriteLine();
        shell.Out.WriteLine(LastSentence(payment));
        return payment.State == "Completed" ? ExitCodes.Done : ExitCodes.Refused;
    }

    private static string LastSentence(PaymentDetails payment)
    {
        var elapsed = (payment.UpdatedAt - PaymentText.Start(payment)).TotalMilliseconds;
        var sellers = payment.Orders.DistinctBy(o => o.SellerId).Count();
        return payment.State == "Completed"
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Completed in {elapsed:0} ms: {payment.Amount} for {sellers} sellers, paid, credited and recorded.")
            : $"The payment is {payment.State}{(payment.Reason is { } reason ? $" ({reason})" : "")}, not Completed.";
    }
}
