using NpgsqlTypes;
using Payments.Contracts;

namespace Payments.Operations.Views;

/// <summary><c>orchestrator.ops_payment_v1</c></summary>
internal sealed class PaymentView
{
    public Ulid PaymentId { get; init; }
    public string? MerchantId { get; init; }
    public string? MerchantReference { get; init; }
    public string? IdempotencyKey { get; init; }
    public required string State { get; init; }
    public long? AmountMinor { get; init; }
    public string? Currency { get; init; }
    public string? FulfilmentPolicy { get; init; }
    public string? Reason { get; init; }
    public string? WaitsFor { get; init; }
    public DateTimeOffset? WaitsUntil { get; init; }
    public string? ResumeState { get; init; }
    public long? AtRiskMinor { get; init; }
    public string? Errors { get; init; }
    public int Version { get; init; }
    public DateTimeOffset AcceptedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public string? StepOperationId { get; init; }
    public int DeadlineEpoch { get; init; }
    public DateTimeOffset? StateSince { get; init; }
}

/// <summary><c>orchestrator.ops_order_v1</c></summary>
internal sealed class OrderView
{
    public Ulid PaymentId { get; init; }
    public required string OrderId { get; init; }
    public int Position { get; init; }
    public required string SellerId { get; init; }
    public long AmountMinor { get; init; }
    public long FeeMinor { get; init; }
    public required string Currency { get; init; }
    public required string Status { get; init; }
    public string? Connection { get; init; }
    public string? PspReference { get; init; }
    public string? Reason { get; init; }
    public required string Doubt { get; init; }
    public string? OperationId { get; init; }
    public long AtRiskMinor { get; init; }
    public DateTimeOffset? NotAfter { get; init; }
    public string? Outcomes { get; init; }
}

/// <summary><c>orchestrator.ops_history_v1</c></summary>
internal sealed class HistoryView
{
    public Ulid PaymentId { get; init; }
    public int Sequence { get; init; }
    public required string FromState { get; init; }
    public required string Event { get; init; }
    public required string ToState { get; init; }
    public DateTimeOffset At { get; init; }
    public string? OrderId { get; init; }
    public Ulid MessageId { get; init; }
    public required string[] Sent { get; init; }
    public string? Evidence { get; init; }
}

/// <summary><c>orchestrator.ops_alias_v1</c></summary>
internal sealed class AliasView
{
    public Ulid PaymentId { get; init; }
    public Ulid OriginalPaymentId { get; init; }
    public string? MerchantId { get; init; }
    public DateTimeOffset ReceivedAt { get; init; }
}

/// <summary><c>wallets.ops_account_v1</c></summary>
internal sealed class AccountView
{
    public required string OwnerId { get; init; }
    public required string Currency { get; init; }
    public long PendingMinor { get; init; }
    public long AvailableMinor { get; init; }
    public long HeldMinor { get; init; }
    public bool Closed { get; init; }
}

/// <summary><c>wallets.ops_receivable_v1</c></summary>
internal sealed class ReceivableView
{
    public required string OwnerId { get; init; }
    public required string Currency { get; init; }
    public long OwedMinor { get; init; }
}

/// <summary><c>wallets.ops_lot_v1</c></summary>
internal sealed class LotView
{
    public Ulid PaymentId { get; init; }
    public required string OrderId { get; init; }
    public required string OwnerId { get; init; }
    public required string Currency { get; init; }
    public long CreditedMinor { get; init; }
    public long RemainingMinor { get; init; }
    public long ReversedMinor { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary><c>ledger.ops_journal_v1</c></summary>
internal sealed class JournalView
{
    public Ulid JournalId { get; init; }
    public Ulid PaymentId { get; init; }
    public required string OrderId { get; init; }
    public required string OperationId { get; init; }
    public required string Kind { get; init; }
    public DateTimeOffset RecordedAt { get; init; }
}

/// <summary><c>ledger.ops_posting_v1</c></summary>
internal sealed class PostingView
{
    public Ulid JournalId { get; init; }
    public Ulid PaymentId { get; init; }
    public required string Account { get; init; }
    public required string Currency { get; init; }
    public long DebitMinor { get; init; }
    public long CreditMinor { get; init; }
}

/// <summary><c>executor.ops_psp_connection_v1</c></summary>
internal sealed class PspConnectionView
{
    public required string Connection { get; init; }
    public required string Process { get; init; }
    public required string Adapter { get; init; }
    public required string Breakers { get; init; }
    public int InFlight { get; init; }
    public int MaxInFlight { get; init; }
    public int MaxPerSecond { get; init; }
    public int MaxControlPerSecond { get; init; }
    public required string Recent { get; init; }
    public int InDoubt { get; init; }
    public int Pending { get; init; }
    public int Waiting { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public bool Stale { get; init; }
}

/// <summary><c>operations.ops_dead_letter_group_v1</c></summary>
internal sealed class DeadLetterGroupView
{
    public Ulid GroupId { get; init; }
    public required string Endpoint { get; init; }
    public required string Reason { get; init; }
    public string? MessageType { get; init; }
    public string? ExceptionType { get; init; }
    public string? Frame { get; init; }
    public long Letters { get; init; }
    public DateTimeOffset FirstSeen { get; init; }
    public DateTimeOffset LastSeen { get; init; }
    public string? Assignee { get; init; }
    public DateTimeOffset? MutedUntil { get; init; }
    public string? MuteReason { get; init; }
    public DateTimeOffset? ReopenedAt { get; init; }
    public required string State { get; init; }
}

/// <summary><c>operations.ops_dead_letter_v1</c></summary>
internal sealed class DeadLetterView
{
    public Ulid LetterId { get; init; }
    public Ulid GroupId { get; init; }
    public required string State { get; init; }
    public required string Queue { get; init; }
    public required string Endpoint { get; init; }
    public required string Reason { get; init; }
    public DateTimeOffset FailedAt { get; init; }
    public DateTimeOffset CollectedAt { get; init; }
    public string? MessageId { get; init; }
    public string? MessageType { get; init; }
    public string? ContentType { get; init; }
    public Ulid? PaymentId { get; init; }
    public required string[] OrderIds { get; init; }
    public required string[] SellerIds { get; init; }
    public string? MerchantId { get; init; }
    public string? OperationId { get; init; }
    public long? AmountMinor { get; init; }
    public string? Currency { get; init; }
    public string? ExceptionType { get; init; }
    public string? ExceptionMessage { get; init; }
    public required string Exceptions { get; init; }
    public string? StackTrace { get; init; }
    public string? Consumer { get; init; }
    public string? Host { get; init; }
    public int? Retries { get; init; }
    public long BodyBytes { get; init; }
    public required byte[] BodySha256 { get; init; }
    public required string BodyKind { get; init; }
    public int CardNumbers { get; init; }
    public required NpgsqlTsVector Search { get; init; }
    public string? Outcome { get; init; }
    public DateTimeOffset ChangedAt { get; init; }
    public Ulid? PredecessorId { get; init; }
    public Ulid? SuccessorId { get; init; }
    public bool PaymentKnown { get; init; }
}

/// <summary><c>operations.ops_dead_letter_replay_v1</c></summary>
internal sealed class DeadLetterReplayView
{
    public Ulid ReplayId { get; init; }
    public Ulid LetterId { get; init; }
    public required string State { get; init; }
    public required string Destination { get; init; }
    public bool ToExchange { get; init; }
    public required string Verdict { get; init; }
    public required string Judged { get; init; }
    public bool Forced { get; init; }
    public required string RequestedBy { get; init; }
    public required string Reason { get; init; }
    public DateTimeOffset RequestedAt { get; init; }
    public string? ApprovedBy { get; init; }
    public DateTimeOffset? ApprovedAt { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public DateTimeOffset? SettledAt { get; init; }
    public string? Outcome { get; init; }
    public string? OutcomeBecause { get; init; }
}

/// <summary><c>operations.ops_dead_letter_content_v1</c></summary>
internal sealed class DeadLetterContentView
{
    public Ulid LetterId { get; init; }
    public required byte[] Headers { get; init; }
    public required byte[] Body { get; init; }
}

/// <summary><c>operations.ops_dead_letter_discard_v1</c></summary>
internal sealed class DeadLetterDiscardView
{
    public Ulid LetterId { get; init; }
    public required string DiscardedBy { get; init; }
    public DateTimeOffset DiscardedAt { get; init; }
    public required string Reason { get; init; }
    public string? MoneyStatement { get; init; }
    public string? MoneyReference { get; init; }
}

/// <summary><c>operations.ops_dead_letter_note_v1</c></summary>
internal sealed class DeadLetterNoteView
{
    public Ulid NoteId { get; init; }
    public Ulid? LetterId { get; init; }
    public Ulid? GroupId { get; init; }
    public required string Text { get; init; }
    public string? Link { get; init; }
    public required string WrittenBy { get; init; }
    public DateTimeOffset WrittenAt { get; init; }
}

/// <summary><c>operations.ops_dead_letter_edit_v1</c></summary>
internal sealed class DeadLetterEditView
{
    public Ulid EditId { get; init; }
    public Ulid LetterId { get; init; }
    public required string Diff { get; init; }
    public bool ChangesMoney { get; init; }
    public required string EditedBy { get; init; }
    public required string Reason { get; init; }
    public DateTimeOffset EditedAt { get; init; }
    public Ulid? ReplayId { get; init; }
    public string? ReplayState { get; init; }
}
