using System.CommandLine;

namespace Payments.Cli.Commands.Payment;

/// <summary><c>payctl payment resume</c></summary>
internal static class ResumeCommand
{
    public static Command Create(Shell shell)
    {
        var id = PaymentId.Argument();
        var operatorOptions = new OperatorOptions();
        var command = new Command("resume", "Lets a parked payment try the step again that it stopped at.") { id };
        operatorOptions.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = shell.OpenApi();
            var paymentId = parsed.GetValue(id);
            await api.Resume(
                paymentId, operatorOptions.Name(parsed), operatorOptions.Reason(parsed), cancellationToken);
            await shell.Error.WriteLineAsync(
                $"Payment {paymentId} is asked to go on; payctl payment show {paymentId} --watch follows it.");
            return ExitCodes.Done;
        });
        return command;
    }
}
