namespace Payments.Contracts;

/// <summary>Event: every line of the batch is credited.</summary>
public sealed record WalletsCredited
{
    public required Ulid PaymentId { get; init; }

    public required string OperationId { get; init; }
}

/// <summary>Event: at least one line cannot be credited, definitively. Nothing was credited where the command was atomic.</summary>
public sealed record CreditRejected
{
    public required Ulid PaymentId { get; init; }

    public required string OperationId { get; init; }

    /// <summary>Orders that were credited all the same.</summary>
    public required IReadOnlyList<string> Credited { get; init; }

    public required IReadOnlyList<LineRejection> Rejected { get; init; }
}

/// <summary>Why one line of a batch was refused.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Reason">snake_case: <c>currency_not_enabled</c>, <c>account_closed</c>, <c>not_after_passed</c>.</param>
public sealed record LineRejection(string OrderId, string Reason);
