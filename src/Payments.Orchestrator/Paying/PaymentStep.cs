namespace Payments.Orchestrator.Paying;

/// <summary>What a payment does next.</summary>
internal enum PaymentStep
{
    /// <summary>Nothing: an answer is outstanding.</summary>
    Wait,

    /// <summary>Authorize and capture in one call per order: one order, or best effort.</summary>
    Charge,

    Authorize,

    /// <summary>Wait for the outstanding answers, in order to undo.</summary>
    Abort,

    /// <summary>Ask what became of the operations in doubt.</summary>
    Resolve,

    Capture,

    Credit,

    Record,

    ReverseWallets,

    ReverseJournal,

    VoidHolds,

    Refund,

    RecordRefund,

    Complete,

    PartiallyComplete,

    Fail,

    /// <summary>Wait for a person.</summary>
    Park,
}
