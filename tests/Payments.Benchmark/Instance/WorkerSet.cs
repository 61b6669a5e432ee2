namespace Payments.Benchmark.Instance;

/// <summary>How the executor reaches its PSP.</summary>
internal enum PspSetting
{
    /// <summary>Answered inside the executor's process, at no cost.</summary>
    Free,

    /// <summary>Real HTTP to the sandbox.</summary>
    Http,
}

/// <summary>Which programs are the four workers. All have the same environment, queues and tables.</summary>
internal sealed record WorkerSet(string Name, Func<string, IReadOnlyList<string>> Command, Func<string, string> Folder)
{
    public static readonly IReadOnlyList<string> Services = ["orchestrator", "executor", "wallets", "ledger"];

    /// <summary>The product as it is.</summary>
    public static WorkerSet Product { get; } = new("product", s => ["dotnet", Layout.Program(s)], Layout.ProgramFolder);

    /// <summary>
    /// The product; only what answers the executor's HTTP client is replaced. It runs with the executor's own runtime
    /// settings.
    /// </summary>
    public static WorkerSet ProductWithFreePsp { get; } = new(
        "product",
        s => s == "executor"
            ? ["dotnet", "exec", "--runtimeconfig", Path.ChangeExtension(Layout.Program(s), ".runtimeconfig.json"),
                Path.Combine(AppContext.BaseDirectory, "Payments.Benchmark.dll"), Psp.FreePspExecutor.Verb]
            : ["dotnet", Layout.Program(s)],
        Layout.ProgramFolder);

    /// <summary>The hand-written loops; their PSP is free.</summary>
    public static WorkerSet Floor { get; } = new(
        "floor", s => ["dotnet", Layout.FloorProgram, "worker", s], _ => Layout.FloorFolder);
}
