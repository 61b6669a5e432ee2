using Payments.Cli.Checking.Evidence;
using Payments.Contracts;

namespace Payments.Cli.Checking.Rules;

/// <summary>
/// Per journal and currency, and per currency over all accounts: debits equal credits. Journals are whole at any
/// moment.
/// </summary>
internal sealed class JournalsBalance() : Checker("The ledger balances, per journal and per currency")
{
    public override void Examine(PaymentEvidence payment)
    {
        Examined += payment.Journals.Count;
        foreach (var sides in payment.Postings.GroupBy(p => (p.JournalId, p.Currency)))
        {
            var debits = sides.Sum(p => (decimal)p.DebitMinor);
            var credits = sides.Sum(p => (decimal)p.CreditMinor);
            if (debits != credits)
            {
                Violate($"{payment.PaymentId}: journal {sides.Key.JournalId} has debits {debits} and credits "
                    + $"{credits} {sides.Key.Currency}.");
            }
        }

        var posted = payment.Postings.Select(p => p.JournalId).ToHashSet();
        foreach (var journal in payment.Journals.Where(j => !posted.Contains(j.JournalId)))
            Violate($"{payment.PaymentId}: journal {journal.JournalId} has no postings.");
    }

    public override void Examine(Totals totals)
    {
        foreach (var sentence in totals.Unbalanced)
            Violate(sentence);
        foreach (var currency in totals.Balances.GroupBy(b => b.Currency))
        {
            var debits = currency.Sum(b => (decimal)b.DebitMinor);
            var credits = currency.Sum(b => (decimal)b.CreditMinor);
            if (debits != credits)
                Violate($"All accounts in {currency.Key} have debits {debits} and credits {credits}.");
        }
    }
}
