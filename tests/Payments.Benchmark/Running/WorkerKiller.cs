using Payments.Benchmark.Instance;
using Payments.Benchmark.Loading;

namespace Payments.Benchmark.Running;

/// <summary>Kills each worker once, as the machine's memory killer would, at even parts of the run, and starts it again.</summary>
internal sealed class WorkerKiller(Workers workers, Progress progress)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>What was done, one sentence each.</summary>
    public List<string> Done { get; } = [];

    public async Task Run(Load load, int count, CancellationToken cancellationToken)
    {
        foreach (var (service, part) in WorkerSet.Services.Select((s, i) => (s, i + 1)))
        {
            var at = count * part / (WorkerSet.Services.Count + 1);
            while (load.Tally.Ended < at)
                await Task.Delay(Look, cancellationToken);
            var worker = workers.Of(service).First();
            await worker.Kill();
            Done.Add($"{service} was killed (SIGKILL) after {load.Tally.Ended} of {count} payments and started again.");
            progress.Step(Done[^1]);
            await worker.Start(cancellationToken);
        }
    }
}
