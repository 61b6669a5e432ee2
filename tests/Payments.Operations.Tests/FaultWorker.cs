using Payments.Testing;

namespace Payments.Operations.Tests;

/// <summary>Operations as a process of its own, built with fault points.</summary>
internal static class FaultWorker
{
    /// <param name="fault">Such as <c>replay-published:1</c>: it dies when it comes there for the first time; null: it lives.</param>
    /// <param name="awaitReady">False for one that may come there before it is ready.</param>
    public static Task<WorkerProcess> Start(string? fault, bool awaitReady = true) => WorkerProcess.Start(
        "operations",
        new Dictionary<string, string>
        {
            ["PAYMENTS_FAULT_POINT"] = fault ?? ":0",
            ["DeadLetters__ReplayLease"] = "00:00:02",
            ["DeadLetters__ReplayPoll"] = "00:00:00.2",
            ["DeadLetters__RampPoll"] = "00:00:00.1",
        },
        Program,
        awaitReady);

    public static string Program { get; } = Built("tests", "Payments.Operations.FaultWorker");

    /// <summary>Built beside these tests.</summary>
    /// <param name="folder"><c>src</c> or <c>tests</c>.</param>
    /// <param name="project">Its name.</param>
    public static string Built(string folder, string project) => Path.Combine(
        AppContext.BaseDirectory.Replace(Path.Combine("tests", "Payments.Operations.Tests"), Path.Combine(folder, project)),
        $"{project}.dll");
}
