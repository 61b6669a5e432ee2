using Payments.Cli.Checking.Evidence;

namespace Payments.Cli.Checking.Rules;

/// <summary>
/// Every payment that is not terminal waits until a moment that is not long past. A parked one says why, and where
/// resuming leads.
/// </summary>
internal sealed class NothingHangs() : Checker("Nothing hangs")
{
    /// <summary>Deadlines are polled; a worker that restarts may be late by this much.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    public override void Examine(PaymentEvidence payment)
    {
        Examined++;
        if (payment.IsTerminal)
            return;

        if (payment.State == PaymentStates.Parked && (payment.Reason is null || payment.ResumeState is null))
            Violate($"{payment.PaymentId} is parked without saying why, or where resuming leads.");
        if (payment.WaitsUntil is null)
            Violate($"{payment.PaymentId} is {payment.State} since {payment.UpdatedAt:u} without a deadline.");
        else if (payment.WaitsUntil < payment.Now - Grace)
            Violate($"{payment.PaymentId} is {payment.State}, and its deadline passed at {payment.WaitsUntil:u}.");
    }
}
