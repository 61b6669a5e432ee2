using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Payments.Cli.Api;

/// <summary>The sandbox's own HTTP control.</summary>
internal sealed class SandboxApi(Uri address) : IDisposable
{
    /// <summary>What is not said is left out, so that the sandbox's defaults hold.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly HttpApi _http = new(address, "the sandbox", $"the sandbox at {address}", TimeSpan.FromSeconds(10), Json);

    public void Dispose() => _http.Dispose();

    public Task<SandboxFault> Order(SandboxFault fault, CancellationToken cancellationToken) => Send<SandboxFault>(
        new HttpRequestMessage(HttpMethod.Post, "sandbox/faults") { Content = JsonContent.Create(fault, options: Json) },
        cancellationToken);

    public Task<SandboxFaults> Faults(CancellationToken cancellationToken) =>
        Send<SandboxFaults>(new HttpRequestMessage(HttpMethod.Get, "sandbox/faults"), cancellationToken);

    /// <summary>Takes one back.</summary>
    public Task<ClearedFaults> Clear(int id, CancellationToken cancellationToken) =>
        Send<ClearedFaults>(new HttpRequestMessage(HttpMethod.Delete, $"sandbox/faults/{id}"), cancellationToken);

    /// <summary>Takes back all, or those that were ordered for the account or the PSP.</summary>
    public Task<ClearedFaults> Clear(string? account, string? psp, CancellationToken cancellationToken) =>
        Send<ClearedFaults>(
            new HttpRequestMessage(HttpMethod.Delete, HttpApi.Query("sandbox/faults", [("account", account), ("psp", psp)])),
            cancellationToken);

    private async Task<T> Send<T>(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        using var request = message;
        using var response = await _http.Send(request, cancellationToken);
        return await _http.Read<T>(response, cancellationToken);
    }
}
