using Payments.Contracts;

namespace Payments.Wallets;

/// <summary>Commands as the saga sends them.</summary>
internal static class Batch
{
    public static WalletLine Line(string orderId, string sellerId, long amount, string currency = "USD") =>
        new(orderId, sellerId, new Money(amount, Currency.Parse(currency)));

    public static CreditWallets Credit(Ulid paymentId, params WalletLine[] lines) => new()
    {
        PaymentId = paymentId,
        OperationId = $"{paymentId}/credit/1",
        Atomic = true,
        NotAfter = DateTimeOffset.MaxValue,
        Lines = lines,
    };

    public static ReverseCredits Reverse(CreditWallets credit) => new()
    {
        PaymentId = credit.PaymentId,
        OperationId = $"{credit.PaymentId}/reverse-credit/1",
        Undoes = credit.OperationId,
        Lines = credit.Lines,
    };

    public static ReversedLine Reversed(WalletLine line, long fromLot, long fromAvailable = 0, long owed = 0)
    {
        var currency = line.Amount.Currency;
        return new ReversedLine(
            line.OrderId, line.SellerId, new Money(fromLot, currency), new Money(fromAvailable, currency), new Money(owed, currency));
    }

    /// <summary>A seller nobody else uses.</summary>
    public static string NewSeller() => $"seller-{Ulid.NewUlid()}";
}
