using System.Data;
using Microsoft.EntityFrameworkCore;
using Payments.Contracts;
using Payments.Operations.Views;

namespace Payments.Operations.Querying;

/// <summary>What wallets and ledger say.</summary>
internal sealed class BooksQuery(IDbContextFactory<OpsByKeyContext> contexts)
{
    /// <summary>A payment's lots and journals at one moment; null when no such payment is known.</summary>
    public async Task<PaymentBooks?> Find(Ulid id, CancellationToken cancellationToken)
    {
        await using var ops = await contexts.CreateDbContextAsync(cancellationToken);
        await using var snapshot = await ops.Database.BeginTransactionAsync(
            IsolationLevel.RepeatableRead, cancellationToken);
        var paymentId = await PaymentQuery.Resolve(ops, id, cancellationToken);
        if (!await ops.Payments.AnyAsync(p => p.PaymentId == paymentId, cancellationToken))
            return null;

        var lots = await ops.Lots.Where(l => l.PaymentId == paymentId)
            .OrderBy(l => l.CreatedAt).ThenBy(l => l.OrderId).ToListAsync(cancellationToken);
        var journals = await ops.Journals.Where(j => j.PaymentId == paymentId)
            .OrderBy(j => j.RecordedAt).ThenBy(j => j.JournalId).ToListAsync(cancellationToken);
        var postings = (await ops.Postings.Where(p => p.PaymentId == paymentId).ToListAsync(cancellationToken))
            .ToLookup(p => p.JournalId);
        return new PaymentBooks
        {
            PaymentId = paymentId,
            Alias = paymentId == id ? null : id,
            Lots = [.. lots.Select(Lot)],
            Journals = [.. journals.Select(j => Journal(j, postings[j.JournalId]))],
        };
    }

    /// <summary>A seller's balances, by currency.</summary>
    public async Task<SellerBalances> Balances(string sellerId, CancellationToken cancellationToken)
    {
        await using var ops = await contexts.CreateDbContextAsync(cancellationToken);
        await using var snapshot = await ops.Database.BeginTransactionAsync(
            IsolationLevel.RepeatableRead, cancellationToken);
        var accounts = await ops.Accounts.Where(a => a.OwnerId == sellerId)
            .ToDictionaryAsync(a => a.Currency, cancellationToken);
        var owed = await ops.Receivables.Where(r => r.OwnerId == sellerId)
            .ToDictionaryAsync(r => r.Currency, r => r.OwedMinor, cancellationToken);
        return new SellerBalances
        {
            SellerId = sellerId,
            Balances = [.. accounts.Keys.Union(owed.Keys).Order(StringComparer.Ordinal)
                .Select(c => Balance(c, accounts.GetValueOrDefault(c), owed.GetValueOrDefault(c)))],
        };
    }

    private static LotDetails Lot(LotView lot) => new()
    {
        OrderId = lot.OrderId,
        SellerId = lot.OwnerId,
        Credited = Amounts.Read(lot.CreditedMinor, lot.Currency),
        Reversed = Amounts.Read(lot.ReversedMinor, lot.Currency),
        Remaining = Amounts.Read(lot.RemainingMinor, lot.Currency),
        CreatedAt = lot.CreatedAt,
    };

    private static JournalDetails Journal(JournalView journal, IEnumerable<PostingView> postings) => new()
    {
        JournalId = journal.JournalId,
        OrderId = journal.OrderId,
        OperationId = journal.OperationId,
        Kind = journal.Kind,
        RecordedAt = journal.RecordedAt,
        // As a bookkeeper writes them: debits first.
        Postings = [.. postings.OrderBy(p => p.DebitMinor == 0).ThenBy(p => p.Account, StringComparer.Ordinal)
            .Select(Posting)],
    };

    private static PostingDetails Posting(PostingView posting) => new()
    {
        Account = posting.Account,
        Debit = Amounts.Read(posting.DebitMinor, posting.Currency),
        Credit = Amounts.Read(posting.CreditMinor, posting.Currency),
    };

    private static SellerBalance Balance(string currency, AccountView? account, long owedMinor) => new()
    {
        Currency = currency,
        PendingMinor = account?.PendingMinor ?? 0,
        AvailableMinor = account?.AvailableMinor ?? 0,
        HeldMinor = account?.HeldMinor ?? 0,
        OwedMinor = owedMinor,
        Closed = account?.Closed ?? false,
    };
}
