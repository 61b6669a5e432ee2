namespace Payments.Contracts;

/// <summary>Event, terminal: every order is captured, credited and recorded.</summary>
public sealed record PaymentCompleted
{
    public required Ulid PaymentId { get; init; }

    public required string MerchantId { get; init; }

    public required Money Amount { get; init; }
}

/// <summary>Event, terminal, best effort only: some orders are paid, the others are not and hold no money.</summary>
public sealed record PaymentPartiallyCompleted
{
    public required Ulid PaymentId { get; init; }

    public required string MerchantId { get; init; }

    /// <summary>What was paid.</summary>
    public required Money Amount { get; init; }

    public required IReadOnlyList<OrderOutcome> Orders { get; init; }
}

/// <summary>Event, terminal: no order is paid, and nothing of the buyer's money is held.</summary>
public sealed record PaymentFailed
{
    public required Ulid PaymentId { get; init; }

    public required string MerchantId { get; init; }

    /// <summary>snake_case: the reason of the order that failed first.</summary>
    public required string Reason { get; init; }

    public required IReadOnlyList<OrderOutcome> Orders { get; init; }
}

/// <summary>How one order ended.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Status">The order's last status, for instance <c>Recorded</c>, <c>Declined</c>, <c>Voided</c>, <c>Refunded</c>.</param>
/// <param name="Reason">snake_case, where it failed.</param>
public sealed record OrderOutcome(string OrderId, string Status, string? Reason);
