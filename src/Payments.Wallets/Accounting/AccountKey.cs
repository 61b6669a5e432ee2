using Payments.Contracts;

namespace Payments.Wallets.Accounting;

/// <summary>Names an account: an owner has one per currency.</summary>
internal readonly record struct AccountKey(string OwnerId, string Currency)
{
    public static AccountKey Of(WalletLine line) => new(line.SellerId, line.Amount.Currency.Code);
}
