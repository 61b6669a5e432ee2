namespace Payments.Cli.Checking.Rules;

/// <summary>The chart of accounts, as far as it has an owner in its name.</summary>
internal static class Accounts
{
    public const string SellerPayable = "seller-payable:";
    public const string SellerReceivable = "seller-receivable:";
    public const string PspReceivable = "psp-receivable:";

    /// <summary>The owner of an account of this kind; null for every other account.</summary>
    public static string? Owner(string account, string kind) =>
        account.StartsWith(kind, StringComparison.Ordinal) ? account[kind.Length..] : null;
}
