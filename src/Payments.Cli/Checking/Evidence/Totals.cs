namespace Payments.Cli.Checking.Evidence;

/// <summary>
/// What the books say about sellers and accounts as a whole, at the same moment as about the payments.
/// </summary>
internal sealed record Totals
{
    public IReadOnlyList<AccountRow> Accounts { get; init; } = [];

    public IReadOnlyList<ReceivableRow> Receivables { get; init; } = [];

    public IReadOnlyList<BalanceRow> Balances { get; init; } = [];

    /// <summary>What the ledger itself finds unbalanced, as sentences.</summary>
    public IReadOnlyList<string> Unbalanced { get; init; } = [];

    /// <summary>How many rows each view has, by its name.</summary>
    public IReadOnlyDictionary<string, long> Rows { get; init; } = new Dictionary<string, long>();

    /// <summary>Charges of payments that nobody knows.</summary>
    public IReadOnlyList<ChargeRow> StrayCharges { get; init; } = [];
}

/// <summary><c>wallets.ops_account_v1</c></summary>
internal sealed record AccountRow(
    string OwnerId, string Currency, long PendingMinor, long AvailableMinor, long HeldMinor)
{
    public Int128 WalletMinor => (Int128)PendingMinor + AvailableMinor + HeldMinor;
}

/// <summary><c>wallets.ops_receivable_v1</c></summary>
internal sealed record ReceivableRow(string OwnerId, string Currency, long OwedMinor);

/// <summary><c>ledger.ops_balance_v1</c></summary>
internal sealed record BalanceRow(string Account, string Currency, long DebitMinor, long CreditMinor);
