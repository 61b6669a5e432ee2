using System.Text.Json;
using Payments.Contracts;
using Payments.Operations.Replaying;
using Payments.Operations.Views;

namespace Payments.Operations.Judging;

/// <summary>What became of a replay.</summary>
/// <param name="Kind"><c>succeeded</c>, <c>no_op</c> or <c>superseded</c>.</param>
/// <param name="Because">One sentence: what it was learnt from.</param>
internal sealed record LearntOutcome(string Kind, string Because)
{
    public static LearntOutcome Succeeded(string because) => new(ReplayOutcome.Succeeded, because);

    public static LearntOutcome NoOp(string because) => new(ReplayOutcome.NoOp, because);

    public static LearntOutcome Superseded(string because) => new(ReplayOutcome.Superseded, because);
}

/// <summary>What became of a published replay: a pure function of what inbox, saga and books say now.</summary>
internal static class OutcomeRules
{
    /// <summary>Null while nothing is known of it.</summary>
    /// <param name="letter">Its destination is the replay's.</param>
    /// <param name="claimedAt">Database clock, before the replay was published: what was done by then is not its work.</param>
    /// <param name="facts">What is known of the letter's work.</param>
    /// <param name="history">Of the payment, oldest first.</param>
    public static LearntOutcome? Decide(
        JudgedLetter letter, DateTimeOffset claimedAt, Facts facts, IReadOnlyList<HistoryView> history)
    {
        if (letter.Destination.Receiver == Receiver.FrontDoor)
            return OfIntake(claimedAt, facts);
        if (facts.Inbox is not { } inbox)
            return null;
        if (inbox.SettledAt < claimedAt)
            return LearntOutcome.NoOp($"{letter.Destination.Queue} had settled it at {EvidenceList.Time(inbox.SettledAt)}.");
        return letter.Destination.Receiver switch
        {
            Receiver.Saga => OfSaga(letter, facts, history),
            Receiver.Wallets when facts.Wallets is { Tombstone: true } =>
                LearntOutcome.Superseded("Wallets had its undo before: it was abandoned."),
            Receiver.Wallets when facts.Wallets is { } operation => OfOperation("Wallets", operation.RecordedAt, claimedAt, inbox),
            Receiver.Ledger when facts.Ledger is { } operation => OfOperation("The ledger", operation.RecordedAt, claimedAt, inbox),
            Receiver.Executor or Receiver.ExecutorControl when facts.Operation is { } operation && IsOfOperation(letter) =>
                OfPsp(operation, claimedAt, inbox),
            _ => LearntOutcome.Succeeded($"{letter.Destination.Queue} settled it at {Told(inbox)}."),
        };
    }

    private static LearntOutcome? OfIntake(DateTimeOffset claimedAt, Facts facts)
    {
        var (at, what) = facts switch
        {
            { Intake: { } intake } => (intake.AcceptedAt, "accepted"),
            { Alias: { } alias } => (alias.ReceivedAt, "known under another payment id"),
            { Rejection: { } rejection } => (rejection.ReceivedAt, "rejected"),
            _ => default,
        };
        if (what is null)
            return null;
        return at < claimedAt
            ? LearntOutcome.NoOp($"Its payment was {what} before, at {EvidenceList.Time(at)}.")
            : LearntOutcome.Succeeded($"Its payment was {what} at {EvidenceList.Time(at)}.");
    }

    private static LearntOutcome OfOperation(string service, DateTimeOffset at, DateTimeOffset claimedAt, InboxFact inbox) =>
        at < claimedAt
            ? LearntOutcome.NoOp($"{service} had carried it out at {EvidenceList.Time(at)}.")
            : LearntOutcome.Succeeded($"{service} carried it out at {Told(inbox)}.");

    private static LearntOutcome OfPsp(PspOperationView operation, DateTimeOffset claimedAt, InboxFact inbox) => operation switch
    {
        { State: "abandoned" } => LearntOutcome.Superseded("The executor had its undo before: it was abandoned."),
        _ when operation.SettledAt < claimedAt =>
            LearntOutcome.NoOp($"The executor had an end of it at {EvidenceList.Time(operation.SettledAt.Value)}."),
        { Outcome: "not_attempted", Reason: "not_after_passed" } =>
            LearntOutcome.Superseded("Its time had passed: the executor sent nothing to the PSP."),
        _ => LearntOutcome.Succeeded($"The executor took it up at {Told(inbox)}."),
    };

    private static LearntOutcome OfSaga(JudgedLetter letter, Facts facts, IReadOnlyList<HistoryView> history)
    {
        if (history.FirstOrDefault(h => h.MessageId == letter.InboxId) is not { } entry)
            return LearntOutcome.Superseded("The saga settled it, and has no line of history of it.");
        var hasMoved = entry.FromState != entry.ToState;
        if (letter.Type is nameof(StartPayment) or nameof(RejectPayment) && entry.FromState != "Initial")
            return LearntOutcome.NoOp("The saga had the payment before.");
        if (!hasMoved && entry.Sent is [nameof(LateOutcomeObserved)])
            return LearntOutcome.Superseded("The saga did not wait for it any more; it kept and reported it as a late outcome.");
        if (hasMoved || entry.Sent.Length > 0)
        {
            var sent = entry.Sent.Length > 0 ? $" and sent {string.Join(", ", entry.Sent)}" : "";
            return LearntOutcome.Succeeded($"The saga went from {entry.FromState} to {entry.ToState}{sent}.");
        }

        return OfSilentEntry(letter, facts, history, entry);
    }

    /// <summary>One of several answers moves nothing yet: the order tells whether it counted.</summary>
    private static LearntOutcome OfSilentEntry(
        JudgedLetter letter, Facts facts, IReadOnlyList<HistoryView> history, HistoryView entry)
    {
        if (history.Any(h => h.Sequence < entry.Sequence && h.Event == entry.Event && h.OrderId == entry.OrderId
            && OperationOf(h) == letter.OperationId && letter.OperationId is not null))
        {
            return LearntOutcome.NoOp("The saga had the same answer before.");
        }

        var order = facts.Orders.FirstOrDefault(o => o.OrderId == letter.OrderId);
        return order is not null && SagaRules.HasTaken(order, letter)
            ? LearntOutcome.Succeeded($"The saga took it for order {order.OrderId}.")
            : LearntOutcome.Superseded("The saga did not wait for it any more, and ignored it.");
    }

    private static string? OperationOf(HistoryView entry) => entry.Evidence is { } evidence
        ? JsonSerializer.Deserialize<HistoryEvidence>(evidence, ContractJson.Options)!.OperationId
        : null;

    /// <summary>A question about an operation and a notification are no operations themselves.</summary>
    private static bool IsOfOperation(JudgedLetter letter) => letter.Type is not (nameof(ResolveOrder) or nameof(ApplyWebhook));

    private static string Told(InboxFact inbox) => inbox.Answers.Count == 0
        ? EvidenceList.Time(inbox.SettledAt)
        : $"{EvidenceList.Time(inbox.SettledAt)} and answered with {string.Join(", ", inbox.Answers)}";
}
