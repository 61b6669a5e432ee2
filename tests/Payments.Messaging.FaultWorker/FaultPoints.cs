using System.Diagnostics;
using System.Globalization;

namespace Payments.Messaging;

/// <summary>
/// What this build adds: with <c>PAYMENTS_FAULT_POINT=after-commit:3</c> the process kills itself when it comes to that
/// point for the third time.
/// </summary>
internal static partial class FaultPoints
{
    private static readonly string[] Fatal = (Environment.GetEnvironmentVariable("PAYMENTS_FAULT_POINT") ?? ":0").Split(':');
    private static readonly int Nth = int.Parse(Fatal[1], CultureInfo.InvariantCulture);
    private static int _times;

    static partial void Reached(string point)
    {
        if (point != Fatal[0] || Interlocked.Increment(ref _times) != Nth)
            return;

        // SIGKILL: nothing is flushed, nobody is told.
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }
}
