using Payments.Cli.Checking.Evidence;

namespace Payments.Cli.Checking.Rules;

/// <summary>
/// Per seller and currency, for each settled payment and in total: the wallet is the ledger's seller-payable, what is
/// owed is its seller-receivable, and lots say the same as the wallet. What moving payments did is taken out of both
/// sides of the totals.
/// </summary>
internal sealed class SellersBooksAgree() : Checker("Sellers' wallets, lots and ledger agree")
{
    private readonly Books _moving = new();

    public override void Examine(PaymentEvidence payment)
    {
        var books = payment.Settled ? new Books() : _moving;
        books.Add(payment);
        if (Take(payment))
            Compare(books, $"{payment.PaymentId}: ");
    }

    public override void Examine(Totals totals)
    {
        var all = new Books();
        foreach (var account in totals.Accounts)
            all.Wallet.Add(account.OwnerId, account.Currency, account.WalletMinor);
        foreach (var debt in totals.Receivables)
            all.Owed.Add(debt.OwnerId, debt.Currency, debt.OwedMinor);
        foreach (var balance in totals.Balances)
            all.AddPosting(balance.Account, balance.Currency, balance.DebitMinor, balance.CreditMinor);

        foreach (var key in all.Keys.Union(_moving.Keys))
        {
            var wallet = all.Wallet[key] - _moving.Wallet[key];
            var payable = all.Payable[key] - _moving.Payable[key];
            if (wallet != payable)
                Violate($"{key.Owner} {key.Currency} in total: wallet {wallet}, ledger seller-payable {payable}.");
            var owed = all.Owed[key] - _moving.Owed[key];
            var receivable = all.Receivable[key] - _moving.Receivable[key];
            if (owed != receivable)
                Violate($"{key.Owner} {key.Currency} in total: owes {owed}, ledger seller-receivable {receivable}.");
        }
    }

    private void Compare(Books books, string whose)
    {
        foreach (var key in books.Keys)
        {
            var (wallet, payable) = (books.Wallet[key], books.Payable[key]);
            if (wallet != payable)
                Violate($"{whose}{key.Owner} {key.Currency}: wallet {wallet}, ledger seller-payable {payable}.");
            var (owed, receivable) = (books.Owed[key], books.Receivable[key]);
            if (owed != receivable)
                Violate($"{whose}{key.Owner} {key.Currency}: owes {owed}, ledger seller-receivable {receivable}.");
            var lots = books.Lots[key];
            if (lots != wallet - owed)
                Violate($"{whose}{key.Owner} {key.Currency}: lots {lots}, wallet less debt {wallet - owed}.");
        }
    }

    private sealed class Books
    {
        public Sums Wallet { get; } = new();

        public Sums Owed { get; } = new();

        public Sums Lots { get; } = new();

        public Sums Payable { get; } = new();

        public Sums Receivable { get; } = new();

        public IEnumerable<(string Owner, string Currency)> Keys =>
            Wallet.Keys.Union(Owed.Keys).Union(Lots.Keys).Union(Payable.Keys).Union(Receivable.Keys);

        public void Add(PaymentEvidence payment)
        {
            foreach (var entry in payment.Entries)
            {
                Wallet.Add(entry.OwnerId, entry.Currency, entry.WalletMinor);
                Owed.Add(entry.OwnerId, entry.Currency, entry.OwedMinor);
            }

            foreach (var lot in payment.Lots)
                Lots.Add(lot.OwnerId, lot.Currency, lot.CreditedMinor - lot.ReversedMinor);
            foreach (var posting in payment.Postings)
                AddPosting(posting.Account, posting.Currency, posting.DebitMinor, posting.CreditMinor);
        }

        public void AddPosting(string account, string currency, Int128 debit, Int128 credit)
        {
            if (Accounts.Owner(account, Accounts.SellerPayable) is { } creditor)
                Payable.Add(creditor, currency, credit - debit);
            else if (Accounts.Owner(account, Accounts.SellerReceivable) is { } debtor)
                Receivable.Add(debtor, currency, debit - credit);
        }
    }
}
