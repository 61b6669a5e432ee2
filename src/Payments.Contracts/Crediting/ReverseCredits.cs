namespace Payments.Contracts;

/// <summary>
/// Command: take a batch's credits back: from the lot, then from the available balance, the rest as a receivable.
/// Reversing a batch that is not known leaves a tombstone. Answered by <see cref="CreditsReversed"/>.
/// </summary>
public sealed record ReverseCredits
{
    public required Ulid PaymentId { get; init; }

    /// <summary><c>{PaymentId}/reverse-credit/{batch}</c>.</summary>
    public required string OperationId { get; init; }

    /// <summary>The operation id of the <see cref="CreditWallets"/> to undo.</summary>
    public required string Undoes { get; init; }

    public required IReadOnlyList<WalletLine> Lines { get; init; }
}

/// <summary>Event: the batch's credits are taken back.</summary>
public sealed record CreditsReversed
{
    public required Ulid PaymentId { get; init; }

    public required string OperationId { get; init; }

    public required IReadOnlyList<ReversedLine> Lines { get; init; }
}

/// <summary>Where one order's reversal was taken from; the parts add up to what had been credited.</summary>
public sealed record ReversedLine(string OrderId, string SellerId, Money FromLot, Money FromAvailable, Money Receivable);
