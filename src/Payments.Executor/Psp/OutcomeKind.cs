namespace Payments.Executor.Psp;

/// <summary>What became of an operation at the PSP. Closed: every switch over it names all seven.</summary>
internal enum OutcomeKind
{
    /// <summary>Done, and the PSP says so.</summary>
    Approved,

    /// <summary>Accepted; the answer comes later, by webhook or by asking again.</summary>
    Pending,

    /// <summary>The shopper has to act; no money is held. The intent has to be voided.</summary>
    ActionRequired,

    /// <summary>A definite no; no money moved. Also a capture, void or refund that the PSP refuses for good.</summary>
    Declined,

    /// <summary>Nothing reached the PSP, or the PSP documents that it did nothing. Another PSP may be tried.</summary>
    NotAttempted,

    /// <summary>The request or the configuration is wrong; nothing happened and a repetition will not help.</summary>
    InvalidRequest,

    /// <summary>It may have happened. Never "it failed": ask the PSP, do not charge again.</summary>
    InDoubt,
}

/// <summary>Whether a decline may turn into an approval elsewhere or later.</summary>
internal enum DeclineKind
{
    /// <summary>The same credential may succeed later or over another connection.</summary>
    Soft,

    /// <summary>The same credential will not succeed anywhere; do not try again.</summary>
    Hard,
}
