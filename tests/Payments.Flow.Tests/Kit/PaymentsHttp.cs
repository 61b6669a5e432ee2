using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Payments.Contracts;

namespace Payments.Flow.Tests.Kit;

/// <summary>The HTTP API of Operations.</summary>
internal sealed class PaymentsHttp(Uri address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address };

    public void Dispose() => _http.Dispose();

    /// <summary>Null while no such payment is known.</summary>
    public Task<PaymentDetails?> Find(Ulid paymentId) => Get<PaymentDetails>($"v1/payments/{paymentId}");

    public async Task<PaymentBooks> Books(Ulid paymentId) =>
        (await Get<PaymentBooks>($"v1/payments/{paymentId}/books")).ShouldNotBeNull();

    /// <summary>What a seller has in its only currency; all zero where it has nothing yet.</summary>
    public async Task<SellerBalance> Balance(string sellerId)
    {
        var balances = (await Get<SellerBalances>($"v1/sellers/{sellerId}/balances")).ShouldNotBeNull().Balances;
        balances.Count.ShouldBeLessThanOrEqualTo(1);
        return balances.SingleOrDefault() ?? new SellerBalance
        {
            Currency = "",
            PendingMinor = 0,
            AvailableMinor = 0,
            HeldMinor = 0,
            OwedMinor = 0,
            Closed = false,
        };
    }

    public async Task<IReadOnlyList<PspConnectionDetails>> PspConnections() =>
        (await Get<PspConnectionList>("v1/psp-connections")).ShouldNotBeNull().Connections;

    public async Task<IReadOnlyList<DeadLetterGroup>> DeadLetterGroups(string filter) =>
        (await Get<DeadLetterGroupPage>($"v1/dead-letters/groups?{filter}")).ShouldNotBeNull().Groups;

    public async Task<IReadOnlyList<DeadLetterSummary>> DeadLetters(string filter) =>
        (await Get<DeadLetterPage>($"v1/dead-letters?{filter}")).ShouldNotBeNull().Letters;

    public async Task<DeadLetterDetails> DeadLetter(Ulid letterId) =>
        (await Get<DeadLetterDetails>($"v1/dead-letters/{letterId}")).ShouldNotBeNull();

    public async Task<DeadLetterVerdict> Verdict(Ulid letterId) =>
        (await Get<DeadLetterVerdict>($"v1/dead-letters/{letterId}/verdict")).ShouldNotBeNull();

    public async Task<DeadLetterGroupVerdict> GroupVerdict(Ulid groupId) =>
        (await Get<DeadLetterGroupVerdict>($"v1/dead-letters/groups/{groupId}/verdict")).ShouldNotBeNull();

    /// <summary>Begins to send on a group's letters.</summary>
    /// <param name="wish">The body.</param>
    public async Task<DeadLetterRamp> StartRamp(object wish)
    {
        using var body = JsonContent.Create(wish, options: ContractJson.Options);
        using var response = await _http.PostAsync(new Uri("v1/dead-letters/ramps", UriKind.Relative), body);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<DeadLetterRamp>(ContractJson.Options)).ShouldNotBeNull();
    }

    public async Task<DeadLetterRamp> Ramp(Ulid rampId) =>
        (await Get<DeadLetterRamp>($"v1/dead-letters/ramps/{rampId}")).ShouldNotBeNull();

    public async Task<DeadLetterReplay> Replay(Ulid letterId, string requestedBy, string reason)
    {
        using var body = JsonContent.Create(new { requestedBy, reason });
        using var response = await _http.PostAsync(new Uri($"v1/dead-letters/{letterId}/replay", UriKind.Relative), body);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<DeadLetterReplay>(ContractJson.Options)).ShouldNotBeNull();
    }

    public async Task<PaymentAccepted> Publish(Request request)
    {
        using var response = await Send(request);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<PaymentAccepted>(ContractJson.Options)).ShouldNotBeNull();
    }

    /// <summary>Which routes it would take; nothing is requested.</summary>
    public async Task<RouteExplained> ExplainRoute(Request request)
    {
        using var body = new ByteArrayContent(request.ToBytes());
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await _http.PostAsync(new Uri("v1/routes/explain", UriKind.Relative), body);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<RouteExplained>(ContractJson.Options)).ShouldNotBeNull();
    }

    /// <summary>Posts a payment, whatever comes of it.</summary>
    public async Task<HttpStatusCode> Post(Request request)
    {
        using var response = await Send(request);
        return response.StatusCode;
    }

    public async Task Resume(Ulid paymentId, string requestedBy, string reason)
    {
        using var body = JsonContent.Create(new { requestedBy, reason });
        using var response = await _http.PostAsync(new Uri($"v1/payments/{paymentId}/resume", UriKind.Relative), body);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync());
    }

    private async Task<HttpResponseMessage> Send(Request request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "v1/payments");
        message.Headers.Add("Idempotency-Key", request.IdempotencyKey);
        message.Content = new ByteArrayContent(request.ToBytes());
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await _http.SendAsync(message);
    }

    private async Task<T?> Get<T>(string path)
        where T : class
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative));
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<T>(ContractJson.Options);
    }
}
