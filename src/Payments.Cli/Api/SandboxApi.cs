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

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = Timeout };

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
    public Task<ClearedFaults> Clear(string? account, string? psp, CancellationToken cancellationToken)
    {
        (string Name, string? Value)[] parameters = [("account", account), ("psp", psp)];
        var query = parameters.Where(p => p.Value is not null).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}");
        return Send<ClearedFaults>(
            new HttpRequestMessage(HttpMethod.Delete, $"sandbox/faults?{string.Join('&', query)}"), cancellationToken);
    }

    private async Task<T> Send<T>(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        using var request = message;
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
                throw await Problem.Read(response, address, cancellationToken);
            return await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken) ?? throw new JsonException("null");
        }
        catch (HttpRequestException exception)
        {
            throw CommandException.CannotReach($"Cannot reach the sandbox at {address}: {exception.Message}", exception);
        }
        catch (JsonException exception)
        {
            throw CommandException.CannotReach($"What answers at {address} is not the sandbox.", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw CommandException.CannotReach($"{address} did not answer within {Timeout.TotalSeconds} s.", exception);
        }
    }
}
