using Payments.Benchmark.Measuring;
using Payments.Benchmark.Reporting;

namespace Payments.Benchmark.Tests;

/// <summary>Measurements that were never made.</summary>
internal static class Runs
{
    /// <summary>With one run at this rate, at which each payment cost so much.</summary>
    public static ScenarioResult Scenario(string name, double paymentsPerSecond, double cpuMs, int orders = 1) => new()
    {
        Name = name,
        Workers = "product",
        Psp = "free",
        ProcessesPerWorker = 1,
        OrdersPerPayment = orders,
        Violations = [],
        Throughput =
        [
            new ThroughputRun
            {
                Payments = 100,
                Seconds = 1,
                PaymentsPerSecond = paymentsPerSecond,
                OrdersPerSecond = paymentsPerSecond * orders,
                Cost = new Cost
                {
                    CpuMs = new Dictionary<string, double>(),
                    SystemCpuMs = cpuMs,
                    OtherShare = 0,
                    StolenShare = 0,
                    WritingCommits = 0,
                    WalBytes = 0,
                    Checkpoints = 0,
                },
                Duplicates = 0,
                MostRows = new MostRows(0, 0, 0, 0),
                Memory = new Dictionary<string, MemoryUse>(),
                IsBusyMachine = false,
            },
        ],
    };
}
