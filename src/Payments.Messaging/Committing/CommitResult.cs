namespace Payments.Messaging;

/// <summary>How a commit ended.</summary>
public enum CommitKind
{
    /// <summary>Everything is durable.</summary>
    Committed,

    /// <summary>The delivery was settled before: here is what was said then.</summary>
    Remembered,

    /// <summary>
    /// Somebody else changed the rows first, or a decision that shared them threw: load again and decide again. Nothing was written.
    /// </summary>
    Clash,
}

/// <summary>How a commit ended, and the messages that are now owed to the broker.</summary>
public sealed record CommitResult(CommitKind Kind, IReadOnlyList<OutgoingMessage> Messages)
{
    public static CommitResult Clash { get; } = new(CommitKind.Clash, []);
}
