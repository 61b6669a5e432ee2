using Payments.Testing;

namespace Payments.Benchmark.Instance;

/// <summary>Where the programs are, and what the instance that <c>infra/bench</c> prepared says about itself.</summary>
internal static class Layout
{
    private const string Solution = "Payments.Sagas.sln";

    public static string Root { get; } = FindRoot();

    public static string WithEnvironment => Path.Combine(Root, "infra", "lib", "with-env");

    public static string Log(string name) => Path.Combine(RunDirectory.Location, "logs", $"{name}.log");

    public static string PidFile(string name) => Path.Combine(RunDirectory.Location, "pids", $"{name}.pid");

    public static string EnvironmentFile(string name) => Path.Combine(RunDirectory.Location, "env", $"{name}.env");

    /// <summary>The folder of a service's program, where also its settings lie.</summary>
    public static string ProgramFolder(string service) =>
        Path.Combine(Root, "src", ProjectOf(service), "bin", "Release", "net10.0");

    public static string Program(string service) => Path.Combine(ProgramFolder(service), $"{ProjectOf(service)}.dll");

    public static string FloorFolder =>
        Path.Combine(Root, "tests", "Payments.Benchmark.Floor", "bin", "Release", "net10.0");

    public static string FloorProgram => Path.Combine(FloorFolder, "Payments.Benchmark.Floor.dll");

    /// <summary>A line of <c>ports.env</c> or <c>secrets.env</c>.</summary>
    public static string Value(string file, string name) =>
        File.ReadLines(Path.Combine(RunDirectory.Location, file))
            .Select(line => line.Split('=', 2))
            .FirstOrDefault(pair => pair[0] == name)?[1]
        ?? throw new BenchmarkException($"{file} of the instance has no {name}; start the benchmark with infra/bench.");

    /// <summary>The process id of a server of the instance: <c>postgres</c> or <c>rabbitmq</c>.</summary>
    public static int ServerPid(string name) => File.Exists(PidFile(name))
        ? int.Parse(File.ReadLines(PidFile(name)).First())
        : throw new BenchmarkException($"{name} of the instance does not run; start the benchmark with infra/bench.");

    private static string ProjectOf(string service) => $"Payments.{char.ToUpperInvariant(service[0])}{service[1..]}";

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Solution)))
                return folder.FullName;
        }

        throw new BenchmarkException($"The benchmark is not below {Solution}.");
    }
}
