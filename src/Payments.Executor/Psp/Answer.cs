namespace Payments.Executor.Psp;

/// <summary>What to do after a try.</summary>
internal enum AfterTry
{
    /// <summary>Nothing more is to be learnt by sending.</summary>
    Stop,

    /// <summary>Send the same bytes under the same key again.</summary>
    RetrySameKey,

    /// <summary>The PSP refuses because of a state that our own earlier try may have made: read, then decide.</summary>
    Read,
}

/// <summary>One response, understood: what it says about the operation, taken alone, and what to do next.</summary>
/// <param name="Outcome">In doubt where <paramref name="Next"/> is <see cref="AfterTry.Read"/>.</param>
/// <param name="Next">What the pipeline does next.</param>
/// <param name="IfAbsent">
/// After a read that finds no trace of the operation: the refusal was meant; otherwise doubt stays.
/// </param>
internal sealed record Answer(Outcome Outcome, AfterTry Next = AfterTry.Stop, Outcome? IfAbsent = null);
