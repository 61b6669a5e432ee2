using System.Diagnostics;
using Payments.Testing;

namespace Payments.Flow.Tests.Kit;

/// <summary>One service as a process of its own, from its own output, with the settings of the run directory.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);
    private static readonly string[] Inherited = ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "DOTNET_ROOT"];

    private readonly Dictionary<string, string> _settings;
    private readonly IReadOnlyList<string> _command;
    private readonly string _folder;
    private readonly Lock _writing = new();
    private Process? _process;
    private StreamWriter? _log;

    /// <param name="name">In lower case, such as <c>wallets</c>.</param>
    /// <param name="overrides">Settings beside those of the run directory.</param>
    /// <param name="command">What <c>dotnet</c> is to run in place of the service's program, with its arguments.</param>
    public ServiceProcess(
        string name, IReadOnlyDictionary<string, string>? overrides = null, IReadOnlyList<string>? command = null)
    {
        Name = name;
        var project = $"Payments.{char.ToUpperInvariant(Name[0])}{Name[1..]}";
        _command = command ?? [Repository.Program("src", project)];
        _folder = Path.GetDirectoryName(Repository.Program("src", project))!;
        _settings = RunDirectory.Settings(name).Concat(overrides ?? new Dictionary<string, string>())
            .GroupBy(p => p.Key).ToDictionary(g => g.Key, g => g.Last().Value);
    }

    public string Name { get; }

    public Uri Address => new(_settings.GetValueOrDefault("Urls") ?? _settings["ASPNETCORE_URLS"]);

    public string LogFile => Path.Combine(RunDirectory.Location, "logs", $"{Name}.log");

    private string PidFile => Path.Combine(RunDirectory.Location, "pids", $"{Name}.pid");

    /// <summary>Starts it; it is ready when this returns.</summary>
    public async Task Start()
    {
        await Launch();
        await AwaitReady();
    }

    /// <summary>SIGKILL, and waits until it is gone: only then can it be started again.</summary>
    public async Task Kill()
    {
        if (_process is not { } process)
            return;
        process.Kill();
        await Forget(process);
    }

    /// <summary>Asks it to end, as an orchestrator of containers would; a process that does not listen is killed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is not { } process)
            return;
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            await kill.WaitForExitAsync();
        using var limit = new CancellationTokenSource(StopLimit);
        await process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited)
            process.Kill();
        await Forget(process);
    }

    /// <summary>The last errors and warnings in its log, and what it wrote there besides its log.</summary>
    public IEnumerable<string> LastTroubles(int most) =>
        File.Exists(LogFile) ? File.ReadLines(LogFile).Select(LogLine.Trouble).OfType<string>().TakeLast(most).ToArray() : [];

    private async Task Launch()
    {
        var start = new ProcessStartInfo("dotnet", _command)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            // A host looks for its settings in the working directory.
            WorkingDirectory = _folder,
        };
        foreach (var name in start.Environment.Keys.Except(Inherited).ToArray())
            start.Environment.Remove(name);
        foreach (var (name, value) in _settings)
            start.Environment[name] = value;

        _log = new StreamWriter(LogFile, append: true) { AutoFlush = true };
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Write(line.Data);
        process.ErrorDataReceived += (_, line) => Write(line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
        // Whoever ends the servers finds what a broken-off run left behind.
        await File.WriteAllTextAsync(PidFile, $"{process.Id}\n");
    }

    private async Task AwaitReady()
    {
        using var http = new HttpClient { BaseAddress = Address };
        await Eventually.Async(
            $"{Name} to be ready",
            StartLimit,
            async () =>
            {
                if (_process!.HasExited)
                    throw new InvalidOperationException($"{Name} ended:\n{string.Join('\n', LastTroubles(20))}");
                using var response = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
                return response.IsSuccessStatusCode;
            },
            retryOn: error => error is HttpRequestException);
    }

    private async Task Forget(Process process)
    {
        await process.WaitForExitAsync();
        process.Dispose();
        _process = null;
        File.Delete(PidFile);
        lock (_writing)
        {
            _log!.Dispose();
            _log = null;
        }
    }

    private void Write(string? line)
    {
        lock (_writing)
        {
            if (line is not null)
                _log?.WriteLine(line);
        }
    }
}
