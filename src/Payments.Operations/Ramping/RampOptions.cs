using System.ComponentModel.DataAnnotations;

namespace Payments.Operations.Ramping;

/// <summary>How ramps are driven; bound from the section <c>DeadLetters</c>.</summary>
internal sealed class RampOptions
{
    public const string Section = "DeadLetters";

    /// <summary>Whether this process drives ramps. Default: true.</summary>
    public bool Ramp { get; set; } = true;

    /// <summary>How often ramps are looked at. Default: 500 ms; 50 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan RampPoll { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a step may be without all of its outcomes, before the ramp pauses. Default: 5 min; 1 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RampPatience { get; set; } = TimeSpan.FromMinutes(5);
}
