using System.CommandLine;
using Payments.Cli.Api;
using Payments.Cli.Rendering;
using Payments.Contracts;

namespace Payments.Cli.Commands.Payment;

/// <summary><c>payctl payment publish</c></summary>
internal static class PublishCommand
{
    public static Command Create(Shell shell)
    {
        var file = new Argument<string>("file") { Description = "A PaymentRequested as JSON; - reads standard input." };
        var watch = new Option<bool>("--watch")
        {
            Description = "Follow it to its end; exit code 1 unless it is paid, at least in part.",
        };
        var json = new Option<bool>("--json") { Description = "JSON on standard output." };
        var command = new Command(
            "publish", "Requests a payment. A paymentId and an idempotencyKey are made where the file has none.")
        {
            file, watch, json,
        };
        command.SetAction((parsed, cancellationToken) => Run(
            shell, parsed.GetRequiredValue(file), parsed.GetValue(watch), parsed.GetValue(json), cancellationToken));
        return command;
    }

    /// <summary>Publishes, and says under which ids.</summary>
    public static async Task<Ulid> Publish(
        Shell shell, PaymentsApi api, string path, bool json, CancellationToken cancellationToken)
    {
        var file = await PaymentFile.Read(shell, path, cancellationToken);
        var (accepted, replayed) = await api.Publish(file.Body, file.IdempotencyKey, cancellationToken);
        if (json)
        {
            shell.Out.WriteLine(PaymentText.Json(new { accepted.PaymentId, file.IdempotencyKey, Replayed = replayed }));
            return accepted.PaymentId;
        }

        shell.Out.WriteLine($"payment          {accepted.PaymentId}");
        shell.Out.WriteLine($"idempotency key  {file.IdempotencyKey}");
        if (replayed)
            await shell.Error.WriteLineAsync("The same request was accepted before; this is the answer of then.");
        return accepted.PaymentId;
    }

    private static async Task<int> Run(
        Shell shell, string path, bool watch, bool json, CancellationToken cancellationToken)
    {
        using var api = shell.OpenApi();
        var paymentId = await Publish(shell, api, path, json, cancellationToken);
        if (!watch)
            return ExitCodes.Done;

        var payment = await new PaymentFollower(shell, api, json).Follow(paymentId, published: true, cancellationToken);
        ShowCommand.WriteEnd(shell, payment, json);
        return payment.State is "Completed" or "PartiallyCompleted" ? ExitCodes.Done : ExitCodes.Refused;
    }
}
