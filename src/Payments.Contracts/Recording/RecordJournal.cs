using System.Text.Json.Serialization;

namespace Payments.Contracts;

/// <summary>Which posting template the ledger applies to each line.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JournalKind>))]
public enum JournalKind
{
    /// <summary>Dr psp-receivable gross; Cr seller-payable net, platform-fees fee.</summary>
    Capture,

    /// <summary>Captured, but the wallet refused: Dr psp-receivable gross; Cr unallocated-captures gross.</summary>
    CaptureUnallocated,

    /// <summary>Undo of a recorded capture: Dr seller-payable net, platform-fees fee; Cr refunds-payable gross.</summary>
    Undo,

    /// <summary>The PSP gave an undone capture back: Dr refunds-payable gross; Cr psp-receivable gross.</summary>
    Refund,

    /// <summary>The PSP gave an unallocated capture back: Dr unallocated-captures gross; Cr psp-receivable gross.</summary>
    RefundUnallocated,
}

/// <summary>Command: record one journal per line, in one transaction. Answered by <see cref="JournalRecorded"/> or <see cref="JournalRejected"/>.</summary>
public sealed record RecordJournal
{
    public required Ulid PaymentId { get; init; }

    /// <summary><c>{PaymentId}/journal-{kind}/{batch}</c>.</summary>
    public required string OperationId { get; init; }

    public required JournalKind Kind { get; init; }

    /// <summary>All lines or none. Otherwise the lines that can be recorded are.</summary>
    public required bool Atomic { get; init; }

    public required IReadOnlyList<JournalLine> Lines { get; init; }
}

/// <summary>One order's journal.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="SellerId">Whose payable it is.</param>
/// <param name="Connection">Whose receivable it is: the account at the PSP.</param>
/// <param name="Gross">What the buyer pays or gets back, positive.</param>
/// <param name="Fee">The platform's part of it, not negative, not above it.</param>
public sealed record JournalLine(string OrderId, string SellerId, string Connection, Money Gross, Money Fee);
