using System.ComponentModel.DataAnnotations;
using Payments.Operations.Collecting;

namespace Payments.Operations.Handling;

/// <summary>How long letters are kept; bound from the section <c>DeadLetters</c>.</summary>
internal sealed class RetentionOptions
{
    public const string Section = CollectingOptions.Section;

    /// <summary>
    /// How long a resolved or discarded letter is kept after it was resolved or discarded. Default: 30 days; 1 day to 365 days.
    /// </summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);
}
