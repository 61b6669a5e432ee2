using System.Net.Http.Json;
using Payments.Testing;

namespace Payments.Benchmark.Running;

/// <summary>The PSP's emulator.</summary>
internal static class Sandbox
{
    public const string Service = "sandbox";

    /// <summary>It would tell of charges that nobody knows any more.</summary>
    public static string JournalFile => RunDirectory.Settings(Service)["Sandbox__JournalFile"];

    /// <summary>Something that every account of a PSP does wrong from now on.</summary>
    /// <param name="sandbox">Its address.</param>
    /// <param name="fault">Its name in the sandbox's README.</param>
    /// <param name="psp">Such as <c>square</c>.</param>
    /// <param name="seconds">How slow, or how long, by the fault.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task Order(Uri sandbox, string fault, string psp, double seconds, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = sandbox };
        using var response = await http.PostAsJsonAsync(
            new Uri("sandbox/faults", UriKind.Relative), new { fault, psp, seconds }, cancellationToken);
        await ThrowIfRefused(response, cancellationToken);
    }

    /// <summary>Takes back every fault that was ordered.</summary>
    public static async Task ClearFaults(Uri sandbox, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = sandbox };
        using var response = await http.DeleteAsync(new Uri("sandbox/faults", UriKind.Relative), cancellationToken);
        await ThrowIfRefused(response, cancellationToken);
    }

    private static async Task ThrowIfRefused(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new BenchmarkException(
                $"The sandbox refused a fault: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }
}
