namespace Payments.Orchestrator.Paying;

/// <summary>Where one order stands. Stored as text.</summary>
internal enum OrderStatus
{
    /// <summary>A connection is chosen; nothing is sent.</summary>
    Accepted,

    /// <summary>Authorize and capture in one call: sent.</summary>
    Charging,

    /// <summary>Authorize: sent.</summary>
    Authorizing,

    /// <summary>The PSP holds the amount.</summary>
    Authorized,

    /// <summary>Capture: sent.</summary>
    Capturing,

    /// <summary>The money is taken; the books do not know it yet.</summary>
    Captured,

    /// <summary>In the credit batch that was sent.</summary>
    Crediting,

    /// <summary>In the seller's wallet.</summary>
    Credited,

    /// <summary>In the journal batch that was sent.</summary>
    Recording,

    /// <summary>Paid. Terminal.</summary>
    Recorded,

    /// <summary>A definitive no before money moved. Terminal.</summary>
    Declined,

    /// <summary>Nothing reached the PSP, and no route is left. Terminal.</summary>
    NotAttempted,

    /// <summary>The PSP wanted the buyer to act; its hold, if any, is to be released.</summary>
    ActionRequired,

    /// <summary>The PSP refused to capture; its hold, if any, is to be released.</summary>
    CaptureRefused,

    /// <summary>Credited, but the ledger refused: the credit is to be taken back.</summary>
    JournalRejected,

    /// <summary>In the reversal batch that was sent.</summary>
    Reversing,

    /// <summary>Captured, and in nobody's wallet.</summary>
    Uncredited,

    /// <summary>In the batch of unallocated captures that was sent to the ledger.</summary>
    Unallocating,

    /// <summary>Captured, and in the ledger as unallocated: to be refunded.</summary>
    Unallocated,

    /// <summary>Void: sent.</summary>
    Voiding,

    /// <summary>Nothing is held at the PSP. Terminal.</summary>
    Voided,

    /// <summary>The PSP refused to void: compensation debt.</summary>
    VoidDebt,

    /// <summary>Refund: sent.</summary>
    Refunding,

    /// <summary>The PSP gave the money back; the ledger does not know it yet.</summary>
    GivenBack,

    /// <summary>The PSP refused to refund: compensation debt.</summary>
    RefundDebt,

    /// <summary>In the refund batch that was sent to the ledger.</summary>
    RecordingRefund,

    /// <summary>Given back and recorded. Terminal.</summary>
    Refunded,
}

/// <summary>Why an operation that was sent has no certain end yet.</summary>
internal enum Doubt
{
    None,

    /// <summary>It may have happened.</summary>
    InDoubt,

    /// <summary>The PSP will tell later.</summary>
    Pending,

    /// <summary>It certainly did not happen, and is to be sent again: an operation past the pivot, or an undo.</summary>
    SendAgain,

    /// <summary>The PSP refused the refund for now: it is to be sent again when the PSP may have changed its mind.</summary>
    RefusedForNow,
}
