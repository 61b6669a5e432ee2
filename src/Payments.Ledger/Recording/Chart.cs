namespace Payments.Ledger.Recording;

/// <summary>The chart of accounts; each account is kept per currency.</summary>
internal static class Chart
{
    public const string PlatformFees = "platform-fees";
    public const string RefundsPayable = "refunds-payable";
    public const string UnallocatedCaptures = "unallocated-captures";

    // Of settlement, payouts and disputes, which post to them later.
    public const string PspFees = "psp-fees";
    public const string Bank = "bank";
    public const string PayoutClearing = "payout-clearing";
    public const string DisputeLosses = "dispute-losses";
    public const string Suspense = "suspense";

    /// <summary>What an account at a PSP owes us: it settles on its own, so it is a debtor of its own.</summary>
    public static string PspReceivable(string connection) => $"psp-receivable:{connection}";

    /// <summary>What we owe a seller.</summary>
    public static string SellerPayable(string sellerId) => $"seller-payable:{sellerId}";

    /// <summary>What a seller owes us.</summary>
    public static string SellerReceivable(string sellerId) => $"seller-receivable:{sellerId}";
}
