using Payments.Contracts;

namespace Payments.Orchestrator.Paying;

/// <summary>One order of a payment: a row of its own.</summary>
internal sealed record OrderState
{
    public required string OrderId { get; init; }

    public required int Position { get; init; }

    public required string SellerId { get; init; }

    public required long AmountMinor { get; init; }

    public required long FeeMinor { get; init; }

    public string? Description { get; init; }

    public OrderStatus Status { get; set; }

    public Doubt Doubt { get; set; }

    /// <summary>The account at a PSP.</summary>
    public string? Connection { get; set; }

    /// <summary>Counts the operations of the current step: the n of the operation id.</summary>
    public int Attempt { get; set; }

    /// <summary>Connections that were tried.</summary>
    public IReadOnlyList<string> Tried { get; set; } = [];

    /// <summary>The operation that was sent last.</summary>
    public string? OperationId { get; set; }

    /// <summary>The message id of its command: sent again under the same id.</summary>
    public Ulid? CommandId { get; set; }

    public DateTimeOffset? NotAfter { get; set; }

    /// <summary>How often the PSP was asked about it.</summary>
    public int Looks { get; set; }

    /// <summary>The event that ended the operation.</summary>
    public string? Outcome { get; set; }

    /// <summary>The charge or authorization: what an undo undoes.</summary>
    public string? ForwardOperationId { get; set; }

    public string? PspReference { get; set; }

    public string? Reason { get; set; }

    /// <summary>The batch it was credited and recorded in.</summary>
    public int Batch { get; set; }

    /// <summary>Its undo was refused or ran out of time: the buyer is owed the amount.</summary>
    public bool Debt { get; set; }

    /// <summary>Whether an answer of the PSP is outstanding.</summary>
    public bool IsAwaited => Status is OrderStatus.Charging or OrderStatus.Authorizing or OrderStatus.Capturing
        or OrderStatus.Voiding or OrderStatus.Refunding;

    public bool IsTerminal => Status is OrderStatus.Recorded or OrderStatus.Declined or OrderStatus.NotAttempted
        or OrderStatus.Voided or OrderStatus.Refunded;
}
