using Payments.Contracts;
using Payments.Operations.Auditing;

namespace Payments.Operations.Replaying;

/// <summary>What somebody wants to be sent on.</summary>
/// <param name="LetterIds">Each once.</param>
/// <param name="By">Who, and why.</param>
/// <param name="Destination">A queue other than the one that the letter was in; it exists. Null: where it was.</param>
/// <param name="Force">In spite of a dangerous verdict, once a second person has approved.</param>
/// <param name="EditId">The edit whose body goes out in place of the letter's.</param>
/// <param name="NeedsApproval">Whatever the verdict: a second person must approve.</param>
/// <param name="RampId">The ramp whose step this is.</param>
/// <param name="Only">Verdicts; letters of another one are left alone. Null: all.</param>
internal sealed record ReplayOrder(
    IReadOnlyList<Ulid> LetterIds,
    OperatorRequest By,
    string? Destination = null,
    bool Force = false,
    Ulid? EditId = null,
    bool NeedsApproval = false,
    Ulid? RampId = null,
    IReadOnlyCollection<string>? Only = null);

/// <summary>Why a letter is not replayed; its type is stable.</summary>
internal sealed record ReplayRefusal(string Type, string Detail)
{
    public const string LetterUnknown = "dead-letter-unknown";
    public const string NotOpen = "letter-not-open";
    public const string AwaitingApproval = "awaiting-approval";
    public const string Masked = "card-numbers-masked";
    public const string HeadersIncomplete = "headers-incomplete";
    public const string DestinationUnknown = "destination-unknown";
    public const string NotWanted = "verdict-not-wanted";
    public const string Dangerous = "dangerous";

    public static ReplayRefusal Unknown(Ulid letterId) => new(LetterUnknown, $"No dead letter {letterId} is known.");
}

/// <summary>What became of one letter of an order: a replay, or why there is none.</summary>
internal sealed record ReplayAnswer(Ulid LetterId, DeadLetterReplay? Replay, ReplayRefusal? Refusal)
{
    public DeadLetterReplayAnswer ToContract() => new()
    {
        LetterId = LetterId,
        Replay = Replay,
        Refusal = Refusal is null ? null : new DeadLetterRefusal(Refusal.Type, Refusal.Detail),
    };
}
