using Payments.Contracts;

namespace Payments.Operations.Judging;

/// <summary>Judges letters by what inboxes, intake, saga, executor and books say of them now.</summary>
internal sealed class VerdictQuery
{
    /// <summary>In the order of the ids; unknown ones are left out.</summary>
    public Task<IReadOnlyList<DeadLetterVerdict>> Judge(IReadOnlyList<Ulid> letterIds, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
