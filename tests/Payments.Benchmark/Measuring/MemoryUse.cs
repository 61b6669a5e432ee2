namespace Payments.Benchmark.Measuring;

/// <summary>Of one process, in MB.</summary>
/// <param name="OwnMb">At the end, with what it shares divided among those it shares it with (proportional set size).</param>
/// <param name="ResidentMb">At the end, with all that it shares: the runtime's libraries, and compiled code twice.</param>
/// <param name="PeakMb">The most that was ever resident.</param>
internal sealed record MemoryUse(double OwnMb, double ResidentMb, double PeakMb)
{
    private const double KiloPerMega = 1024;

    public static MemoryUse Read(int pid) =>
        new(Field(pid, "Pss", "smaps_rollup"), Field(pid, "VmRSS"), Field(pid, "VmHWM"));

    /// <summary>
    /// PostgreSQL: what each process has for itself, and the shared memory once. Only the present is known.
    /// </summary>
    public static double ReadServer(int pid)
    {
        int[] all = [pid, .. Children(pid)];
        return all.Sum(p => Field(p, "RssAnon")) + all.Max(p => Field(p, "RssShmem"));
    }

    internal static double Parse(IEnumerable<string> lines, string name)
    {
        var line = lines.FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim()) / KiloPerMega;
    }

    private static double Field(int pid, string name, string file = "status")
    {
        try
        {
            return Parse(File.ReadLines($"/proc/{pid}/{file}"), name);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static IEnumerable<int> Children(int parent) =>
        Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var pid) ? pid : 0)
            .Where(pid => pid != 0 && ProcessStat.Read(pid)?.Parent == parent);
}
