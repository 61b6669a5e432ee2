using System.Data;
using Microsoft.EntityFrameworkCore;
using Payments.Contracts;
using Payments.Operations.Views;

namespace Payments.Operations.Judging;

/// <summary>Sums the verdicts of a group's open letters, so many at a time that a request takes no longer for a larger group.</summary>
internal sealed class GroupVerdictQuery(IDbContextFactory<OpsByKeyContext> contexts, VerdictQuery verdicts, TimeProvider time)
{
    /// <summary>Null when there is no such group.</summary>
    public async Task<DeadLetterGroupVerdict?> Judge(Ulid groupId, GroupPart part, CancellationToken cancellationToken)
    {
        if (await OpenLetters(groupId, part, cancellationToken) is not { } open)
            return null;
        var sums = new Dictionary<(string Verdict, string Because), (int Letters, Ulid Newest)>();
        var judgedAt = time.GetUtcNow();
        foreach (var chunk in open.Letters.Chunk(VerdictQuery.Chunk))
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
            Letters = open.Letters.Length,
            Left = open.Left,
            Through = open.Through,
            Verdicts =
            [
                .. sums.OrderByDescending(s => s.Value.Letters).ThenBy(s => s.Key.Because, StringComparer.Ordinal)
                    .Select(s => new VerdictSum(s.Key.Verdict, s.Key.Because, s.Value.Letters, s.Value.Newest)),
            ],
            JudgedAt = judgedAt,
            Next = open.Left > 0 ? new PartEnd(open.Letters[^1], open.Through!.Value).ToCursor() : null,
        };
    }

    /// <summary>Those of the part, oldest first, how many come after them, and the newest of all.</summary>
    private async Task<(Ulid[] Letters, int Left, Ulid? Through)?> OpenLetters(
        Ulid groupId, GroupPart part, CancellationToken cancellationToken)
    {
        await using var ops = await contexts.CreateDbContextAsync(cancellationToken);
        await using var snapshot = await ops.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        if (!await ops.DeadLetterGroups.AnyAsync(g => g.GroupId == groupId, cancellationToken))
            return null;
        var open = ops.DeadLetters.Where(l => l.GroupId == groupId && l.State == "open").Select(l => l.LetterId);
        var through = part.After?.Through
            ?? await open.OrderByDescending(l => l).Select(l => (Ulid?)l).FirstOrDefaultAsync(cancellationToken);
        if (through is not { } newest)
            return ([], 0, null);
        open = open.Where(l => l <= newest);
        if (part.After is { LetterId: var after })
            open = open.Where(l => l > after);
        var letters = await open.OrderBy(l => l).Take(part.Limit).ToArrayAsync(cancellationToken);
        var left = letters.Length < part.Limit ? 0 : await open.CountAsync(cancellationToken) - letters.Length;
        return (letters, left, newest);
    }
}
