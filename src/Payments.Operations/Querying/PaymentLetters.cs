using Microsoft.EntityFrameworkCore;
using Payments.Contracts;
using Payments.Operations.Auditing;
using Payments.Operations.Views;

namespace Payments.Operations.Querying;

/// <summary>A payment's messages that failed, and what was done with them.</summary>
internal static class PaymentLetters
{
    private const string Replay = "replay";

    /// <param name="ops">The snapshot of the payment.</param>
    /// <param name="paymentIds">The payment and the alias that was asked for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<IReadOnlyList<PaymentLetter>> Read(
        OpsContext ops, Ulid[] paymentIds, CancellationToken cancellationToken)
    {
        // That it is not null is said for the index: else letters of no payment are looked for, too.
        var letters = await ops.DeadLetters.Where(l => l.PaymentId != null && paymentIds.Contains(l.PaymentId.Value))
            .OrderBy(l => l.FailedAt).ThenBy(l => l.LetterId)
            .Select(l => new Listed(l.LetterId, l.Endpoint, l.MessageType, l.FailedAt, l.State, l.Outcome))
            .ToListAsync(cancellationToken);
        if (letters.Count == 0)
            return [];
        var ids = letters.Select(l => l.LetterId).ToArray();
        var replays = await ops.DeadLetterReplays.Where(r => ids.Contains(r.LetterId))
            .Select(r => new { r.LetterId, Done = new Done(r.RequestedAt, Replay, r.RequestedBy, r.Reason) })
            .ToListAsync(cancellationToken);
        var subjects = ids.Select(id => id.ToString()).ToArray();
        var actions = await ops.OperatorActions
            .Where(a => subjects.Contains(a.Subject) && a.Actor != OperatorAction.System)
            .Select(a => new { a.Subject, Done = new Done(a.ActedAt, a.Action, a.Actor, a.Reason) })
            .ToListAsync(cancellationToken);
        var done = replays.Select(r => (Subject: r.LetterId.ToString(), r.Done)).Concat(actions.Select(a => (a.Subject, a.Done)))
            .ToLookup(d => d.Subject, d => d.Done);
        return [.. letters.Select(l => Letter(l, done[l.LetterId.ToString()].MaxBy(d => d.At)))];
    }

    private static PaymentLetter Letter(Listed letter, Done? last) => new()
    {
        LetterId = letter.LetterId,
        Endpoint = letter.Endpoint,
        MessageType = letter.MessageType,
        FailedAt = letter.FailedAt,
        State = letter.State,
        Outcome = letter.Outcome,
        Action = last?.Action,
        By = last?.By,
        At = last?.At,
        Why = last?.Why,
    };

    private sealed record Listed(
        Ulid LetterId, string Endpoint, string? MessageType, DateTimeOffset FailedAt, string State, string? Outcome);

    private sealed record Done(DateTimeOffset At, string Action, string By, string Why);
}
