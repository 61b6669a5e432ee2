using Payments.Messaging;

namespace Payments.Operations.Collecting;

/// <summary>Why a message became a letter; stored and shown in snake_case.</summary>
internal static class LetterReason
{
    /// <summary>Its consumer threw, at every try.</summary>
    public const string Fault = "fault";

    /// <summary>The endpoint has no consumer for its type.</summary>
    public const string Skipped = "skipped";

    /// <summary>It came back from its consumer more often than the broker allows.</summary>
    public const string DeliveryLimit = "delivery_limit";

    /// <summary>No queue wanted it.</summary>
    public const string Unrouted = "unrouted";

    /// <summary>Whatever it was: this program could not read it, or the database refused what was read.</summary>
    public const string Unreadable = "unreadable";
}

/// <summary>Which queues only failures reach, by name: MassTransit's suffixes and the two of the topology.</summary>
internal static class DeadLetterQueues
{
    private const string Error = "_error";
    private const string Skipped = "_skipped";

    public static bool Contains(string queue) =>
        queue is Routes.Unrouted or Routes.DeadLetters
        || queue.EndsWith(Error, StringComparison.Ordinal)
        || queue.EndsWith(Skipped, StringComparison.Ordinal);

    public static string Reason(string queue) => queue switch
    {
        Routes.Unrouted => LetterReason.Unrouted,
        Routes.DeadLetters => LetterReason.DeliveryLimit,
        _ when queue.EndsWith(Skipped, StringComparison.Ordinal) => LetterReason.Skipped,
        _ => LetterReason.Fault,
    };

    /// <summary>The queue that the message was in, before it failed; null when the name does not tell.</summary>
    public static string? Endpoint(string queue) => queue switch
    {
        Routes.Unrouted or Routes.DeadLetters => null,
        _ when queue.EndsWith(Skipped, StringComparison.Ordinal) => queue[..^Skipped.Length],
        _ => queue[..^Error.Length],
    };
}
