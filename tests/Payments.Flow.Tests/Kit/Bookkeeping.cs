using Payments.Contracts;

namespace Payments.Flow.Tests.Kit;

/// <summary>Reads a payment's journals as a bookkeeper does.</summary>
internal static class Bookkeeping
{
    /// <summary>Debits less credits per account; accounts that net to zero are left out.</summary>
    public static Dictionary<string, long> Net(this PaymentBooks books) =>
        books.Journals.SelectMany(j => j.Postings)
            .GroupBy(p => p.Account)
            .Select(g => (Account: g.Key, Minor: g.Sum(p => p.Debit.Amount - p.Credit.Amount)))
            .Where(a => a.Minor != 0)
            .ToDictionary(a => a.Account, a => a.Minor);

    /// <summary>The kinds of its journals, oldest first, each with its count when there are several in a row.</summary>
    public static string Kinds(this PaymentBooks books) =>
        string.Join(", ", books.Journals.GroupBy(j => j.Kind).Select(g => $"{g.Count()} {g.Key}"));

    public static OrderDetails Order(this PaymentDetails payment, string orderId) =>
        payment.Orders.Single(o => o.OrderId == orderId);

    /// <summary>The states it went through, each named once per stay.</summary>
    public static string Path(this PaymentDetails payment) =>
        string.Join(' ', payment.History.Where(h => h.From != h.To).Select(h => h.To));
}
