using System.Text.Json;

namespace Payments.Contracts;

/// <summary>The body of <c>POST /v1/dead-letters/{id}/discard</c>.</summary>
/// <param name="RequestedBy">1 to 128 characters.</param>
/// <param name="Reason">1 to 500 characters.</param>
/// <param name="Money">Needed for a letter with money.</param>
public sealed record DiscardDeadLetter(string RequestedBy, string Reason, MoneyStatement? Money = null);

/// <summary>
/// The body of <c>POST /v1/dead-letters/discards</c>: either letters, or a group as it was seen, which is the number of its open
/// letters and the newest of them.
/// </summary>
public sealed record DiscardDeadLetters
{
    /// <summary>1 to 500.</summary>
    public IReadOnlyList<Ulid>? LetterIds { get; init; }

    public Ulid? GroupId { get; init; }

    /// <summary>1 to 10000.</summary>
    public int? Letters { get; init; }

    public Ulid? Through { get; init; }

    /// <summary>Needed for letters with money; the same for all.</summary>
    public MoneyStatement? Money { get; init; }

    /// <summary>1 to 128 characters.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>1 to 500 characters.</summary>
    public required string Reason { get; init; }
}

/// <summary>The body of <c>POST /v1/dead-letters/{id}/edit</c>.</summary>
/// <param name="Patch">A JSON merge patch (RFC 7396) of the message.</param>
/// <param name="RequestedBy">1 to 128 characters.</param>
/// <param name="Reason">1 to 500 characters.</param>
/// <param name="DryRun">Only shows what would differ, and the broken rules.</param>
public sealed record EditDeadLetter(JsonElement Patch, string RequestedBy, string Reason, bool DryRun = false);

/// <summary>The body of <c>POST /v1/dead-letters/{id}/notes</c> and <c>POST /v1/dead-letters/groups/{id}/notes</c>.</summary>
/// <param name="Text">1 to 2000 characters.</param>
/// <param name="RequestedBy">1 to 128 characters.</param>
/// <param name="Link">An absolute http or https address, or the key of an issue.</param>
public sealed record NoteDeadLetter(string Text, string RequestedBy, string? Link = null);

/// <summary>The body of <c>POST /v1/dead-letters/groups/{id}/assign</c>.</summary>
/// <param name="Assignee">1 to 128 characters; null: nobody.</param>
/// <param name="RequestedBy">1 to 128 characters.</param>
/// <param name="Reason">1 to 500 characters.</param>
public sealed record AssignDeadLetterGroup(string? Assignee, string RequestedBy, string? Reason = null);

/// <summary>The body of <c>POST /v1/dead-letters/groups/{id}/mute</c>.</summary>
/// <param name="Until">With its offset (RFC 3339), in the future, 90 days away at most; null ends the mute.</param>
/// <param name="RequestedBy">1 to 128 characters.</param>
/// <param name="Reason">1 to 500 characters.</param>
public sealed record MuteDeadLetterGroup(DateTimeOffset? Until, string RequestedBy, string Reason);
