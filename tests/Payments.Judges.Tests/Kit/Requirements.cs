using System.ComponentModel;

namespace Payments.Judges.Tests.Kit;

/// <summary>What the judges need and a machine may lack. A test without it is skipped, and says what was missing.</summary>
internal static class Requirements
{
    private static readonly TimeSpan InstallDeadline = TimeSpan.FromMinutes(3);
    private static readonly string[] NoRegistry =
        ["ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN", "ENETUNREACH", "E404", "ERR_SOCKET_TIMEOUT"];

    private static readonly Lazy<Task<string?>> MissingPackages = new(InstallAsync);

    /// <summary>Where the published specifications lie: outside the repository, as not all may be passed on.</summary>
    public static string? SpecFolder { get; } = FindSpecs();

    public static async Task SkipWithoutPackagesAsync()
    {
        var missing = await MissingPackages.Value;
        Skip.If(missing is not null, missing);
    }

    public static void SkipWithoutSpecs() => Skip.If(
        SpecFolder is null, "Skipped: the PSPs' specifications are not in ../shared/psp/specs beside the repository.");

    /// <summary>Null when all packages are there as the lock file names them; otherwise what is missing.</summary>
    private static async Task<string?> InstallAsync()
    {
        var lockFile = await File.ReadAllTextAsync(Path.Combine(Node.Folder, "package-lock.json"));
        var stamp = Path.Combine(Node.Folder, "installed");
        try
        {
            var (noNode, _, _) = await Node.RunAsync("node", ["--version"], InstallDeadline);
            noNode.ShouldBe(0);
            if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp) == lockFile)
                return null;
            var (exitCode, output, errors) = await Node.RunAsync(
                "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"], InstallDeadline);
            if (exitCode == 0)
            {
                await File.WriteAllTextAsync(stamp, lockFile);
                return null;
            }

            return NoRegistry.Any(errors.Contains)
                ? "Skipped: npm's registry cannot be reached, or lacks a package of npm/package-lock.json."
                : throw new InvalidOperationException($"npm ci failed.\n{output}\n{errors}");
        }
        catch (Win32Exception)
        {
            return "Skipped: node or npm is not installed.";
        }
        catch (TimeoutException)
        {
            return "Skipped: npm's registry did not give the packages in time.";
        }
    }

    private static string? FindSpecs()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (!File.Exists(Path.Combine(at.FullName, "Payments.Sagas.sln")))
                continue;
            var specs = Path.Combine(at.FullName, "..", "shared", "psp", "specs");
            return Directory.Exists(specs) ? Path.GetFullPath(specs) : null;
        }

        return null;
    }
}
