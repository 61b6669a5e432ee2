using Microsoft.EntityFrameworkCore;
using Payments.Contracts;
using Payments.Operations.Views;

namespace Payments.Operations.Judging;

/// <summary>Sums the verdicts of a group's open letters.</summary>
internal sealed class GroupVerdictQuery(IDbContextFactory<OpsByKeyContext> contexts, VerdictQuery verdicts, TimeProvider time)
{
    /// <summary>Null when there is no such group.</summary>
    public async Task<DeadLetterGroupVerdict?> Judge(Ulid groupId, CancellationToken cancellationToken)
    {
        if (await OpenLetters(groupId, cancellationToken) is not { } letters)
            return null;
        var sums = new Dictionary<(string Verdict, string Because), (int Letters, Ulid Newest)>();
        var judgedAt = time.GetUtcNow();
        foreach (var chunk in letters.Chunk(VerdictQuery.Chunk))
        {
            foreach (var verdict in await verdicts.Judge(chunk, cancellationToken))
            {
                var key = (verdict.Verdict, verdict.Because);
                var (count, newest) = sums.GetValueOrDefault(key);
                sums[key] = (count + 1, verdict.LetterId > newest ? verdict.LetterId : newest);
                judgedAt = verdict.JudgedAt;
            }
        }

        return new DeadLetterGroupVerdict
        {
            GroupId = groupId,
            Letters = letters.Length,
            Through = letters.Length > 0 ? letters[^1] : null,
            Verdicts =
            [
                .. sums.OrderByDescending(s => s.Value.Letters).ThenBy(s => s.Key.Because, StringComparer.Ordinal)
                    .Select(s => new VerdictSum(s.Key.Verdict, s.Key.Because, s.Value.Letters, s.Value.Newest)),
            ],
            JudgedAt = judgedAt,
        };
    }

    /// <summary>Oldest first.</summary>
    private async Task<Ulid[]?> OpenLetters(Ulid groupId, CancellationToken cancellationToken)
    {
        await using var ops = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await ops.DeadLetterGroups.AnyAsync(g => g.GroupId == groupId, cancellationToken))
            return null;
        return await ops.DeadLetters.Where(l => l.GroupId == groupId && l.State == "open")
            .OrderBy(l => l.LetterId).Select(l => l.LetterId).ToArrayAsync(cancellationToken);
    }
}
