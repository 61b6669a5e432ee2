using System.ComponentModel.DataAnnotations;

namespace Payments.Messaging;

/// <summary>Limits of groups; bound from the section <c>Groups</c>.</summary>
public sealed class GroupOptions
{
    public const string Section = "Groups";

    /// <summary>Members of a group at most. Default 500, range 1 to 5000.</summary>
    [Range(1, 5000)]
    public int Most { get; set; } = 500;

    /// <summary>
    /// How long a group that is not full waits for more at least: fewer commits, and less work for each, against so much
    /// latency per step. Default 2 ms; zero: it takes what is there; 1 s at most.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
    public TimeSpan Linger { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>
    /// Under load a group waits this many times as long as the work on the one before took. Default 1; zero: never longer
    /// than <see cref="Linger"/>; 10 at most.
    /// </summary>
    [Range(0.0, 10.0)]
    public double Patience { get; set; } = 1;

    /// <summary>The longest wait, however slow the database. Default 10 ms; 1 s at most.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
    public TimeSpan LongestLinger { get; set; } = TimeSpan.FromMilliseconds(10);
}
