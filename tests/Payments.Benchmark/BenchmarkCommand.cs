using System.CommandLine;
using System.CommandLine.Help;
using Npgsql;
using Payments.Benchmark.Instance;
using Payments.Benchmark.Reporting;
using Payments.Benchmark.Running;

namespace Payments.Benchmark;

/// <summary>The options of <c>infra/bench</c>, and how each call ends.</summary>
internal sealed class BenchmarkCommand
{
    private const int WrongUsage = 2;
    private const int Violated = 1;
    private const int Interrupted = 130;
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    private readonly Option<bool> _short = new("--short") { Description = "Under two minutes: single orders, product and floor." };
    private readonly Option<bool> _long = new("--long") { Description = "Ten minutes per measurement." };
    private readonly Option<string?> _only = new("--only") { Description = $"Scenarios, separated by commas: {string.Join(", ", PlanFactory.Names)}." };
    private readonly Option<string> _psp = new("--psp") { Description = "free, http or both." };
    private readonly Option<string?> _payments = new("--payments") { Description = "Orders per preloaded run; a single-order payment is one." };
    private readonly Option<string?> _runs = new("--runs") { Description = "Preloaded runs per scenario, of which the median counts." };
    private readonly Option<string?> _minutes = new("--minutes") { Description = "Of each measurement of --long, instead of ten." };
    private readonly Option<string?> _loads = new("--loads") { Description = "Open loops, in percent of the preloaded rate, separated by commas; none: only that rate." };
    private readonly Option<string?> _grown = new("--grown") { Description = "Finished payments in the tables of the scenario growth; five million where the disk allows." };
    private readonly Option<string?> _letters = new("--letters") { Description = "Dead letters in the tables of the scenario letters; 100,000." };
    private readonly Option<string?> _json = new("--json") { Description = "Writes everything, every run, to a file." };
    private readonly Option<bool> _checkOnly = new("--check-arguments") { Hidden = true };

    public static async Task<int> Run(string[] args)
    {
        var parsed = new BenchmarkCommand().Create().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync(parsed.Errors[0].Message + " infra/bench --help shows the options.");
            return WrongUsage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                // On Ctrl-C the workers are asked to end first.
                ProcessTerminationTimeout = StopLimit,
            });
        }
        catch (WrongUsageException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return WrongUsage;
        }
        catch (Exception exception) when (exception is BenchmarkException or NpgsqlException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return Violated;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
    }

    // Not a RootCommand: that one is named after the assembly.
    private Command Create()
    {
        var command = new Command("bench", "Measures the system on servers of its own.")
        {
            new HelpOption(), _short, _long, _only, _psp, _payments, _runs, _minutes, _loads, _grown, _letters, _json, _checkOnly,
        };
        command.SetAction((parsed, cancellationToken) => Run(parsed, cancellationToken));
        return command;
    }

    private async Task<int> Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = Read(parsed);
        var plan = PlanFactory.Create(options);
        if (parsed.GetValue(_checkOnly))
            return 0;

        if (options.JsonFile is { } earlier)
            File.Delete(earlier);
        var tables = new Tables(Console.Out);
        var reports = new List<Report>();
        await foreach (var report in new Running.Benchmark(plan, TimeProvider.System, new Progress(Console.Error)).Run(cancellationToken))
        {
            reports.Add(report);
            tables.Write(report.Scenarios[^1]);
            // At once: what was measured is not lost when a later scenario is interrupted.
            if (options.JsonFile is { } file)
                await JsonFile.Write(file, report);
        }

        tables.WriteSummary(reports[^1]);
        return reports[^1].Scenarios.Any(s => s.Violations.Count > 0) ? Violated : 0;
    }

    private BenchmarkOptions Read(ParseResult parsed)
    {
        if (parsed.GetValue(_short) && parsed.GetValue(_long))
            throw new WrongUsageException("--short and --long exclude each other.");
        if (parsed.GetValue(_minutes) is not null && !parsed.GetValue(_long))
            throw new WrongUsageException("--minutes is of --long only.");
        string[] only = parsed.GetValue(_only)?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        if (only.Except(PlanFactory.Names).FirstOrDefault() is { } unknown)
            throw new WrongUsageException($"There is no scenario '{unknown}'; there are {string.Join(", ", PlanFactory.Names)}.");
        return new BenchmarkOptions
        {
            Mode = parsed.GetValue(_short) ? BenchmarkMode.Short : parsed.GetValue(_long) ? BenchmarkMode.Long : BenchmarkMode.Standard,
            Only = only,
            Psp = parsed.GetValue(_psp) switch
            {
                null => null,
                "free" => [PspSetting.Free],
                "http" => [PspSetting.Http],
                "both" => [PspSetting.Free, PspSetting.Http],
                var other => throw new WrongUsageException($"--psp is free, http or both; it is '{other}'."),
            },
            Payments = Within("--payments", parsed.GetValue(_payments), 100, 500_000),
            Runs = Within("--runs", parsed.GetValue(_runs), 1, 100),
            Minutes = Within("--minutes", parsed.GetValue(_minutes), 1, 600),
            Loads = ReadLoads(parsed.GetValue(_loads)),
            Grown = Within("--grown", parsed.GetValue(_grown), 10_000, 50_000_000),
            Letters = Within("--letters", parsed.GetValue(_letters), 10_000, 10_000_000),
            JsonFile = parsed.GetValue(_json),
        };
    }

    private static double[]? ReadLoads(string? text) => text switch
    {
        null => null,
        "none" => [],
        _ => [.. text.Split(',', StringSplitOptions.TrimEntries).Select(load => Within("--loads", load, 1, 100)!.Value / 100.0)],
    };

    private static int? Within(string option, string? text, int least, int most) =>
        text is null ? null
        : int.TryParse(text, out var value) && value >= least && value <= most ? value
        : throw new WrongUsageException($"{option} takes a number from {least} to {most}; it is '{text}'.");
}
