using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Payments.Cli.Api;

/// <summary>An HTTP API that commands call. What keeps it from answering becomes a sentence for people.</summary>
/// <param name="address">With a trailing slash.</param>
/// <param name="name">What should answer there, such as <c>the sandbox</c>.</param>
/// <param name="place">What cannot be reached where nothing answers.</param>
/// <param name="timeout">For a whole answer.</param>
/// <param name="json">How bodies are read.</param>
internal sealed class HttpApi(Uri address, string name, string place, TimeSpan timeout, JsonSerializerOptions json)
    : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = timeout };

    public void Dispose() => _http.Dispose();

    /// <summary>A POST of what is JSON already.</summary>
    public static HttpRequestMessage Post(string path, byte[] body) => new(HttpMethod.Post, path)
    {
        Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
    };

    /// <param name="path">Before the question mark.</param>
    /// <param name="parameters">Those without a value are left out.</param>
    public static string Query(string path, IEnumerable<(string Name, string? Value)> parameters)
    {
        var given = parameters.Where(p => p.Value is not null).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}");
        return $"{path}?{string.Join('&', given)}";
    }

    public async Task<HttpResponseMessage> Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw CommandException.CannotReach($"Cannot reach {place}: {exception.Message}", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw CommandException.CannotReach($"{address} did not answer within {timeout.TotalSeconds} s.", exception);
        }
    }

    /// <summary>Of an answer; throws what a refusal says.</summary>
    public async Task<T> Read<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
            throw await Problem.Read(response, address, cancellationToken);
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(json, cancellationToken) ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw CommandException.CannotReach($"What answers at {address} is not {name}.", exception);
        }
    }
}
