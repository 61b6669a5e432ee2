using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Payments.Contracts;
using Payments.Operations.Querying;
using Payments.Operations.Views;

namespace Payments.Operations.Auditing;

/// <summary>A page of actions, newest first; the place of the last one leads to the next page.</summary>
internal sealed class OperatorActionQuery(IDbContextFactory<OpsContext> contexts)
{
    public async Task<OperatorActionPage> List(OperatorActionFilter filter, CancellationToken cancellationToken)
    {
        await using var ops = await contexts.CreateDbContextAsync(cancellationToken);
        var actions = Narrow(ops.OperatorActions, filter);
        if (filter.Payment is { } payment)
        {
            var subjects = await SubjectsOf(ops, payment, cancellationToken);
            actions = actions.Where(a => subjects.Contains(a.Subject));
        }

        var found = await actions
            .OrderByDescending(a => a.ActedAt).ThenByDescending(a => a.ActionId)
            .Take(filter.Limit + 1)
            .ToListAsync(cancellationToken);
        var page = found.Take(filter.Limit).ToList();
        return new OperatorActionPage
        {
            Actions = [.. page.Select(Details)],
            Next = found.Count > page.Count ? new PageEnd(page[^1].ActedAt, page[^1].ActionId).ToCursor() : null,
        };
    }

    private static IQueryable<OperatorActionView> Narrow(IQueryable<OperatorActionView> actions, OperatorActionFilter filter)
    {
        if (filter.Subject?.ToString() is { } subject)
            actions = actions.Where(a => a.Subject == subject);
        if (filter.By is { } by)
            actions = actions.Where(a => a.Actor == by);
        if (filter.Action is { } action)
            actions = actions.Where(a => a.Action == action);
        if (filter.Since is { } since)
            actions = actions.Where(a => a.ActedAt >= since);
        if (filter.Until is { } until)
            actions = actions.Where(a => a.ActedAt < until);
        // The first comparison is where an index begins; the second leaves out those of the same moment that were shown.
        if (filter.After is { At: var at, Id: var id })
            actions = actions.Where(a => a.ActedAt <= at && (a.ActedAt < at || a.ActionId < id));
        return actions;
    }

    /// <summary>The payment and its letters; what was done to one that is deleted stays.</summary>
    private static async Task<string[]> SubjectsOf(OpsContext ops, Ulid payment, CancellationToken cancellationToken)
    {
        var letters = await ops.DeadLetters.Where(l => l.PaymentId == payment).Select(l => l.LetterId).ToListAsync(cancellationToken);
        var asDeleted = payment.ToGuid().ToString();
        var deleted = await ops.OperatorActions.Where(a => a.Action == "delete_letter" && a.PaymentId == asDeleted)
            .Select(a => a.Subject).ToListAsync(cancellationToken);
        return [payment.ToString(), .. letters.Select(l => l.ToString()), .. deleted];
    }

    private static OperatorActionDetails Details(OperatorActionView action) => new()
    {
        ActionId = action.ActionId,
        At = action.ActedAt,
        By = action.Actor,
        ByVerified = action.ActorVerified,
        Action = action.Action,
        Subject = action.Subject,
        Reason = action.Reason,
        Before = JsonSerializer.Deserialize<JsonElement>(action.Before),
        After = action.After is { } after ? JsonSerializer.Deserialize<JsonElement>(after) : null,
    };
}
