using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Payments.Contracts;

namespace Payments.Cli.Api;

/// <summary>The HTTP API of Operations.</summary>
internal sealed class PaymentsApi(Uri address) : IDisposable
{
    private const string ReplayedHeader = "Idempotent-Replayed";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = Timeout };

    public void Dispose() => _http.Dispose();

    /// <summary>Requests a payment; the second value tells a repeated answer.</summary>
    public async Task<(PaymentAccepted Accepted, bool Replayed)> Publish(
        byte[] body, string idempotencyKey, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/payments");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await Send(request, cancellationToken);
        return (await Read<PaymentAccepted>(response, cancellationToken), response.Headers.Contains(ReplayedHeader));
    }

    /// <summary>Null when no such payment is known.</summary>
    public Task<PaymentDetails?> Find(Ulid paymentId, CancellationToken cancellationToken) =>
        Get<PaymentDetails>($"v1/payments/{paymentId}", cancellationToken);

    public Task<PaymentBooks?> Books(Ulid paymentId, CancellationToken cancellationToken) =>
        Get<PaymentBooks>($"v1/payments/{paymentId}/books", cancellationToken);

    public async Task<SellerBalances> Balances(string sellerId, CancellationToken cancellationToken) =>
        await Get<SellerBalances>($"v1/sellers/{Uri.EscapeDataString(sellerId)}/balances", cancellationToken)
        ?? new SellerBalances { SellerId = sellerId, Balances = [] };

    /// <param name="parameters">Names and values; those without a value are left out.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<PaymentPage> List(
        IEnumerable<(string Name, string? Value)> parameters, CancellationToken cancellationToken)
    {
        var query = parameters.Where(p => p.Value is not null)
            .Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}");
        return await Get<PaymentPage>($"v1/payments?{string.Join('&', query)}", cancellationToken)
            ?? throw CommandException.CannotReach($"There is no payments API at {address}.");
    }

    public async Task<PspConnectionList> PspConnections(CancellationToken cancellationToken) =>
        await Get<PspConnectionList>("v1/psp-connections", cancellationToken)
        ?? throw CommandException.CannotReach($"There is no payments API at {address}.");

    public async Task Resume(Ulid paymentId, string requestedBy, string reason, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/payments/{paymentId}/resume");
        request.Content = JsonContent.Create(new { requestedBy, reason }, options: ContractJson.Options);
        using var response = await Send(request, cancellationToken);
        await Read<PaymentAccepted>(response, cancellationToken);
    }

    /// <summary>Which connections the request's orders would take.</summary>
    public async Task<RouteExplained> ExplainRoute(byte[] body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/routes/explain");
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await Send(request, cancellationToken);
        return await Read<RouteExplained>(response, cancellationToken);
    }

    private async Task<T?> Get<T>(string path, CancellationToken cancellationToken)
        where T : class
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await Send(request, cancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound ? null : await Read<T>(response, cancellationToken);
    }

    private async Task<HttpResponseMessage> Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw CommandException.CannotReach($"Cannot reach {address}: {exception.Message}", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw CommandException.CannotReach(
                $"{address} did not answer within {Timeout.TotalSeconds} s.", exception);
        }
    }

    private async Task<T> Read<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
            throw await Problem.Read(response, address, cancellationToken);
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(ContractJson.Options, cancellationToken)
                ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw CommandException.CannotReach($"What answers at {address} is not the payments API.", exception);
        }
    }
}
