using Payments.Testing;

namespace Payments.Benchmark.Running;

/// <summary>The PSP's emulator.</summary>
internal static class Sandbox
{
    public const string Service = "sandbox";

    /// <summary>It would tell of charges that nobody knows any more.</summary>
    public static string JournalFile => RunDirectory.Settings(Service)["Sandbox__JournalFile"];
}
