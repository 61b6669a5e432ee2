using Payments.Cli.Checking.Evidence;

namespace Payments.Cli.Checking.Rules;

/// <summary>No balance, lot or debt is below zero, and no lot gives back more than it got.</summary>
internal sealed class WalletsNotNegative() : Checker("Wallets are never negative")
{
    public override void Examine(PaymentEvidence payment)
    {
        Examined += payment.Lots.Count;
        foreach (var lot in payment.Lots)
        {
            if (lot.CreditedMinor < 0 || lot.RemainingMinor < 0
                || lot.ReversedMinor < 0 || lot.ReversedMinor > lot.CreditedMinor)
            {
                Violate($"{payment.PaymentId}/{lot.OrderId}: the lot was credited {lot.CreditedMinor}, has "
                    + $"{lot.RemainingMinor} left and {lot.ReversedMinor} reversed.");
            }
        }
    }

    public override void Examine(Totals totals)
    {
        Examined += totals.Accounts.Count + totals.Receivables.Count;
        foreach (var account in totals.Accounts.Where(
            a => a.PendingMinor < 0 || a.AvailableMinor < 0 || a.HeldMinor < 0))
        {
            Violate($"{account.OwnerId} {account.Currency}: pending {account.PendingMinor}, available "
                + $"{account.AvailableMinor}, held {account.HeldMinor}.");
        }

        foreach (var debt in totals.Receivables.Where(r => r.OwedMinor < 0))
            Violate($"{debt.OwnerId} owes {debt.OwedMinor} {debt.Currency}.");
    }
}
