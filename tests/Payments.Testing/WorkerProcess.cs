using System.Collections.Concurrent;
using System.Diagnostics;

namespace Payments.Testing;

/// <summary>A service as a process of its own, as in production. Disposing it kills it, which it must survive anyway.</summary>
public sealed class WorkerProcess : IAsyncDisposable
{
    private const int KilledBySignal9 = 128 + 9;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly string _service;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private WorkerProcess(string service, Process process)
    {
        _service = service;
        _process = process;
    }

    /// <summary>Starts the service that the test project refers to, with the settings of the run directory.</summary>
    /// <param name="service">Its name in lower case, such as <c>wallets</c>.</param>
    /// <param name="overrides">Settings over those of the run directory.</param>
    /// <param name="program">Its assembly, where it is not the product's own.</param>
    /// <param name="awaitReady">False for one that may die before it is ready.</param>
    public static async Task<WorkerProcess> Start(
        string service, IReadOnlyDictionary<string, string>? overrides = null, string? program = null, bool awaitReady = true)
    {
        program ??= Path.Combine(AppContext.BaseDirectory, $"Payments.{char.ToUpperInvariant(service[0])}{service[1..]}.dll");
        var start = new ProcessStartInfo("dotnet", [program])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(program),
        };
        foreach (var (name, value) in RunDirectory.Settings(service).Concat(overrides ?? new Dictionary<string, string>()))
            start.Environment[name] = value;

        var worker = new WorkerProcess(service, new Process { StartInfo = start });
        try
        {
            worker.Launch();
            if (awaitReady)
                await worker.Ready(new Uri(start.Environment["ASPNETCORE_URLS"]!));
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }

        return worker;
    }

    /// <summary>Waits until it has killed itself.</summary>
    /// <exception cref="InvalidOperationException">It ended in another way.</exception>
    public async Task Died()
    {
        await Eventually.Async($"{_service} to die; it said: {string.Join('\n', _output)}", StartLimit, () => _process.HasExited);
        if (_process.ExitCode != KilledBySignal9)
            ThrowIfExited();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Launch()
    {
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private async Task Ready(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        await Eventually.Async(
            $"{_service} to be ready",
            StartLimit,
            async () =>
            {
                ThrowIfExited();
                using var response = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
                return response.IsSuccessStatusCode;
            },
            retryOn: error => error is HttpRequestException);
    }

    private void ThrowIfExited()
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"{_service} ended:\n{string.Join('\n', _output)}");
    }
}
