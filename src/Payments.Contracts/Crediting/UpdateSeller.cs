namespace Payments.Contracts;

/// <summary>Command to wallets: set what a seller's wallet may take. Sellers without such a setting take every currency.</summary>
public sealed record UpdateSeller
{
    public required string SellerId { get; init; }

    /// <summary>ISO 4217 codes; null: every currency.</summary>
    public IReadOnlyList<string>? Currencies { get; init; }

    /// <summary>A closed wallet takes no credits; debits of what is owed go on.</summary>
    public required bool Closed { get; init; }
}

/// <summary>Event: a seller's setting changed. Two changes in a row may be heard in either order.</summary>
public sealed record SellerUpdated
{
    public required string SellerId { get; init; }

    public IReadOnlyList<string>? Currencies { get; init; }

    public required bool Closed { get; init; }
}
