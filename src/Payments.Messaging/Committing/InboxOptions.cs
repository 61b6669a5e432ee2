using System.ComponentModel.DataAnnotations;

namespace Payments.Messaging;

/// <summary>
/// How long what was settled is remembered; bound from the section <c>Inbox</c>. What a dead letter's replay is to be
/// recognised by has to outlive the time in which it can be replayed.
/// </summary>
public sealed class InboxOptions : IValidatableObject
{
    public const string Section = "Inbox";

    /// <summary>Days after its first sending in which a dead letter can be replayed.</summary>
    public const int ReplayDays = 30;

    /// <summary>Days ahead of which a message's id may be.</summary>
    public const int LeastAheadDays = 7;

    private const int MostDays = 3650;

    /// <summary>Days an inbox row lives: at least as long as the bodies of what was said. Default 45; 31 to 3650.</summary>
    [Range(ReplayDays + 1, MostDays)]
    public int RowDays { get; set; } = 45;

    /// <summary>
    /// Days the bodies of what was said live. A message of before then cannot be settled any more if it says something, so
    /// it is longer than dead letters can be replayed. Default 31; 31 to 3650.
    /// </summary>
    [Range(ReplayDays + 1, MostDays)]
    public int MessageDays { get; set; } = 31;

    /// <summary>Days ahead for which partitions exist. Default 7; 7 to 366.</summary>
    [Range(LeastAheadDays, 366)]
    public int AheadDays { get; set; } = LeastAheadDays;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (RowDays < MessageDays)
        {
            yield return new ValidationResult(
                $"{Section}:{nameof(RowDays)} ({RowDays}) must be at least {Section}:{nameof(MessageDays)} ({MessageDays}).",
                [nameof(RowDays)]);
        }
    }
}
