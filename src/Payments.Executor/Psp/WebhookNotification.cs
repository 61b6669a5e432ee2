using System.Text.Json.Serialization;

namespace Payments.Executor.Psp;

/// <summary>One event, understood. Holds no token and no text of the PSP's, so that it may be stored as it is.</summary>
internal sealed record WebhookNotification
{
    public const string UnreadableType = "unreadable";

    /// <summary>The PSP's id of the event, or what identifies a duplicate where it has none.</summary>
    public required string EventId { get; init; }

    /// <summary>The PSP's own word.</summary>
    public required string Type { get; init; }

    /// <summary>What may be our reference, see <see cref="IPspAdapter.ReferenceOf"/>.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>The PSP's ids: of what the event is about, then of the payment that it belongs to.</summary>
    public IReadOnlyList<string> PspReferences { get; init; } = [];

    /// <summary>The steps that it may speak of; none: it is kept, and about no operation of ours.</summary>
    public IReadOnlyList<WebhookClaim> Claims { get; init; } = [];

    /// <summary>
    /// <see cref="Outcome.PspStatus"/> of an operation that already knows better: events overtake each other.
    /// </summary>
    public IReadOnlyList<string> SupersededBy { get; init; } = [];

    /// <summary>The account it names, where it does: see <see cref="PspConnectionOptions.Account"/>.</summary>
    public string? Account { get; init; }

    /// <summary>The PSP's id of what the event is about.</summary>
    [JsonIgnore]
    public string? MadeReference => PspReferences is [var made, ..] ? made : null;

    public WebhookClaim? ClaimOf(PspStep step) => Claims.FirstOrDefault(c => c.Step == step);
}

/// <summary>What an event says of an operation of one step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Kind">What it claims; null where it only says that something happened.</param>
/// <param name="Proof">
/// Its outcome with amount and currency, where the event proves it by itself; null: ask the PSP.
/// </param>
internal sealed record WebhookClaim(PspStep Step, OutcomeKind? Kind = null, Outcome? Proof = null)
{
    public static WebhookClaim Proved(PspStep step, Outcome proof) => new(step, proof.Kind, proof);
}
