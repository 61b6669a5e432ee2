using System.Text.Json;
using Payments.Contracts;
using Payments.Operations.Replaying;
using Payments.Operations.Views;

namespace Payments.Operations.Judging;

/// <summary>A replay as the API shows it.</summary>
internal static class ReplayDetails
{
    private const string NoOutcome = "No outcome can be known: what becomes of messages there is not ours to see.";
    private const string Question =
        "No outcome can be known: a question is answered and forgotten, and the answer goes to who asked then, who waits no longer.";

    /// <param name="replay">As it is stored.</param>
    /// <param name="messageType">Of its letter.</param>
    /// <param name="successorId">What its letter came back as.</param>
    public static DeadLetterReplay Of(DeadLetterReplayView replay, string? messageType, Ulid? successorId) => new()
    {
        ReplayId = replay.ReplayId,
        LetterId = replay.LetterId,
        State = replay.State,
        Destination = replay.Destination,
        Verdict = replay.Verdict,
        VerdictBecause = JsonSerializer.Deserialize<DeadLetterVerdict>(replay.Judged, ContractJson.Options)!.Because,
        Forced = replay.Forced,
        RequestedBy = replay.RequestedBy,
        Reason = replay.Reason,
        RequestedAt = replay.RequestedAt,
        ApprovedBy = replay.ApprovedBy,
        ApprovedAt = replay.ApprovedAt,
        // Stored just before the first try; a replay that is only claimed may not be out.
        PublishedAt = replay.State is ReplayState.Published or ReplayState.Settled ? replay.PublishedAt : null,
        SettledAt = replay.SettledAt,
        Outcome = replay.Outcome,
        OutcomeBecause = replay.OutcomeBecause ?? WhyNone(replay, messageType),
        SuccessorId = replay.Outcome == ReplayOutcome.FailedAgain ? successorId : null,
    };

    /// <summary>Said of what is out, where nobody can learn what becomes of it.</summary>
    private static string? WhyNone(DeadLetterReplayView replay, string? messageType)
    {
        if (replay.State != ReplayState.Published)
            return null;
        var destination = Destination.Of(replay.Destination, replay.ToExchange);
        if (destination.Asks(messageType))
            return Question;
        return destination.HasEvidence ? null : NoOutcome;
    }
}
