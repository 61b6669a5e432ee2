using Payments.Contracts;

namespace Payments.Cli.Checking.Evidence;

/// <summary>Everything the books say about one payment, at one moment.</summary>
internal sealed record PaymentEvidence
{
    public required Ulid PaymentId { get; init; }

    public required string State { get; init; }

    /// <summary>Terminal, and unchanged from before the books were read until after.</summary>
    public required bool Settled { get; init; }

    public long? AmountMinor { get; init; }

    public string? Currency { get; init; }

    public string? Reason { get; init; }

    public string? ResumeState { get; init; }

    public DateTimeOffset? WaitsUntil { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The database's clock when the books were read.</summary>
    public required DateTimeOffset Now { get; init; }

    public IReadOnlyList<OrderRow> Orders { get; init; } = [];

    public IReadOnlyList<OperationRow> Operations { get; init; } = [];

    public IReadOnlyList<LotRow> Lots { get; init; } = [];

    public IReadOnlyList<EntryRow> Entries { get; init; } = [];

    public IReadOnlyList<JournalRow> Journals { get; init; } = [];

    public IReadOnlyList<PostingRow> Postings { get; init; } = [];

    public IReadOnlyList<ChargeRow> Charges { get; init; } = [];

    public bool IsTerminal => PaymentStates.IsTerminal(State);
}

/// <summary><c>orchestrator.ops_order_v1</c></summary>
internal sealed record OrderRow(
    string OrderId,
    string SellerId,
    long AmountMinor,
    long FeeMinor,
    string Currency,
    string Status,
    string? Connection)
{
    public long NetMinor => AmountMinor - FeeMinor;
}

/// <summary><c>executor.ops_operation_v1</c></summary>
internal sealed record OperationRow(
    string OperationId,
    string OrderId,
    string Kind,
    string Connection,
    string? Outcome,
    long AmountMinor,
    string Currency)
{
    /// <summary>What it moved from the buyer to us: negative for a refund, nothing for a hold.</summary>
    public long TakenMinor => (Outcome, Kind) switch
    {
        ("approved", "charge" or "capture") => AmountMinor,
        ("approved", "refund") => -AmountMinor,
        _ => 0,
    };
}

/// <summary><c>wallets.ops_lot_v1</c></summary>
internal sealed record LotRow(
    string OrderId, string OwnerId, string Currency, long CreditedMinor, long RemainingMinor, long ReversedMinor);

/// <summary><c>wallets.ops_entry_v1</c>: a change of a seller's account.</summary>
/// <param name="OwnerId">The seller.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="WalletMinor">Change of pending, available and held together.</param>
/// <param name="OwedMinor">Change of what the seller owes.</param>
internal sealed record EntryRow(string OwnerId, string Currency, long WalletMinor, long OwedMinor);

/// <summary><c>ledger.ops_journal_v1</c></summary>
internal sealed record JournalRow(Ulid JournalId, string OrderId, string Kind);

/// <summary><c>ledger.ops_posting_v1</c></summary>
internal sealed record PostingRow(
    Ulid JournalId, string OrderId, string Account, string Currency, long DebitMinor, long CreditMinor);

/// <summary>A payment intent in the sandbox's book; amounts in ISO minor units.</summary>
internal sealed record ChargeRow(
    string Account,
    string PaymentIntent,
    string Status,
    string? PaymentId,
    string? OrderId,
    string Currency,
    long AuthorizedMinor,
    long CapturedMinor,
    long RefundedMinor,
    bool Canceled)
{
    /// <summary>What the buyer has paid and not got back.</summary>
    public long KeptMinor => CapturedMinor - RefundedMinor;

    /// <summary>It may still take money: a hold, or something the PSP or the buyer has yet to decide.</summary>
    public bool IsOpen => !Canceled
        && ((AuthorizedMinor > 0 && CapturedMinor == 0)
            || Status is "processing" or "requires_action" or "requires_capture");

    public bool IsLive => KeptMinor != 0 || IsOpen;
}
