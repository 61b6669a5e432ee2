namespace Payments.Contracts;

/// <summary>
/// Command, of the executor to itself: a PSP's notification was verified and stored; find the operation it is about, and
/// settle it by what the notification proves or, when asked, the PSP says.
/// </summary>
public sealed record ApplyWebhook
{
    /// <summary>The stored notification.</summary>
    public required Ulid WebhookId { get; init; }

    public required string Connection { get; init; }

    /// <summary>
    /// How often it had been looked into when this was said: one that comes after a further look is void, so that reminders that
    /// were held up do not use up all looks at once. Null: look in any case.
    /// </summary>
    public int? Looks { get; init; }
}
