using Payments.Cli.Api;
using Payments.Cli.Rendering;
using Payments.Contracts;

namespace Payments.Cli.Commands.Payment;

/// <summary>Follows a payment until it is terminal or parked, each new step of its history as it comes.</summary>
internal sealed class PaymentFollower(Shell shell, PaymentsApi api, bool json)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Beginning = TimeSpan.FromSeconds(60);
    private static readonly string[] Ends = ["Completed", "PartiallyCompleted", "Failed", "Rejected", "Parked"];

    private int _shown = -1;

    /// <param name="paymentId">Whose.</param>
    /// <param name="published">It was accepted just now: the orchestrator may not know it yet.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    public async Task<PaymentDetails> Follow(Ulid paymentId, bool published, CancellationToken cancellationToken)
    {
        var started = shell.Time.GetTimestamp();
        var patience = new Patience(shell, hasAnswered: published);
        while (true)
        {
            if (await patience.Ask(() => api.Find(paymentId, cancellationToken), cancellationToken) is { } payment)
            {
                ShowNew(payment);
                if (Ends.Contains(payment.State))
                    return payment;
            }
            else if (!published)
            {
                throw CommandException.Refused($"No payment {paymentId} is known.");
            }
            else if (_shown < 0 && shell.Time.GetElapsedTime(started) > Beginning)
            {
                throw CommandException.Refused(
                    $"Payment {paymentId} was accepted, but the orchestrator has not started it for "
                    + $"{Beginning.TotalSeconds} s. It is in the queue; "
                    + $"payctl payment show {paymentId} --watch goes on.");
            }

            await Task.Delay(Pause, shell.Time, cancellationToken);
        }
    }

    private void ShowNew(PaymentDetails payment)
    {
        foreach (var entry in payment.History.Where(h => h.Sequence > _shown))
        {
            shell.Out.WriteLine(json
                ? System.Text.Json.JsonSerializer.Serialize(entry, ContractJson.Options)
                : PaymentText.OneLine(entry, PaymentText.Start(payment)));
            _shown = entry.Sequence;
        }

        shell.Out.Flush();
    }
}
