using System.ComponentModel.DataAnnotations;

namespace Payments.Operations.Replaying;

/// <summary>How letters are sent on; bound from the section <c>DeadLetters</c>.</summary>
internal sealed class ReplayOptions
{
    public const string Section = "DeadLetters";

    /// <summary>Whether this process sends claimed letters on; those that it claims wait for another one otherwise. Default: true.</summary>
    public bool Send { get; set; } = true;

    /// <summary>
    /// How long a process may take to send one letter on before another process takes over. Default: 60 s; 1 s to 10 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan ReplayLease { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How often what another process left is looked for; what this one claims goes out at once. Default: 5 s; 100 ms to 10 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan ReplayPoll { get; set; } = TimeSpan.FromSeconds(5);
}
