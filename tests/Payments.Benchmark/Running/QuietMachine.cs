using Payments.Benchmark.Measuring;

namespace Payments.Benchmark.Running;

/// <summary>Rates are worth little while others compute: waits for quiet, but not for ever.</summary>
internal static class QuietMachine
{
    /// <summary>Of all cores.</summary>
    private const double MostOtherShare = 0.10;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    /// <summary>Whether others on this machine, or beside it on its host, took so much that the figures are to be marked.</summary>
    /// <param name="cpu">Of the measurement.</param>
    /// <param name="withKills">What a killed process used counts as others': only the host's share tells something then.</param>
    public static bool IsDisturbed(CpuTimes cpu, bool withKills = false) =>
        (!withKills && cpu.OtherShare > MostOtherShare) || cpu.StolenShare > MostOtherShare;

    /// <summary>Whether it became quiet.</summary>
    public static async Task<bool> Await(
        Meter meter, TimeSpan patience, Progress progress, CancellationToken cancellationToken)
    {
        var waited = TimeSpan.Zero;
        while (true)
        {
            var before = (await meter.Read()).Cpu;
            await Task.Delay(Look, cancellationToken);
            var cpu = (await meter.Read()).Cpu - before;
            var share = cpu.OtherShare;
            if (share <= MostOtherShare)
                return true;
            if (waited >= patience)
            {
                progress.Step($"The machine stays busy: other processes use {share:P0} of it. The figures are marked.");
                return false;
            }

            if (waited == TimeSpan.Zero)
                progress.Step($"Other processes use {share:P0} of the machine; waiting up to {patience.TotalSeconds:0} s for quiet");
            waited += Look;
        }
    }
}
