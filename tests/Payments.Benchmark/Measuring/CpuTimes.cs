namespace Payments.Benchmark.Measuring;

/// <summary>
/// CPU time by process, in seconds, and of the rest of the machine. A server counts with its descendants and with those
/// that it has waited for: PostgreSQL's sessions come and go, and their time moves to the postmaster when they end.
/// </summary>
internal sealed record CpuTimes(IReadOnlyDictionary<string, double> Processes, double Other, double Stolen, double All)
{
    public const string Driver = "load generator";

    /// <summary>The share of the machine that processes used which are none of ours.</summary>
    public double OtherShare => Other / All;

    /// <summary>The share of the machine that its host gave to others.</summary>
    public double StolenShare => Stolen / All;

    /// <param name="roots">Each process to count, by the name to count it under.</param>
    public static CpuTimes Read(IEnumerable<(string Name, int Pid)> roots)
    {
        var machine = MachineStat.Read();
        var stats = AllStats();
        var children = stats.ToLookup(s => s.Value.Parent, s => s.Key);
        var times = roots.Append((Name: Driver, Pid: Environment.ProcessId))
            .GroupBy(r => r.Name, r => r.Pid)
            .ToDictionary(g => g.Key, g => g.Sum(pid => Seconds(g.Key == Driver ? OwnTicks(pid) : Ticks(pid))));
        var busy = Seconds(machine.Busy);
        return new CpuTimes(
            times,
            busy - times.Values.Sum(),
            Seconds(machine.Stolen),
            Seconds(machine.Busy + machine.Idle + machine.Stolen));

        long OwnTicks(int pid) => stats.TryGetValue(pid, out var stat) ? stat.Own : 0;
        long Ticks(int pid) => stats.TryGetValue(pid, out var stat)
            ? stat.Own + stat.Waited + children[pid].Sum(Ticks)
            : 0;
    }

    public static CpuTimes operator -(CpuTimes after, CpuTimes before) => new(
        after.Processes.ToDictionary(p => p.Key, p => p.Value - before.Processes.GetValueOrDefault(p.Key)),
        after.Other - before.Other,
        after.Stolen - before.Stolen,
        after.All - before.All);

    private static double Seconds(long ticks) => (double)ticks / ProcessStat.TicksPerSecond;

    private static Dictionary<int, ProcessStat> AllStats()
    {
        var stats = new Dictionary<int, ProcessStat>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var pid) && ProcessStat.Read(pid) is { } stat)
                stats.Add(pid, stat);
        }

        return stats;
    }
}
