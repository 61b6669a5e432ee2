namespace Payments.Contracts;

/// <summary>The body of <c>GET /v1/payments</c>: newest payment id first.</summary>
public sealed record PaymentPage
{
    public required IReadOnlyList<PaymentSummary> Payments { get; init; }

    /// <summary>Pass it as <c>cursor</c> for the next page; null on the last one.</summary>
    public string? Next { get; init; }
}

/// <summary>One payment in a list.</summary>
public sealed record PaymentSummary
{
    public required Ulid PaymentId { get; init; }

    public string? MerchantId { get; init; }

    public string? MerchantReference { get; init; }

    /// <summary>The saga's state.</summary>
    public required string State { get; init; }

    /// <summary>Null where the request was rejected before its amount was known.</summary>
    public Money? Amount { get; init; }

    /// <summary>snake_case, where it failed, was rejected or is parked.</summary>
    public string? Reason { get; init; }

    public string? WaitsFor { get; init; }

    public DateTimeOffset? WaitsUntil { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
