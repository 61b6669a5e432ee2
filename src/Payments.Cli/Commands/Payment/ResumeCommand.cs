using System.CommandLine;

namespace Payments.Cli.Commands.Payment;

/// <summary><c>payctl payment resume</c></summary>
internal static class ResumeCommand
{
    public static Command Create(Shell shell)
    {
        var id = PaymentId.Argument();
        var name = new Option<string>("--as")
        {
            HelpName = "name",
            Description = "Your name; it is recorded.",
            Required = true,
        };
        var reason = new Option<string>("--reason")
        {
            HelpName = "text",
            Description = "Why; it is recorded.",
            Required = true,
        };
        var command = new Command("resume", "Lets a parked payment try the step again that it stopped at.")
        {
            id, name, reason,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = shell.OpenApi();
            var paymentId = parsed.GetValue(id);
            await api.Resume(
                paymentId, parsed.GetRequiredValue(name), parsed.GetRequiredValue(reason), cancellationToken);
            await shell.Error.WriteLineAsync(
                $"Payment {paymentId} is asked to go on; payctl payment show {paymentId} --watch follows it.");
            return ExitCodes.Done;
        });
        return command;
    }
}
