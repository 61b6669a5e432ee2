namespace Payments.Orchestrator.Requesting;

/// <summary>What becomes of a request.</summary>
internal enum IntakeVerdict
{
    /// <summary>A new payment.</summary>
    Start,

    /// <summary>The same request came again: say to the saga what was said before.</summary>
    StartAgain,

    /// <summary>The same request under another payment id, which becomes an alias.</summary>
    Alias,

    /// <summary>That request came again.</summary>
    AliasAgain,

    /// <summary>Broken, or another request under the merchant's key: the saga keeps it as rejected.</summary>
    Reject,

    /// <summary>That request came again.</summary>
    RejectAgain,

    /// <summary>Broken, and it names no payment: there is nothing to keep.</summary>
    RejectNameless,

    /// <summary>The payment id is known for something else, which stays untouched.</summary>
    Refuse,
}
