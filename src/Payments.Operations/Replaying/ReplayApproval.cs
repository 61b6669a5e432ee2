using Payments.Contracts;

namespace Payments.Operations.Replaying;

/// <summary>A replay as it was asked for, before a second person.</summary>
internal sealed record ReplayApproval(Ulid ReplayId, Ulid LetterId, string State, string RequestedBy, DeadLetterVerdict Judged)
{
    /// <summary>Null when it may go out.</summary>
    /// <param name="letter">Under its lock.</param>
    /// <param name="approver">Who approves.</param>
    /// <param name="now">The verdict of now.</param>
    public ReplayRefusal? Refuse(LetterFound letter, string approver, DeadLetterVerdict now)
    {
        if (State != ReplayState.AwaitingApproval)
            return new ReplayRefusal("replay-not-awaiting-approval", $"Replay {ReplayId} is {State}: there is nothing to approve.");
        if (string.Equals(approver.Trim(), RequestedBy.Trim(), StringComparison.OrdinalIgnoreCase))
        {
            return new ReplayRefusal(
                "same-person", $"{RequestedBy} has asked for replay {ReplayId}: somebody else must approve it.");
        }

        if (letter.NotOpen() is { } because)
            return new ReplayRefusal(ReplayRefusal.NotOpen, because);
        return IsWorse(now)
            ? new ReplayRefusal(
                "verdict-changed",
                $"Letter {letter.LetterId} was judged {Judged.Verdict} when its replay was asked for ({Judged.Because}), and is {now.Verdict} now: {now.Because} Withdraw the replay, and ask for it anew.")
            : null;
    }

    /// <summary>Another danger than the one that was accepted, or something that is not known any more.</summary>
    private bool IsWorse(DeadLetterVerdict now) =>
        now.Verdict is Verdicts.Unknown or Verdicts.Dangerous
        && (now.Verdict != Judged.Verdict || (now.Verdict == Verdicts.Dangerous && now.Because != Judged.Because));
}
