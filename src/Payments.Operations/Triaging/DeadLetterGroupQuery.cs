using System.Data;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Payments.Contracts;
using Payments.Operations.Querying;
using Payments.Operations.Views;

namespace Payments.Operations.Triaging;

/// <summary>A page of groups, seen last first.</summary>
internal sealed class DeadLetterGroupQuery(IDbContextFactory<OpsContext> contexts, TimeProvider time)
{
    public async Task<DeadLetterGroupPage> List(DeadLetterGroupFilter filter, CancellationToken cancellationToken)
    {
        await using var ops = await contexts.CreateDbContextAsync(cancellationToken);
        await using var snapshot = await ops.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var narrowed = await Narrow(ops, filter, cancellationToken);
        var total = await narrowed.CountAsync(cancellationToken);
        var found = await After(narrowed, filter.After)
            .OrderByDescending(g => g.LastSeen).ThenByDescending(g => g.GroupId)
            .Take(filter.Limit + 1)
            .ToListAsync(cancellationToken);
        var page = found.Take(filter.Limit).ToList();
        return new DeadLetterGroupPage
        {
            Groups = await Describe(ops, page, cancellationToken),
            Total = total,
            Next = found.Count > page.Count ? new PageEnd(page[^1].LastSeen, page[^1].GroupId).ToCursor() : null,
        };
    }

    /// <summary>Null when there is no such group.</summary>
    public async Task<DeadLetterGroupDetails?> Find(Ulid id, CancellationToken cancellationToken)
    {
        await using var ops = await contexts.CreateDbContextAsync(cancellationToken);
        await using var snapshot = await ops.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        if (await ops.DeadLetterGroups.SingleOrDefaultAsync(g => g.GroupId == id, cancellationToken) is not { } group)
            return null;
        var letters = ops.DeadLetters.Where(l => l.GroupId == id);
        var counts = await letters.GroupBy(l => new { l.State, l.Outcome })
            .Select(g => new { g.Key.State, g.Key.Outcome, Letters = g.LongCount() })
            .ToListAsync(cancellationToken);
        return new DeadLetterGroupDetails
        {
            Group = (await Describe(ops, [group], cancellationToken))[0],
            MuteReason = group.MuteReason,
            Through = await letters.Where(l => l.State == "open").OrderByDescending(l => l.LetterId)
                .Select(l => (Ulid?)l.LetterId).FirstOrDefaultAsync(cancellationToken),
            Counts =
            [
                .. counts.OrderBy(c => c.State, StringComparer.Ordinal).ThenBy(c => c.Outcome, StringComparer.Ordinal)
                    .Select(c => new DeadLetterCount(c.State, c.Letters, c.Outcome)),
            ],
            Notes = await DeadLetterNotes.Read(ops, n => n.GroupId == id, cancellationToken),
        };
    }

    private async Task<IReadOnlyList<DeadLetterGroup>> Describe(
        OpsContext ops, IReadOnlyList<DeadLetterGroupView> groups, CancellationToken cancellationToken)
    {
        var ids = groups.Select(g => g.GroupId).ToArray();
        var now = time.GetUtcNow();
        var open = await Count(ops, ids, l => l.State == "open", cancellationToken);
        var hour = await Count(ops, ids, l => l.FailedAt >= now.AddHours(-1), cancellationToken);
        var day = await Count(ops, ids, l => l.FailedAt >= now.AddDays(-1), cancellationToken);
        var risk = await MoneyAtRisk.Of(ops, ids, cancellationToken);
        var last = await ops.DeadLetterGroups.Where(g => ids.Contains(g.GroupId))
            .Select(g => new
            {
                g.GroupId,
                Message = ops.DeadLetters.Where(l => l.GroupId == g.GroupId)
                    .OrderByDescending(l => l.FailedAt).ThenByDescending(l => l.LetterId)
                    .Select(l => l.ExceptionMessage).FirstOrDefault(),
            })
            .ToDictionaryAsync(g => g.GroupId, g => g.Message, cancellationToken);
        return
        [
            .. groups.Select(group => new DeadLetterGroup
            {
                GroupId = group.GroupId,
                Endpoint = group.Endpoint,
                Reason = group.Reason,
                MessageType = group.MessageType,
                ExceptionType = group.ExceptionType,
                Frame = group.Frame,
                LastMessage = last[group.GroupId],
                State = group.State,
                Assignee = group.Assignee,
                MutedUntil = group.MutedUntil,
                ReopenedAt = group.ReopenedAt,
                Open = open.GetValueOrDefault(group.GroupId),
                Letters = group.Letters,
                LastHour = hour.GetValueOrDefault(group.GroupId),
                LastDay = day.GetValueOrDefault(group.GroupId),
                FirstSeen = group.FirstSeen,
                LastSeen = group.LastSeen,
                AtRisk = [.. risk[group.GroupId]],
            }),
        ];
    }

    private static Task<Dictionary<Ulid, int>> Count(
        OpsContext ops, Ulid[] groups, Expression<Func<DeadLetterView, bool>> which, CancellationToken cancellationToken) =>
        ops.DeadLetters.Where(l => groups.Contains(l.GroupId)).Where(which)
            .GroupBy(l => l.GroupId)
            .Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);

    private static async Task<IQueryable<DeadLetterGroupView>> Narrow(
        OpsContext ops, DeadLetterGroupFilter filter, CancellationToken cancellationToken)
    {
        var groups = ops.DeadLetterGroups.AsQueryable();
        if (filter.Endpoint is { } endpoint)
            groups = groups.Where(g => g.Endpoint == endpoint);
        if (filter.Reason is { } reason)
            groups = groups.Where(g => g.Reason == reason);
        if (filter.Type is { } type)
            groups = groups.Where(g => g.MessageType == type);
        if (filter.Exception is { } exception)
            groups = groups.Where(g => g.ExceptionType == exception);
        if (filter.State is { } state)
            groups = groups.Where(g => g.State == state);
        if (filter.Assignee is { } assignee)
            groups = groups.Where(g => g.Assignee == assignee);
        if (filter.Words is { } words)
        {
            // Once, for the count and the page. Asked within either, the letters of every group would be read one by one.
            var found = await ops.DeadLetters.Where(l => l.Search.Matches(EF.Functions.ToTsQuery("simple", words)))
                .Select(l => l.GroupId).Distinct().ToArrayAsync(cancellationToken);
            groups = groups.Where(g => found.Contains(g.GroupId));
        }

        return groups;
    }

    private static IQueryable<DeadLetterGroupView> After(IQueryable<DeadLetterGroupView> groups, PageEnd? end) =>
        end is { At: var at, Id: var id }
            ? groups.Where(g => g.LastSeen <= at && (g.LastSeen < at || g.GroupId < id))
            : groups;
}
