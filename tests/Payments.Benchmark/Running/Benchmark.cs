using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Payments.Benchmark.Instance;
using Payments.Benchmark.Reporting;
using Payments.Testing;

namespace Payments.Benchmark.Running;

/// <summary>All scenarios of a plan, one after the other.</summary>
internal sealed class Benchmark(Plan plan, TimeProvider time, Progress progress)
{
    /// <summary>After each scenario, a report on all so far.</summary>
    public async IAsyncEnumerable<Report> Run([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var database = new Database();
        await using var broker = await Broker.Connect();
        await database.KeepClean();
        var report = new Report
        {
            StartedAt = time.GetUtcNow(),
            Commit = await Output("git", "-C", Layout.Root, "describe", "--always", "--dirty"),
            Mode = plan.Mode,
            Machine = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["cores"] = $"{Environment.ProcessorCount}",
                ["cpu"] = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "",
                ["memory"] = File.ReadLines("/proc/meminfo").First().Split(':')[1].Trim(),
                ["kernel"] = RuntimeInformation.OSDescription,
            },
            Versions = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["dotnet"] = RuntimeInformation.FrameworkDescription,
                ["rabbitmq"] = await broker.ReadVersion(),
            },
            PostgresSettings = await database.ReadSettings(),
            WorkerSettings = WorkerSet.Services.ToDictionary(s => s, WorkerSettings),
            Scenarios = [],
        };
        var results = new List<ScenarioResult>();
        foreach (var scenario in plan.Scenarios)
        {
            results.Add(await new ScenarioRun(scenario, plan, database, broker, time, progress).Run(cancellationToken));
            yield return report with { Scenarios = [.. results] };
        }
    }

    /// <summary>Those of the runtime; none of the others is of use to a reader, and some are secret.</summary>
    private static IReadOnlyDictionary<string, string> WorkerSettings(string service) =>
        RunDirectory.Settings(service).Where(s => s.Key.StartsWith("DOTNET_", StringComparison.Ordinal)).ToDictionary();

    private static async Task<string> Output(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return output.Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // Not installed: the report says nothing rather than fail after the work is done.
            return "";
        }
    }
}
