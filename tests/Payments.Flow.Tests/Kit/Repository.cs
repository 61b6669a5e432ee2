using System.Diagnostics;
using Payments.Testing;

namespace Payments.Flow.Tests.Kit;

/// <summary>The source tree that the tests were built from, and its scripts.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The program of a project, as it was built.</summary>
    /// <param name="folder"><c>src</c> or <c>tests</c>.</param>
    /// <param name="project">Its name, such as <c>Payments.Wallets</c>.</param>
    public static string Program(string folder, string project) =>
        Path.Combine(Root, folder, project, "bin", "Release", "net10.0", $"{project}.dll");

    /// <summary>Runs <c>infra/lib/server</c>: starts, stops or kills PostgreSQL or RabbitMQ.</summary>
    public static async Task Server(string server, string action)
    {
        var start = new ProcessStartInfo(
            Path.Combine(Root, "infra", "lib", "server"), [server, action, RunDirectory.Location])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"infra/lib/server {server} {action} failed: {errors}");
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Payments.Sagas.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"{AppContext.BaseDirectory} is not below Payments.Sagas.sln.");
    }
}
