namespace Payments.Contracts;

/// <summary>The body of <c>GET /v1/sellers/{id}/balances</c>. A seller without any credit yet has no balances.</summary>
public sealed record SellerBalances
{
    public required string SellerId { get; init; }

    /// <summary>One per currency, ordered by code.</summary>
    public required IReadOnlyList<SellerBalance> Balances { get; init; }
}

/// <summary>
/// A seller's wallet in one currency, in minor units: a sum over payments may exceed what one <see cref="Money"/> holds.
/// </summary>
public sealed record SellerBalance
{
    public required string Currency { get; init; }

    /// <summary>Credited, not released yet.</summary>
    public required long PendingMinor { get; init; }

    /// <summary>Free to be paid out.</summary>
    public required long AvailableMinor { get; init; }

    /// <summary>Set aside, for instance for a payout on its way.</summary>
    public required long HeldMinor { get; init; }

    /// <summary>What the seller owes the platform.</summary>
    public required long OwedMinor { get; init; }

    public required bool Closed { get; init; }
}
