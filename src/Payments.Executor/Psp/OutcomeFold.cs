namespace Payments.Executor.Psp;

/// <summary>
/// Folds what the tries of one operation say into what is known of it. Not attempted and invalid request are out of
/// reach once any try may have arrived; a definite answer wins, because all tries share one key. Folding an earlier
/// fold with later tries gives the same as folding all tries at once.
/// </summary>
internal static class OutcomeFold
{
    /// <param name="tries">In the order made.</param>
    /// <param name="mayHaveArrived">
    /// True where an earlier try, or a crash in the middle of one, may have reached the PSP.
    /// </param>
    public static Outcome Fold(IReadOnlyList<TryResult> tries, bool mayHaveArrived = false) =>
        Fold([.. tries.Select(t => t.Outcome)], mayHaveArrived);

    /// <inheritdoc cref="Fold(IReadOnlyList{TryResult}, bool)"/>
    public static Outcome Fold(IReadOnlyList<Outcome> tries, bool mayHaveArrived = false)
    {
        if (tries.LastOrDefault(NeedsAPerson) is { } suspicious)
            return suspicious;

        var approved = tries.LastOrDefault(t => t.Kind == OutcomeKind.Approved);
        var declined = tries.LastOrDefault(t => t.Kind == OutcomeKind.Declined);
        if (approved is not null && declined is not null)
            return Contradiction(approved);
        if ((approved ?? declined ?? tries.LastOrDefault(IsWaiting)) is { } definite)
            return definite;

        if (tries.LastOrDefault(t => t.Kind == OutcomeKind.InDoubt) is { } doubt)
            return doubt;
        if (mayHaveArrived)
            return Outcome.InDoubt(Reasons.EarlierTryUnknown, "An earlier try may have reached the PSP.");
        return tries.LastOrDefault(t => t.Kind == OutcomeKind.InvalidRequest)
            ?? (tries.Count > 0 ? tries[^1] : null)
            ?? Outcome.NotAttempted(Reasons.NotSent, "Nothing was sent.");
    }

    private static bool IsWaiting(Outcome outcome) => outcome.Kind switch
    {
        OutcomeKind.Pending or OutcomeKind.ActionRequired => true,
        OutcomeKind.Approved or OutcomeKind.Declined or OutcomeKind.NotAttempted or OutcomeKind.InvalidRequest
            or OutcomeKind.InDoubt => false,
    };

    // These say that the PSP's book and ours differ; no later answer takes that back.
    private static bool NeedsAPerson(Outcome outcome) => outcome is
    {
        Kind: OutcomeKind.InDoubt,
        Reason: Reasons.IntegrityMismatch or Reasons.DuplicateAtPsp or Reasons.ContradictoryAnswers,
    };

    private static Outcome Contradiction(Outcome approved) =>
        Outcome.InDoubt(Reasons.ContradictoryAnswers, "The PSP both approved and declined this operation.") with
        {
            PspReference = approved.PspReference,
        };
}
