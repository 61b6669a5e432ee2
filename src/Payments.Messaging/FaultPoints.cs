using System.Diagnostics;

namespace Payments.Messaging;

/// <summary>
/// Where crash tests let a process die. Only the build they make of these sources has the calls, and what they do; in the
/// product there is neither.
/// </summary>
internal static partial class FaultPoints
{
    [Conditional("FAULT_POINTS")]
    public static void Reach(string point) => Reached(point);

    static partial void Reached(string point);
}
