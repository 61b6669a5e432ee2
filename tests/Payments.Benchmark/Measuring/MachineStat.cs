namespace Payments.Benchmark.Measuring;

/// <summary>What the first line of <c>/proc/stat</c> says: ticks of all cores since the start.</summary>
internal sealed record MachineStat(long Busy, long Idle, long Stolen)
{
    private const int IdleField = 3;
    private const int WaitField = 4;
    private const int StolenField = 7;

    /// <summary>The fields that follow are guests', which are counted in the first ones already.</summary>
    private const int Fields = 8;

    public static MachineStat Parse(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(Fields).Select(long.Parse).ToArray();
        var idle = fields[IdleField] + fields[WaitField];
        return new MachineStat(fields.Sum() - idle - fields[StolenField], idle, fields[StolenField]);
    }

    public static MachineStat Read() => Parse(File.ReadLines("/proc/stat").First());
}
