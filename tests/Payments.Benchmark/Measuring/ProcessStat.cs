namespace Payments.Benchmark.Measuring;

/// <summary>What <c>/proc/PID/stat</c> says of a process's kinship and CPU time.</summary>
/// <param name="Parent">Its parent's process id.</param>
/// <param name="Own">Ticks of user and system time.</param>
/// <param name="Waited">The same of children that ended and that it has waited for.</param>
internal sealed record ProcessStat(int Parent, long Own, long Waited)
{
    /// <summary>Ticks of <c>/proc</c> per second; Linux fixes it for programs at 100.</summary>
    public const int TicksPerSecond = 100;

    private const int ParentField = 1;
    private const int FirstTimeField = 11;
    private const int FirstWaitedField = 13;

    public static ProcessStat Parse(string line)
    {
        // The name stands in parentheses and may hold spaces and parentheses itself.
        var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        return new ProcessStat(int.Parse(fields[ParentField]), Time(FirstTimeField), Time(FirstWaitedField));

        // User, then system.
        long Time(int first) => long.Parse(fields[first]) + long.Parse(fields[first + 1]);
    }

    /// <summary>Null where the process is gone.</summary>
    public static ProcessStat? Read(int pid)
    {
        try
        {
            return Parse(File.ReadAllText($"/proc/{pid}/stat"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
