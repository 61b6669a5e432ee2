namespace Payments.Contracts;

/// <summary>What an entry of the history tells beyond its names: what a PSP was asked, what it answered, and why that PSP.</summary>
public sealed record HistoryEvidence
{
    /// <summary>The operation that the event answers.</summary>
    public string? OperationId { get; init; }

    /// <summary>The answer's reason, snake_case.</summary>
    public string? Reason { get; init; }

    /// <summary>The PSP's id that the answer names.</summary>
    public string? PspReference { get; init; }

    /// <summary>What was sent to PSPs in answer.</summary>
    public IReadOnlyList<OperationSent>? Operations { get; init; }

    /// <summary>Connections that were chosen, and why.</summary>
    public IReadOnlyList<RouteChoice>? Routes { get; init; }
}

/// <summary>An operation, or a question about one, that was sent to a PSP's executor.</summary>
/// <param name="Command">For instance <c>ChargeOrder</c> or <c>ResolveOrder</c>.</param>
/// <param name="OrderId">The order.</param>
/// <param name="OperationId">The operation.</param>
/// <param name="Connection">The account at the PSP.</param>
public sealed record OperationSent(string Command, string OrderId, string OperationId, string Connection);
