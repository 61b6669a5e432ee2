using System.Text.Json;
using Payments.Contracts;
using Payments.Operations.Replaying;
using Payments.Operations.Views;

namespace Payments.Operations.Judging;

/// <summary>A replay as the API shows it.</summary>
internal static class ReplayDetails
{
    public const string Published = "published";

    private const string NoOutcome = "No outcome can be known: what becomes of messages there is not ours to see.";

    /// <param name="replay">As it is stored.</param>
    /// <param name="successorId">What its letter came back as.</param>
    public static DeadLetterReplay Of(DeadLetterReplayView replay, Ulid? successorId) => new()
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
        PublishedAt = replay.PublishedAt,
        SettledAt = replay.SettledAt,
        Outcome = replay.Outcome,
        OutcomeBecause = replay.OutcomeBecause ?? WhyNone(replay.State, replay.Destination, replay.ToExchange),
        SuccessorId = replay.Outcome == ReplayOutcome.FailedAgain ? successorId : null,
    };

    /// <summary>Said of what is out, where nobody can learn what becomes of it.</summary>
    public static string? WhyNone(string state, string destination, bool toExchange) =>
        state == Published && !Destination.Of(destination, toExchange).HasEvidence ? NoOutcome : null;
}
