using System.Text.Json;

namespace Payments.Contracts;

/// <summary>What became of the money of a letter that is discarded; stored and shown in snake_case.</summary>
public static class MoneyStatements
{
    /// <summary>It moved as the letter wanted it, by another way.</summary>
    public const string AppliedOtherwise = "applied_otherwise";

    /// <summary>It moved, and was taken back.</summary>
    public const string Compensated = "compensated";

    /// <summary>It never was ours to move.</summary>
    public const string NotOurs = "not_ours";

    /// <summary>It is lost; needs a reference to who decided so.</summary>
    public const string WrittenOff = "written_off";

    public static IReadOnlyList<string> All { get; } = [AppliedOtherwise, Compensated, NotOurs, WrittenOff];
}

/// <summary>What an operator says became of a letter's money.</summary>
/// <param name="Statement">One of <see cref="MoneyStatements"/>.</param>
/// <param name="Reference">1 to 128 characters; needed where it is written off.</param>
public sealed record MoneyStatement(string Statement, string? Reference = null);

/// <summary>Why a letter is discarded.</summary>
public sealed record DeadLetterDiscard
{
    /// <summary>The name given; nobody is signed in yet.</summary>
    public required string DiscardedBy { get; init; }

    public required DateTimeOffset DiscardedAt { get; init; }

    public required string Reason { get; init; }

    /// <summary>Null for a letter without money.</summary>
    public MoneyStatement? Money { get; init; }
}

/// <summary>The answer to <c>POST /v1/dead-letters/discards</c>: what became of each letter.</summary>
public sealed record DeadLetterDiscards
{
    public required int Discarded { get; init; }

    public required int Refused { get; init; }

    public required IReadOnlyList<DeadLetterDiscardAnswer> Letters { get; init; }
}

/// <summary>One letter of a selection.</summary>
/// <param name="LetterId">The letter.</param>
/// <param name="Discarded">Otherwise it is as it was.</param>
/// <param name="Refusal">One sentence: why it was not.</param>
public sealed record DeadLetterDiscardAnswer(Ulid LetterId, bool Discarded, string? Refusal = null);

/// <summary>What an operator wrote to a letter or a group.</summary>
public sealed record DeadLetterNote
{
    public required Ulid NoteId { get; init; }

    /// <summary>1 to 2000 characters.</summary>
    public required string Text { get; init; }

    /// <summary>An address, or the key of an issue.</summary>
    public string? Link { get; init; }

    /// <summary>The name given; nobody is signed in yet.</summary>
    public required string WrittenBy { get; init; }

    public required DateTimeOffset WrittenAt { get; init; }
}

/// <summary>The body of <c>GET /v1/dead-letters/groups/{id}</c>.</summary>
public sealed record DeadLetterGroupDetails
{
    public required DeadLetterGroup Group { get; init; }

    public string? MuteReason { get; init; }

    /// <summary>The newest of its open letters: with their number it freezes the group as it is seen. Null without any.</summary>
    public Ulid? Through { get; init; }

    /// <summary>By state and outcome.</summary>
    public required IReadOnlyList<DeadLetterCount> Counts { get; init; }

    /// <summary>Oldest first.</summary>
    public required IReadOnlyList<DeadLetterNote> Notes { get; init; }
}

/// <summary>How many letters of a group are in a state.</summary>
/// <param name="State">As in <see cref="DeadLetterSummary.State"/>.</param>
/// <param name="Letters">How many.</param>
/// <param name="Outcome">As in <see cref="DeadLetterSummary.Outcome"/>.</param>
public sealed record DeadLetterCount(string State, long Letters, string? Outcome = null);

/// <summary>A letter's content as an operator would have it; the answer to <c>POST /v1/dead-letters/{id}/edit</c>.</summary>
public sealed record DeadLetterEdit
{
    /// <summary>Null for a dry run.</summary>
    public Ulid? EditId { get; init; }

    public required Ulid LetterId { get; init; }

    /// <summary>Every value that differs; tokens are masked.</summary>
    public required IReadOnlyList<DeadLetterEditedValue> Diff { get; init; }

    /// <summary>A second person must approve: more differs than texts for people.</summary>
    public required bool ChangesMoney { get; init; }

    /// <summary>Of a dry run: the broken rules for which it would be refused.</summary>
    public IReadOnlyList<FieldError>? Errors { get; init; }

    /// <summary>The name given; nobody is signed in yet.</summary>
    public string? EditedBy { get; init; }

    public string? Reason { get; init; }

    public DateTimeOffset? EditedAt { get; init; }

    /// <summary>The last replay that sends it, or is to.</summary>
    public Ulid? ReplayId { get; init; }

    /// <summary>As in <see cref="DeadLetterReplay.State"/>.</summary>
    public string? ReplayState { get; init; }
}

/// <summary>One value of a message before and after an edit.</summary>
/// <param name="Path">JSON path within the message, for instance <c>lines[0].amount.amount</c>.</param>
/// <param name="Before">Null: it was not there.</param>
/// <param name="After">Null: it is not there any more.</param>
public sealed record DeadLetterEditedValue(string Path, JsonElement? Before = null, JsonElement? After = null);
