using System.Text.Json;

namespace Payments.Contracts;

/// <summary>What is recorded when operators act, and the product by itself.</summary>
public static class OperatorActionKinds
{
    public static IReadOnlyList<string> All { get; } =
    [
        "approve_replay", "assign_group", "cancel_ramp", "delete_group", "delete_letter", "discard_letter", "edit_letter", "end_ramp",
        "mute_group", "note_group", "note_letter", "pause_ramp", "reopen_group", "replay_letter", "restore_letter", "resume_payment",
        "resume_ramp", "settle_replay", "start_ramp", "unmute_group", "withdraw_replay",
    ];
}

/// <summary>The body of <c>GET /v1/operator-actions</c>: newest first.</summary>
public sealed record OperatorActionPage
{
    public required IReadOnlyList<OperatorActionDetails> Actions { get; init; }

    /// <summary>Pass it as <c>cursor</c> for the next page; null on the last one.</summary>
    public string? Next { get; init; }
}

/// <summary>Who did what to what, when and why.</summary>
public sealed record OperatorActionDetails
{
    public required Ulid ActionId { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The name given; <c>system</c> where the product acted by itself.</summary>
    public required string By { get; init; }

    /// <summary>False: nobody is signed in yet, and the name is what the caller said.</summary>
    public required bool ByVerified { get; init; }

    /// <summary>One of <see cref="OperatorActionKinds"/>.</summary>
    public required string Action { get; init; }

    /// <summary>The id of the letter, group, ramp or payment that it was done to.</summary>
    public required string Subject { get; init; }

    public required string Reason { get; init; }

    /// <summary>What was acted upon.</summary>
    public required JsonElement Before { get; init; }

    /// <summary>What it was then; null where that is decided elsewhere, and later, or where nothing is left.</summary>
    public JsonElement? After { get; init; }
}
