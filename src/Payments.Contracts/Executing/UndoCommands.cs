namespace Payments.Contracts;

/// <summary>
/// Command: release an authorization. Undoing an operation that is not known leaves a tombstone: the operation, when it
/// comes later, answers <see cref="OperationAbandoned"/>.
/// </summary>
public sealed record VoidOrder
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    /// <summary><c>{PaymentId}/{OrderId}/void/{n}</c>.</summary>
    public required string OperationId { get; init; }

    /// <summary>The operation id of the authorization (or sale) to undo.</summary>
    public required string Undoes { get; init; }

    public required string Connection { get; init; }

    /// <summary>The PSP's id of the authorization, where it is known.</summary>
    public string? PspReference { get; init; }

    public required Money Amount { get; init; }
}

/// <summary>Command: give a captured amount back.</summary>
public sealed record RefundOrder
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    /// <summary><c>{PaymentId}/{OrderId}/refund/{n}</c>.</summary>
    public required string OperationId { get; init; }

    /// <summary>The operation id of the authorization or sale whose money goes back.</summary>
    public required string Undoes { get; init; }

    public required string Connection { get; init; }

    /// <summary>The PSP's id of the captured payment.</summary>
    public required string PspReference { get; init; }

    public required Money Amount { get; init; }
}

/// <summary>Command: find out what became of an operation in doubt or pending. Never charges under another key.</summary>
public sealed record ResolveOrder
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    /// <summary>The operation in question.</summary>
    public required string OperationId { get; init; }

    public required string Connection { get; init; }

    /// <summary>The operation's amount.</summary>
    public required Money Amount { get; init; }

    /// <summary>Whether the payment still moves forward: only then may the stored request be replayed under its key.</summary>
    public required bool Forward { get; init; }

    /// <summary>Counts from 1: "not found" proves absence only from the second look on.</summary>
    public required int Look { get; init; }

    /// <summary>
    /// The operation's own limit. An operation that was never begun is left to come until then, while the payment moves
    /// forward; after that, or when it does not, it is abandoned for good.
    /// </summary>
    public DateTimeOffset? NotAfter { get; init; }
}
