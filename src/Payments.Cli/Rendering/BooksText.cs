using System.Globalization;
using Payments.Contracts;
using Spectre.Console;

namespace Payments.Cli.Rendering;

/// <summary>Wallets and journals for people.</summary>
internal static class BooksText
{
    public static void WriteBalances(Shell shell, IEnumerable<SellerBalances> sellers)
    {
        var table = PaymentText.Table("seller", ">pending", ">available", ">held", ">owes", "currency", "closed");
        foreach (var (seller, balance) in sellers.SelectMany(s => s.Balances.Select(b => (s.SellerId, b))))
        {
            PaymentText.Row(
                table, seller, Major(balance.PendingMinor, balance), Major(balance.AvailableMinor, balance),
                Major(balance.HeldMinor, balance), Major(balance.OwedMinor, balance), balance.Currency,
                balance.Closed ? "closed" : "");
        }

        if (table.Rows.Count == 0)
            shell.Out.WriteLine("No seller has been credited.");
        else
            PaymentText.Write(shell, table);
    }

    public static void WriteJournals(Shell shell, PaymentBooks books)
    {
        if (books.Journals.Count == 0)
        {
            shell.Out.WriteLine("There is no journal.");
            return;
        }

        var table = PaymentText.Table("journal", "order", "account", ">debit", ">credit");
        foreach (var journal in books.Journals)
        {
            var first = true;
            foreach (var posting in journal.Postings)
            {
                PaymentText.Row(
                    table, first ? journal.Kind : "", first ? journal.OrderId : "", posting.Account,
                    Unless0(posting.Debit), Unless0(posting.Credit));
                first = false;
            }
        }

        PaymentText.Write(shell, table);
    }

    private static string Unless0(Money amount) => amount.IsZero ? "" : amount.ToString();

    private static string Major(long amountMinor, SellerBalance balance)
    {
        var exponent = Currency.TryParse(balance.Currency, out var currency) ? currency.Exponent : 0;
        var unit = (decimal)Math.Pow(10, exponent);
        return (amountMinor / unit).ToString("F" + exponent, CultureInfo.InvariantCulture);
    }
}
