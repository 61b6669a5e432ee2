namespace Payments.Contracts;

/// <summary>One seller's part of a payment.</summary>
public sealed record OrderRequest
{
    /// <summary>1 to 64 characters of <c>A-Z a-z 0-9 . _ -</c>, unique within the payment.</summary>
    public required string OrderId { get; init; }

    /// <summary>1 to 64 characters of <c>A-Z a-z 0-9 . _ -</c>.</summary>
    public required string SellerId { get; init; }

    /// <summary>What the buyer pays, positive.</summary>
    public required Money Amount { get; init; }

    /// <summary>The platform's part of <see cref="Amount"/>: same currency, not negative, not above it. Default: nothing.</summary>
    public Money? PlatformFee { get; init; }

    /// <summary>Up to 500 characters.</summary>
    public string? Description { get; init; }
}
