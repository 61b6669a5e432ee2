using System.Diagnostics;
using Payments.Testing;

namespace Payments.Benchmark.Instance;

/// <summary>One process, with the environment of its service. Its output goes straight to its log, past us.</summary>
internal sealed class Worker : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<string> _command;
    private readonly string _folder;
    private readonly Dictionary<string, string> _settings;
    private Process? _process;

    /// <param name="service">Whose environment it gets.</param>
    /// <param name="number">1, or more for further processes of the same service.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="folder">Where its settings lie.</param>
    public Worker(string service, int number, IReadOnlyList<string> command, string folder)
    {
        Service = service;
        Name = number == 1 ? $"bench-{service}" : $"bench-{service}-{number}";
        _command = command;
        _folder = folder;
        var settings = new Dictionary<string, string>(RunDirectory.Settings(service));
        if (number > 1)
            settings["ASPNETCORE_URLS"] = OnPort(settings["ASPNETCORE_URLS"], 20 * (number - 1));
        _settings = settings;
    }

    public string Service { get; }

    public string Name { get; }

    public int Pid => _process!.Id;

    public Uri Address => new(_settings.GetValueOrDefault("Urls") ?? _settings["ASPNETCORE_URLS"]);

    /// <summary>Starts it; it is ready when this returns.</summary>
    public async Task Start(CancellationToken cancellationToken)
    {
        var environment = Layout.EnvironmentFile(Name);
        await File.WriteAllLinesAsync(environment, _settings.Select(s => $"{s.Key}={s.Value}"), cancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(environment, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var start = new ProcessStartInfo("/bin/sh")
        {
            UseShellExecute = false,
            WorkingDirectory = _folder,
        };
        // Each becomes the next, so that the process that is started is the worker in the end.
        foreach (var argument in (string[])
            ["-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", Layout.Log(Name), Layout.WithEnvironment, environment, .. _command])
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        // infra/bench ends what a broken-off run left behind.
        await File.WriteAllTextAsync(Layout.PidFile(Name), $"{_process.Id}\n", cancellationToken);
        await AwaitReady(cancellationToken);
    }

    /// <summary>Stands still, connections open, until it is resumed.</summary>
    public Task Pause() => Signal("STOP");

    public Task Resume() => Signal("CONT");

    /// <summary>SIGKILL; it can be started again when this returns.</summary>
    public async Task Kill()
    {
        var process = _process!;
        // Forgotten first: that it ended is no surprise.
        _process = null;
        process.Kill();
        await Forget(process);
    }

    /// <summary>Asks it to end; one that does not listen is killed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is not { } process)
            return;
        if (!process.HasExited)
        {
            await Resume();
            await Signal("TERM");
            using var limit = new CancellationTokenSource(StopLimit);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _process = null;
        if (!process.HasExited)
            process.Kill();
        await Forget(process);
    }

    public void ThrowIfEnded()
    {
        if (_process is { HasExited: true })
            throw new BenchmarkException($"{Name} ended by itself; see {Layout.Log(Name)}.");
    }

    private static string OnPort(string url, int further)
    {
        var uri = new Uri(url);
        return $"http://{uri.Host}:{uri.Port + further}";
    }

    private async Task AwaitReady(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = Address };
        await Eventually.Async(
            $"{Name} to be ready (see {Layout.Log(Name)})",
            StartLimit,
            async () =>
            {
                ThrowIfEnded();
                using var response = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellationToken);
                return response.IsSuccessStatusCode;
            },
            retryOn: error => error is HttpRequestException,
            cancellationToken);
    }

    private async Task Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{Pid}"]);
        await kill.WaitForExitAsync();
    }

    private async Task Forget(Process process)
    {
        await process.WaitForExitAsync();
        process.Dispose();
        File.Delete(Layout.PidFile(Name));
    }
}
