namespace Payments.Contracts;

/// <summary>Command: credit the sellers of one batch, in one transaction. Answered by <see cref="WalletsCredited"/> or <see cref="CreditRejected"/>.</summary>
public sealed record CreditWallets
{
    public required Ulid PaymentId { get; init; }

    /// <summary><c>{PaymentId}/credit/{batch}</c>.</summary>
    public required string OperationId { get; init; }

    /// <summary>All lines or none. Otherwise the lines that can be credited are.</summary>
    public required bool Atomic { get; init; }

    /// <summary>
    /// Database clock: not begun by then, it is rejected with <c>not_after_passed</c>. Null: no limit. The payment saga
    /// sets none, as the money is captured by then, and an outage must not turn into refunds.
    /// </summary>
    public DateTimeOffset? NotAfter { get; init; }

    public required IReadOnlyList<WalletLine> Lines { get; init; }
}

/// <summary>One order's credit: one lot, pending until it is released.</summary>
/// <param name="OrderId">Names the lot, together with the payment.</param>
/// <param name="SellerId">Owner of the account.</param>
/// <param name="Amount">What the seller gets: the order's amount less the platform fee. Not negative.</param>
public sealed record WalletLine(string OrderId, string SellerId, Money Amount);
