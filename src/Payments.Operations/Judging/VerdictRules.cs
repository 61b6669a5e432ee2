using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Operations.Judging;

/// <summary>What a replay of a letter would do: a pure function of the letter and of what is known.</summary>
internal static class VerdictRules
{
    /// <summary>Dead letters can be sent on for so long; inboxes remember longer, and the bodies of answers a day longer.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromDays(InboxOptions.ReplayDays);

    /// <summary>Partitions of the inbox exist ahead of time for so long.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(InboxOptions.LeastAheadDays);

    public static DeadLetterVerdict Judge(JudgedLetter letter, Facts facts)
    {
        var evidence = new EvidenceList();
        var (verdict, because) = Rule(letter, facts, evidence);
        return new DeadLetterVerdict
        {
            LetterId = letter.LetterId,
            Verdict = verdict,
            Because = because,
            Evidence = evidence.Found,
            JudgedAt = facts.Now,
        };
    }

    /// <summary>An inbox settles a message by its id: it must have one, and one that is of a day that the inbox has.</summary>
    public static bool IsWithinHorizon(JudgedLetter letter, DateTimeOffset now) =>
        letter.InboxId is { } id && id.Timestamp > now - Horizon && id.Timestamp < now + Ahead;

    private static Ruling Rule(JudgedLetter letter, Facts facts, EvidenceList evidence)
    {
        if (letter.CardNumbers > 0)
        {
            evidence.Add("letter", $"{letter.CardNumbers} card numbers were masked.", ("cardNumbers", letter.CardNumbers));
            return Ruling.Unknown("A card number was masked and is missing: it can only be sent on edited.");
        }

        if (facts.LastReplay is { Outcome: "uncertain" } replay)
        {
            evidence.Add(
                "replays", $"A replay of {EvidenceList.Time(replay.RequestedAt)} may have been sent.",
                ("replayId", replay.ReplayId), ("outcome", replay.Outcome));
        }

        return OfDestination(letter, facts, evidence) ?? OfInbox(letter, facts, evidence) ?? OfWork(letter, facts, evidence);
    }

    private static Ruling? OfDestination(JudgedLetter letter, Facts facts, EvidenceList evidence)
    {
        var (receiver, queue) = letter.Destination;
        evidence.Add(
            "letter", $"It is a {letter.Type ?? letter.MessageType ?? "message of unknown type"} for {queue}.",
            ("destination", queue), ("messageType", letter.MessageType), ("messageId", letter.MessageId),
            ("operationId", letter.OperationId));
        return receiver switch
        {
            Receiver.Foreign when facts.LastReplay is { Outcome: "uncertain" } =>
                Ruling.Unknown("It is not known whether its last replay was sent, and its queue is not one of ours, whose inbox would know."),
            Receiver.Foreign => Ruling.Unknown("Its queue is not one of ours: there is no inbox and no business id to ask."),
            Receiver.Nobody => Ruling.Stale("No queue is bound to its exchange: nobody would get it."),
            Receiver.FrontDoor => null,
            _ when letter.MessageType is null => Ruling.Unknown("It does not say of which type it is."),
            _ when !letter.Destination.Knows(letter.MessageType) =>
                Ruling.Unknown("Its queue has no consumer for its type: it is missing who would take it."),
            _ when letter.Destination.Asks(letter.MessageType) =>
                Ruling.Stale("It is a question, and nobody waits for the answer any more."),
            Receiver.Routing => Ruling.Stale("A breaker tells its state anew; an older state replaces no newer one."),
            _ => null,
        };
    }

    private static Ruling? OfInbox(JudgedLetter letter, Facts facts, EvidenceList evidence)
    {
        if (!letter.Destination.HasInbox)
            return null;
        if (facts.Inbox is { } settled)
        {
            var answers = settled.Answers.Count == 0 ? "without an answer" : $"and answered with {string.Join(", ", settled.Answers)}";
            evidence.Add(
                "inbox", $"{letter.Destination.Queue} settled it at {EvidenceList.Time(settled.SettledAt)} {answers}.",
                ("settledAt", settled.SettledAt), ("answers", settled.Answers));
            return Ruling.NoOp("The inbox knows it: it was settled, and a replay would only bring the same answers again.");
        }

        evidence.Add("inbox", $"{letter.Destination.Queue} has not settled it.");
        if (IsWithinHorizon(letter, facts.Now) || HasBusinessId(letter, facts))
            return null;
        return letter.InboxId is null
            ? Ruling.Unknown("It has no message id that an inbox could know: it cannot be settled as it is.")
            : Ruling.Unknown("Its message id is outside of what inboxes remember: it cannot be settled as it is.");
    }

    /// <summary>Whether a business id answers in the inbox's place.</summary>
    private static bool HasBusinessId(JudgedLetter letter, Facts facts) => letter.Type switch
    {
        nameof(StartPayment) or nameof(RejectPayment) => facts.Payment is not null,
        nameof(ResolveOrder) or nameof(ApplyWebhook) => false,
        _ => facts.Wallets is not null || facts.Ledger is not null || facts.Operation is not null,
    };

    private static Ruling OfWork(JudgedLetter letter, Facts facts, EvidenceList evidence) => letter.Destination.Receiver switch
    {
        Receiver.FrontDoor => FrontDoorRules.Rule(letter, facts, evidence),
        Receiver.Saga => SagaRules.Rule(letter, facts, evidence),
        _ => CommandRules.Rule(letter, facts, evidence),
    };
}
