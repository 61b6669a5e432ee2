using Payments.Contracts;

namespace Payments.Operations.Judging;

/// <summary>What a replay of letters would do.</summary>
internal sealed class VerdictQuery(TimeProvider time)
{
    /// <summary>One verdict for each letter that is known.</summary>
    public Task<IReadOnlyList<DeadLetterVerdict>> Judge(IReadOnlyList<Ulid> letterIds, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DeadLetterVerdict>>([.. letterIds.Select(Unknown)]);

    private DeadLetterVerdict Unknown(Ulid letterId) => new()
    {
        LetterId = letterId,
        Verdict = Verdicts.Unknown,
        Because = "Nothing has been looked at.",
        Evidence = [],
        JudgedAt = time.GetUtcNow(),
    };
}
