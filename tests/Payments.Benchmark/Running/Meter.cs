using System.Diagnostics;
using Payments.Benchmark.Instance;
using Payments.Benchmark.Measuring;
using Payments.Benchmark.Reporting;

namespace Payments.Benchmark.Running;

/// <summary>Reads everything that is counted, and turns two readings into the cost of a payment.</summary>
internal sealed class Meter(Database database, Broker broker, Workers workers)
{
    private const string BrokerName = "broker";
    private const string DatabaseName = "database";

    /// <summary>PostgreSQL's idle sessions and the broker report within 10 s.</summary>
    private static readonly TimeSpan ReportingDelay = TimeSpan.FromSeconds(11);

    /// <summary>Transactions per second of workers that only wait: they poll.</summary>
    private double _idleTransactions;

    public async Task<Reading> Read() => new(
        Stopwatch.GetTimestamp(), CpuTimes.Read(Roots()), await database.ReadCounters(), await broker.ReadCounters());

    /// <summary>Waits until all that happened is counted.</summary>
    public static Task Settle(CancellationToken cancellationToken) => Task.Delay(ReportingDelay, cancellationToken);

    /// <summary>Learns what idle workers do, to take it out of the time it takes to settle.</summary>
    public async Task LearnIdle(CancellationToken cancellationToken)
    {
        var before = await Read();
        await Settle(cancellationToken);
        var after = await Read();
        _idleTransactions = (after.Database - before.Database).Transactions / Seconds(before, after);
    }

    /// <param name="payments">That ended between <paramref name="before"/> and <paramref name="after"/>.</param>
    /// <param name="before">At the start.</param>
    /// <param name="after">At the end.</param>
    /// <param name="settled">When all was counted; null where nobody waited for that.</param>
    /// <param name="looks">Transactions of the benchmark itself.</param>
    public Cost CostOf(int payments, Reading before, Reading after, Reading? settled, int looks)
    {
        var cpu = after.Cpu - before.Cpu;
        var counters = after.Database - before.Database;
        var late = settled is null ? null : settled.Database - before.Database;
        var messages = settled is null ? null : settled.Messages - before.Messages;
        var polls = settled is null ? 0 : _idleTransactions * Seconds(after, settled);
        return new Cost
        {
            CpuMs = cpu.Processes.ToDictionary(p => p.Key, p => p.Value * 1000 / payments),
            SystemCpuMs = cpu.Processes.Where(p => IsSystem(p.Key)).Sum(p => p.Value) * 1000 / payments,
            OtherShare = cpu.OtherShare,
            StolenShare = cpu.StolenShare,
            Commits = (late?.Transactions - looks - polls) / payments,
            WritingCommits = (double)counters.TransactionIds / payments,
            WalSyncs = (double?)late?.WalSyncs / payments,
            WalBytes = (double)counters.WalBytes / payments,
            Published = (double?)messages?.Published / payments,
            Delivered = (double?)messages?.Delivered / payments,
            Redelivered = messages?.Redelivered,
            Checkpoints = counters.Checkpoints,
        };
    }

    public IReadOnlyDictionary<string, MemoryUse> ReadMemory()
    {
        var memory = workers.All.ToDictionary(w => w.Name["bench-".Length..], w => MemoryUse.Read(w.Pid));
        memory[BrokerName] = MemoryUse.Read(Layout.ServerPid("rabbitmq"));
        var server = MemoryUse.ReadServer(Layout.ServerPid("postgres"));
        memory[DatabaseName] = new MemoryUse(server, server, server);
        memory[CpuTimes.Driver] = MemoryUse.Read(Environment.ProcessId);
        return memory;
    }

    private static bool IsSystem(string process) =>
        process is BrokerName or DatabaseName || WorkerSet.Services.Contains(process);

    private static double Seconds(Reading from, Reading to) =>
        Stopwatch.GetElapsedTime(from.Timestamp, to.Timestamp).TotalSeconds;

    private IEnumerable<(string Name, int Pid)> Roots() =>
    [
        .. workers.All.Select(w => (w.Service, w.Pid)),
        (BrokerName, Layout.ServerPid("rabbitmq")), (DatabaseName, Layout.ServerPid("postgres")),
    ];
}

/// <summary>All counters at one moment.</summary>
internal sealed record Reading(long Timestamp, CpuTimes Cpu, DatabaseCounters Database, MessageCounters Messages);
