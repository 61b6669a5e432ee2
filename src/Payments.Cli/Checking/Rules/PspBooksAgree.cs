using Payments.Cli.Checking.Evidence;

namespace Payments.Cli.Checking.Rules;

/// <summary>
/// Per connection and currency, for each settled payment and in total: what approved operations took and gave back is
/// the ledger's psp-receivable.
/// </summary>
internal sealed class PspBooksAgree() : Checker("Operations at PSPs and the ledger agree")
{
    private readonly Sums _settled = new();
    private readonly Sums _movingPosted = new();

    public override void Examine(PaymentEvidence payment)
    {
        var (taken, posted) = Add(payment);
        if (!Take(payment))
        {
            foreach (var key in posted.Keys)
                _movingPosted.Add(key.Owner, key.Currency, posted[key]);
            return;
        }

        foreach (var key in taken.Keys.Union(posted.Keys))
        {
            _settled.Add(key.Owner, key.Currency, taken[key]);
            if (taken[key] != posted[key])
            {
                Violate($"{payment.PaymentId}: {key.Owner} took {taken[key]} {key.Currency}, ledger psp-receivable "
                    + $"{posted[key]}.");
            }
        }
    }

    public override void Examine(Totals totals)
    {
        var posted = new Sums();
        foreach (var balance in totals.Balances)
            AddPosting(posted, balance.Account, balance.Currency, balance.DebitMinor, balance.CreditMinor);
        foreach (var key in posted.Keys.Union(_settled.Keys))
        {
            var ledger = posted[key] - _movingPosted[key];
            if (_settled[key] != ledger)
                Violate($"{key.Owner} {key.Currency} in total: took {_settled[key]}, ledger psp-receivable {ledger}.");
        }
    }

    private static (Sums Taken, Sums Posted) Add(PaymentEvidence payment)
    {
        var (taken, posted) = (new Sums(), new Sums());
        foreach (var operation in payment.Operations)
            taken.Add(operation.Connection, operation.Currency, operation.TakenMinor);
        foreach (var posting in payment.Postings)
            AddPosting(posted, posting.Account, posting.Currency, posting.DebitMinor, posting.CreditMinor);
        return (taken, posted);
    }

    private static void AddPosting(Sums posted, string account, string currency, Int128 debit, Int128 credit)
    {
        if (Accounts.Owner(account, Accounts.PspReceivable) is { } connection)
            posted.Add(connection, currency, debit - credit);
    }
}
