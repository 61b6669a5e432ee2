using System.Text.Json.Serialization;

namespace Payments.Contracts;

/// <summary>Event: nothing is held at the PSP for this order (any more).</summary>
public sealed record OrderVoided
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    public required string OperationId { get; init; }
}

/// <summary>Why a void was refused.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VoidRefusal>))]
public enum VoidRefusal
{
    /// <summary>The money was taken: refund instead.</summary>
    AlreadyCaptured,

    /// <summary>The PSP says no for another reason: compensation debt.</summary>
    Refused,
}

/// <summary>Event: the PSP definitively refused to void.</summary>
public sealed record VoidRefused
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    public required string OperationId { get; init; }

    public required VoidRefusal Refusal { get; init; }

    /// <summary>The PSP's id of the payment to refund, where it is known.</summary>
    public string? PspReference { get; init; }

    public required string Reason { get; init; }
}

/// <summary>Event: the money went back.</summary>
public sealed record OrderRefunded
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    public required string OperationId { get; init; }

    /// <summary>The PSP's id of the refund; null when the PSP held nothing to give back.</summary>
    public string? PspReference { get; init; }

    public required Money Amount { get; init; }
}

/// <summary>Event: the PSP refused to refund; nothing went back. For good it is compensation debt.</summary>
public sealed record RefundFailed
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    public required string OperationId { get; init; }

    /// <summary>
    /// Only for now: the PSP gives back after the settlement, or its balance is too low. It is asked again later before it is a
    /// debt.
    /// </summary>
    public bool ForNow { get; init; }

    public required string Reason { get; init; }

    public string? PspCode { get; init; }
}

/// <summary>Event: the operation came after its own undo and was not begun. Answered by executor, wallets and ledger alike.</summary>
public sealed record OperationAbandoned
{
    public required Ulid PaymentId { get; init; }

    /// <summary>Null for operations that cover a whole batch.</summary>
    public string? OrderId { get; init; }

    public required string OperationId { get; init; }
}
