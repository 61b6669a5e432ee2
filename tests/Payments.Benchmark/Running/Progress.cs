using System.Diagnostics;

namespace Payments.Benchmark.Running;

/// <summary>Says what is being done, on standard error: results alone go to standard output.</summary>
internal sealed class Progress(TextWriter writer)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    public void Step(string what) => writer.WriteLine($"{Stopwatch.GetElapsedTime(_start).TotalSeconds,4:0} s  {what}");
}
