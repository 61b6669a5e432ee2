using System.ComponentModel.DataAnnotations;
using Payments.Operations.Collecting;

namespace Payments.Operations.Judging;

/// <summary>How the outcomes of replays are learnt; bound from the section <c>DeadLetters</c>.</summary>
internal sealed class OutcomeOptions
{
    public const string Section = CollectingOptions.Section;

    /// <summary>How often inbox, saga and books are asked about published replays. Default: 1 s; 100 ms to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan OutcomeInterval { get; set; } = TimeSpan.FromSeconds(1);
}
