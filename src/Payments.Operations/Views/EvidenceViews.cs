using Payments.Contracts;

namespace Payments.Operations.Views;

/// <summary><c>orchestrator.ops_intake_v1</c></summary>
internal sealed class IntakeView
{
    public Ulid PaymentId { get; init; }
    public required string MerchantId { get; init; }
    public required string IdempotencyKey { get; init; }
    public DateTimeOffset AcceptedAt { get; init; }
}

/// <summary><c>orchestrator.ops_intake_rejection_v1</c></summary>
internal sealed class IntakeRejectionView
{
    public Ulid PaymentId { get; init; }
    public string? MerchantId { get; init; }
    public DateTimeOffset ReceivedAt { get; init; }
}

/// <summary><c>wallets.ops_operation_v1</c></summary>
internal sealed class WalletsOperationView
{
    public required string OperationId { get; init; }
    public Ulid PaymentId { get; init; }
    public required string Kind { get; init; }
    public bool Tombstone { get; init; }
    public DateTimeOffset RecordedAt { get; init; }
    public string? Answer { get; init; }
}

/// <summary><c>wallets.ops_seller_v1</c></summary>
internal sealed class SellerView
{
    public required string SellerId { get; init; }
    public bool Closed { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary><c>ledger.ops_operation_v1</c></summary>
internal sealed class LedgerOperationView
{
    public required string OperationId { get; init; }
    public Ulid PaymentId { get; init; }
    public required string Kind { get; init; }
    public DateTimeOffset RecordedAt { get; init; }
    public required string Answer { get; init; }
}

/// <summary><c>executor.ops_operation_v1</c></summary>
internal sealed class PspOperationView
{
    public required string OperationId { get; init; }
    public Ulid PaymentId { get; init; }
    public required string OrderId { get; init; }
    public required string Kind { get; init; }
    public required string Connection { get; init; }
    public required string State { get; init; }
    public string? Outcome { get; init; }
    public string? Reason { get; init; }
    public string? PspReference { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? SettledAt { get; init; }
    public bool Forward { get; init; }
    public DateTimeOffset? LeaseUntil { get; init; }
    public DateTimeOffset? NotAfter { get; init; }
}

/// <summary><c>executor.ops_webhook_v1</c></summary>
internal sealed class WebhookView
{
    public Ulid WebhookId { get; init; }
    public required string State { get; init; }
    public string? Result { get; init; }
}

/// <summary><c>operations.ops_operator_action_v1</c></summary>
internal sealed class OperatorActionView
{
    public Ulid ActionId { get; init; }
    public DateTimeOffset ActedAt { get; init; }
    public required string Actor { get; init; }
    public bool ActorVerified { get; init; }
    public required string Action { get; init; }
    public required string Subject { get; init; }
    public required string Reason { get; init; }
    public required string Before { get; init; }
    public string? After { get; init; }
    public string? PaymentId { get; init; }
}
