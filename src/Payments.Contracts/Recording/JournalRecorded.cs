namespace Payments.Contracts;

/// <summary>Event: every line of the batch is in the ledger.</summary>
public sealed record JournalRecorded
{
    public required Ulid PaymentId { get; init; }

    public required string OperationId { get; init; }

    public required JournalKind Kind { get; init; }
}

/// <summary>Event: at least one line cannot be recorded, definitively. Nothing was recorded where the command was atomic.</summary>
public sealed record JournalRejected
{
    public required Ulid PaymentId { get; init; }

    public required string OperationId { get; init; }

    public required JournalKind Kind { get; init; }

    /// <summary>Orders that were recorded all the same.</summary>
    public required IReadOnlyList<string> Recorded { get; init; }

    public required IReadOnlyList<LineRejection> Rejected { get; init; }
}
