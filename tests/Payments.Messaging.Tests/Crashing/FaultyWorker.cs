using System.Collections.Concurrent;
using System.Diagnostics;
using Payments.Testing;

namespace Payments.Messaging.Tests.Crashing;

/// <summary>The toy consumer as a process of its own, which dies where it is told to.</summary>
internal sealed class FaultyWorker : IAsyncDisposable
{
    /// <summary>In a schema and on a queue where the toy of this process does not work.</summary>
    public const string Schema = "ledger";

    public const string Queue = Routes.Ledger;

    private const int KilledBySignal9 = 128 + 9;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private FaultyWorker(Process process) => _process = process;

    /// <summary>Built beside these tests, from the same sources as the product.</summary>
    public static string Program { get; } = Path.Combine(
        AppContext.BaseDirectory.Replace("Payments.Messaging.Tests", "Payments.Messaging.FaultWorker"),
        "Payments.Messaging.FaultWorker.dll");

    /// <param name="fault">Such as <c>after-commit:3</c>: it dies when it comes there for the third time; null: it lives.</param>
    public static FaultyWorker Start(string? fault = null)
    {
        var start = new ProcessStartInfo("dotnet", [Program, Queue])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(Program),
        };
        foreach (var (name, value) in RunDirectory.Settings(Schema))
            start.Environment[name] = value;
        start.Environment["PAYMENTS_FAULT_POINT"] = fault;

        var worker = new FaultyWorker(new Process { StartInfo = start });
        worker._process.OutputDataReceived += (_, line) => worker._output.Enqueue(line.Data ?? "");
        worker._process.ErrorDataReceived += (_, line) => worker._output.Enqueue(line.Data ?? "");
        worker._process.Start();
        worker._process.BeginOutputReadLine();
        worker._process.BeginErrorReadLine();
        return worker;
    }

    /// <summary>Waits until it has killed itself.</summary>
    public Task Died() => Ended("to die", KilledBySignal9);

    /// <summary>Stops it in good order.</summary>
    public Task Stop()
    {
        _process.StandardInput.Close();
        return Ended("to stop", 0);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task Ended(string how, int exitCode)
    {
        await Eventually.Async($"the worker {how}; it said: {string.Join('\n', _output)}", Limit, () => _process.HasExited);
        _process.ExitCode.ShouldBe(exitCode, string.Join('\n', _output));
    }
}
