using Payments.Contracts;

namespace Payments.Ledger.Recording;

/// <summary>What each kind of journal posts. Net is gross less fee, so every template balances by itself.</summary>
internal static class PostingTemplates
{
    public static IReadOnlyList<Posting> Postings(JournalKind kind, JournalLine line)
    {
        var (gross, fee) = (line.Gross, line.Fee);
        var net = gross - fee;
        var psp = Chart.PspReceivable(line.Connection);
        var seller = Chart.SellerPayable(line.SellerId);
        Posting[] postings = kind switch
        {
            JournalKind.Capture =>
                [Debit(psp, gross), Credit(seller, net), Credit(Chart.PlatformFees, fee)],
            JournalKind.CaptureUnallocated =>
                [Debit(psp, gross), Credit(Chart.UnallocatedCaptures, gross)],
            JournalKind.Undo =>
                [Debit(seller, net), Debit(Chart.PlatformFees, fee), Credit(Chart.RefundsPayable, gross)],
            JournalKind.Refund =>
                [Debit(Chart.RefundsPayable, gross), Credit(psp, gross)],
            JournalKind.RefundUnallocated =>
                [Debit(Chart.UnallocatedCaptures, gross), Credit(psp, gross)],
        };
        return [.. postings.Where(p => p.Debit != 0 || p.Credit != 0)];
    }

    private static Posting Debit(string account, Money amount) =>
        new(account, amount.Currency.Code, amount.Amount, Credit: 0);

    private static Posting Credit(string account, Money amount) =>
        new(account, amount.Currency.Code, Debit: 0, amount.Amount);
}
