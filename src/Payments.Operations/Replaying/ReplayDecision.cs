using System.Globalization;
using Payments.Contracts;
using Payments.Operations.Collecting;

namespace Payments.Operations.Replaying;

/// <summary>A letter as it is found under its lock, and the latest replay of it.</summary>
internal sealed record LetterFound(
    Ulid LetterId, string State, DateTimeOffset ChangedAt, string? Outcome, string Queue, string Endpoint, int CardNumbers,
    byte[] Headers, LatestReplay? Latest)
{
    public bool AwaitsApproval => Latest is { State: ReplayState.AwaitingApproval };

    /// <summary>What keeps it from being replayed; null when nothing does.</summary>
    public string? NotOpen() => State switch
    {
        LetterState.Open => null,
        LetterState.Replaying => $"Letter {LetterId} is being replayed by {Latest?.RequestedBy} since {Time(ChangedAt)}: it is {Latest?.State}.",
        LetterState.Resolved => $"Letter {LetterId} is resolved since {Time(ChangedAt)}: its replay by {Latest?.RequestedBy} ended as {Outcome}.",
        _ => $"Letter {LetterId} is {State} since {Time(ChangedAt)}.",
    };

    public static string Time(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

internal sealed record LatestReplay(string State, string RequestedBy, DateTimeOffset RequestedAt);

/// <summary>States of a letter, as they are stored.</summary>
internal static class LetterState
{
    public const string Open = "open";
    public const string Replaying = "replaying";
    public const string Resolved = "resolved";
}

/// <summary>States of a replay, as they are stored.</summary>
internal static class ReplayState
{
    public const string AwaitingApproval = "awaiting_approval";
    public const string Claimed = "claimed";
    public const string Published = "published";
    public const string Settled = "settled";
    public const string Withdrawn = "withdrawn";
}

/// <summary>Outcomes of a replay, as they are stored.</summary>
internal static class ReplayOutcome
{
    public const string Succeeded = "succeeded";
    public const string NoOp = "no_op";
    public const string FailedAgain = "failed_again";
    public const string Superseded = "superseded";
    public const string NotSent = "not_sent";
    public const string Uncertain = "uncertain";
}

/// <summary>Whether a letter may be replayed: one of the two.</summary>
/// <param name="Claim">What to write down.</param>
/// <param name="Refusal">Why not.</param>
internal sealed record ReplayDecision(ReplayClaim? Claim, ReplayRefusal? Refusal)
{
    public static ReplayDecision Of(LetterFound letter, DeadLetterVerdict verdict, ReplayOrder order)
    {
        if (letter.NotOpen() is { } because)
            return Refuse(ReplayRefusal.NotOpen, because);
        if (letter.AwaitsApproval)
        {
            return Refuse(
                ReplayRefusal.AwaitingApproval,
                $"A replay of letter {letter.LetterId} awaits approval; {letter.Latest!.RequestedBy} has asked for it at {LetterFound.Time(letter.Latest.RequestedAt)}.");
        }

        if (letter.CardNumbers > 0 && order.EditId is null)
        {
            return Refuse(
                ReplayRefusal.Masked,
                $"Card numbers of letter {letter.LetterId} were masked ({letter.CardNumbers}): it is not what was sent, and can only go out edited.");
        }

        if (LetterHeaders.Read(letter.Headers) is not { } written)
        {
            return Refuse(
                ReplayRefusal.HeadersIncomplete,
                $"The headers of letter {letter.LetterId} were nested too deep to be kept whole: it is not what was sent.");
        }

        if (ReplayDestination.Of(letter.Queue, letter.Endpoint, written, order.Destination) is not { } destination)
        {
            return Refuse(
                ReplayRefusal.DestinationUnknown,
                $"Letter {letter.LetterId} does not tell where it was sent to: name a queue as destination.");
        }

        return Of(letter, Redirected(verdict, letter, destination), order, destination);
    }

    /// <summary>What is known of the queue in which it failed says nothing about another one.</summary>
    private static DeadLetterVerdict Redirected(DeadLetterVerdict verdict, LetterFound letter, ReplayDestination destination) =>
        destination.Name == letter.Endpoint || verdict.Verdict == Verdicts.Dangerous
            ? verdict
            : verdict with
            {
                Verdict = Verdicts.Unknown,
                Because = $"It goes to {destination.Name} and not to where it failed: what it does there is not judged.",
            };

    private static ReplayDecision Of(
        LetterFound letter, DeadLetterVerdict verdict, ReplayOrder order, ReplayDestination destination)
    {
        if (order.Only is { } only && !only.Contains(verdict.Verdict))
            return Refuse(ReplayRefusal.NotWanted, $"It is {verdict.Verdict}: {verdict.Because}");
        var isDangerous = verdict.Verdict == Verdicts.Dangerous;
        if (isDangerous && !order.Force)
        {
            return Refuse(
                ReplayRefusal.Dangerous,
                $"{verdict.Because} To replay it all the same needs force, a reason, and the approval of a second person.");
        }

        return new ReplayDecision(
            new ReplayClaim(
                Ulid.NewUlid(), letter, verdict, destination,
                isDangerous || order.NeedsApproval ? ReplayState.AwaitingApproval : ReplayState.Claimed, isDangerous),
            null);
    }

    private static ReplayDecision Refuse(string type, string detail) => new(null, new ReplayRefusal(type, detail));
}

/// <summary>A replay that is about to be written down.</summary>
internal sealed record ReplayClaim(
    Ulid ReplayId, LetterFound Letter, DeadLetterVerdict Verdict, ReplayDestination Destination, string State, bool IsForced);
