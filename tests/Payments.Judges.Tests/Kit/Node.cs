using System.ComponentModel;
using System.Diagnostics;

namespace Payments.Judges.Tests.Kit;

/// <summary>Runs programs of Node's in the folder where the packages are, and ends what it started.</summary>
internal static class Node
{
    /// <summary>The scripts, the list of packages and, once installed, the packages.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "npm");

    /// <summary>Runs to the end.</summary>
    /// <exception cref="Win32Exception">There is no such program.</exception>
    /// <exception cref="TimeoutException">It did not end in time, and was ended.</exception>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string program, string[] arguments, TimeSpan deadline)
    {
        using var process = Start(program, arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(deadline);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException exception)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {deadline}.", exception);
        }

        return (process.ExitCode, await output, await errors);
    }

    public static Process Start(string program, string[] arguments) => Process.Start(
        new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
