using Payments.Benchmark.Instance;
using Payments.Benchmark.Loading;

namespace Payments.Benchmark.Running;

/// <summary>
/// Kills each worker once, as a machine out of memory would, and starts it again; the next is killed whether or not that
/// is done.
/// </summary>
internal sealed class WorkerKiller(Workers workers, Progress progress)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    /// <summary>In the order in which a payment meets them, so that each has work when it dies; by the share that ended.</summary>
    private static readonly (string Service, double Share)[] Deaths =
        [("executor", 0.05), ("orchestrator", 0.2), ("wallets", 0.35), ("ledger", 0.5)];

    /// <summary>What was done, one sentence each.</summary>
    public List<string> Done { get; } = [];

    /// <exception cref="BenchmarkException">The payments had all ended before every worker was killed.</exception>
    public async Task Run(Load load, int count, CancellationToken cancellationToken)
    {
        var starts = new List<Task>();
        foreach (var (service, share) in Deaths)
        {
            while (load.Tally.Ended < count * share)
                await Task.Delay(Look, cancellationToken);
            var worker = workers.Of(service).First();
            await worker.Kill();
            if (load.Tally.Ended == count)
                throw new BenchmarkException($"All payments had ended before {service} was killed; ask for more with --payments.");
            Done.Add($"{service} was killed (SIGKILL) after {load.Tally.Ended} of {count} payments, and started again.");
            progress.Step(Done[^1]);
            starts.Add(worker.Start(cancellationToken));
        }

        await Task.WhenAll(starts);
    }
}
