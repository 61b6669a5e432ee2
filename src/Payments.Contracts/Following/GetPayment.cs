namespace Payments.Contracts;

/// <summary>Request: where is this payment? Answered by <see cref="PaymentDetails"/> or <see cref="PaymentNotFound"/>.</summary>
public sealed record GetPayment
{
    public required Ulid PaymentId { get; init; }
}

/// <summary>Response: no such payment is known.</summary>
public sealed record PaymentNotFound
{
    public required Ulid PaymentId { get; init; }
}

/// <summary>Response, and the body of <c>GET /v1/payments/{id}</c>.</summary>
public sealed record PaymentDetails
{
    public required Ulid PaymentId { get; init; }

    /// <summary>The id that was asked for, when it is only an alias of <see cref="PaymentId"/>.</summary>
    public Ulid? Alias { get; init; }

    public string? MerchantId { get; init; }

    public string? MerchantReference { get; init; }

    public string? IdempotencyKey { get; init; }

    /// <summary>The saga's state, for instance <c>Capturing</c>.</summary>
    public required string State { get; init; }

    /// <summary>Null where the request was rejected before its amount was known.</summary>
    public Money? Amount { get; init; }

    public FulfilmentPolicy? FulfilmentPolicy { get; init; }

    /// <summary>snake_case, where it failed, was rejected or is parked.</summary>
    public string? Reason { get; init; }

    /// <summary>What it waits for, in words; null in a terminal state.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>When the wait is decided; null in a terminal state.</summary>
    public DateTimeOffset? WaitsUntil { get; init; }

    /// <summary>The state that resuming leads back to, while parked.</summary>
    public string? ResumeState { get; init; }

    /// <summary>What may be lost or owed, while parked.</summary>
    public Money? AtRisk { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Why it was rejected.</summary>
    public IReadOnlyList<FieldError>? Errors { get; init; }

    public required IReadOnlyList<OrderDetails> Orders { get; init; }

    /// <summary>Every transition, oldest first.</summary>
    public required IReadOnlyList<HistoryEntry> History { get; init; }

    /// <summary>Messages of it that failed, and what was done with each, oldest failure first.</summary>
    public IReadOnlyList<PaymentLetter> Letters { get; init; } = [];
}

/// <summary>One order of a payment.</summary>
public sealed record OrderDetails
{
    public required string OrderId { get; init; }

    public required string SellerId { get; init; }

    public required Money Amount { get; init; }

    public required Money PlatformFee { get; init; }

    public required string Status { get; init; }

    /// <summary>The account at a PSP that was chosen.</summary>
    public string? Connection { get; init; }

    public string? PspReference { get; init; }

    /// <summary>snake_case, where it failed.</summary>
    public string? Reason { get; init; }

    /// <summary>The operation at the PSP that was begun last.</summary>
    public string? OperationId { get; init; }

    /// <summary>
    /// Why that operation has no certain end: <c>InDoubt</c>, <c>Pending</c>, <c>SendAgain</c> or <c>RefusedForNow</c>; null
    /// where nothing is unclear.
    /// </summary>
    public string? Doubt { get; init; }

    /// <summary>What of this order may be lost or owed, while the payment is parked.</summary>
    public Money? AtRisk { get; init; }
}

/// <summary>One transition of a payment.</summary>
public sealed record HistoryEntry
{
    public required int Sequence { get; init; }

    public required string From { get; init; }

    public required string Event { get; init; }

    public required string To { get; init; }

    /// <summary>Database clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The order the event was about.</summary>
    public string? OrderId { get; init; }

    /// <summary>The message that caused it.</summary>
    public required Ulid MessageId { get; init; }

    /// <summary>Names of the messages sent in answer.</summary>
    public required IReadOnlyList<string> Sent { get; init; }

    /// <summary>What PSPs were asked and answered, and which were chosen why.</summary>
    public HistoryEvidence? Evidence { get; init; }
}
