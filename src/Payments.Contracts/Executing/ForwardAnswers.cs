namespace Payments.Contracts;

/// <summary>Event: the PSP holds the amount for us.</summary>
public sealed record OrderAuthorized
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    public required string OperationId { get; init; }

    /// <summary>The PSP's id of the authorization.</summary>
    public required string PspReference { get; init; }

    public required Money Amount { get; init; }
}

/// <summary>Event: the money is taken, by a capture or by a sale.</summary>
public sealed record OrderCaptured
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    public required string OperationId { get; init; }

    /// <summary>The PSP's id of the payment.</summary>
    public required string PspReference { get; init; }

    public required Money Amount { get; init; }
}

/// <summary>Event: a definitive no to an authorization or a sale; no money moved.</summary>
public sealed record OrderDeclined
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    public required string OperationId { get; init; }

    /// <summary>A hard decline will not change; after a soft one the routing table may allow another connection.</summary>
    public required bool Hard { get; init; }

    /// <summary>Normalised, snake_case: <c>insufficient_funds</c>, <c>lost_card</c>, <c>invalid_request</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>The PSP's own code.</summary>
    public string? PspCode { get; init; }
}

/// <summary>Event: nothing reached the PSP, certainly. The only answer besides a soft decline that allows another route.</summary>
public sealed record OrderNotAttempted
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    public required string OperationId { get; init; }

    /// <summary>snake_case: <c>connection_refused</c>, <c>not_after_passed</c>, <c>breaker_open</c>.</summary>
    public required string Reason { get; init; }
}

/// <summary>Event: the PSP accepted the request; its answer comes later.</summary>
public sealed record OrderPending
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    public required string OperationId { get; init; }

    public string? PspReference { get; init; }
}

/// <summary>Event: the PSP wants the buyer to act (3-D Secure). Voided and treated as declined, <c>authentication_required</c>.</summary>
public sealed record OrderActionRequired
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    public required string OperationId { get; init; }

    public required string PspReference { get; init; }
}

/// <summary>Event: it may have happened. Resolved by asking, never by charging again, never by failing over.</summary>
public sealed record OrderInDoubt
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    public required string OperationId { get; init; }

    /// <summary>snake_case: <c>no_answer</c>, <c>server_error</c>, <c>integrity_mismatch</c>.</summary>
    public required string Reason { get; init; }

    public string? PspReference { get; init; }
}

/// <summary>Event: the PSP definitively refused to capture an authorization.</summary>
public sealed record CaptureRefused
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    public required string OperationId { get; init; }

    public required string Reason { get; init; }

    public string? PspCode { get; init; }
}
