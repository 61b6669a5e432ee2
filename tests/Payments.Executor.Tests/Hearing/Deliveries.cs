using System.Net;
using Payments.Executor.Psp;
using Payments.Executor.Tests.Executing;

namespace Payments.Executor.Tests.Hearing;

/// <summary>Delivers notifications to the running executor, as a PSP does.</summary>
internal static class Deliveries
{
    public static async Task<(HttpStatusCode Status, TimeSpan? RetryAfter)> Send(WebhookDelivery delivery)
    {
        using var http = new HttpClient { BaseAddress = ExecutorProcess.Address };
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri($"webhooks/{ExecutorProcess.Connection}", UriKind.Relative))
        {
            Content = new ByteArrayContent(delivery.Body.ToArray()) { Headers = { { "Content-Type", "application/json" } } },
        };
        foreach (var (name, value) in delivery.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request);
        return (response.StatusCode, response.Headers.RetryAfter?.Delta);
    }
}
