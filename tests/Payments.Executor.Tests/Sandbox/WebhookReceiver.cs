using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Payments.Executor.Psp;
using Payments.Testing;

namespace Payments.Executor.Tests.Sandbox;

/// <summary>Takes webhooks on a real socket, and refuses as many as it is told to.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<string> _taken = [];
    private readonly ConcurrentQueue<WebhookDelivery> _deliveries = [];
    private readonly ConcurrentQueue<string> _refused = [];
    private readonly Task _loop;
    private int _refusals;

    private WebhookReceiver(int port)
    {
        Address = new Uri($"http://127.0.0.1:{port}/webhooks/adyen");
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _loop = LoopAsync();
    }

    public Uri Address { get; }

    /// <summary>The bodies answered with 200, in order.</summary>
    public IReadOnlyList<string> Taken => [.. _taken];

    public IReadOnlyList<string> Refused => [.. _refused];

    /// <summary>What was taken, as the executor's endpoint would have it.</summary>
    public Task<WebhookDelivery[]> DeliveriesAsync(int count) => Eventually.Async(
        $"{count} deliveries",
        TimeSpan.FromSeconds(30),
        () => Task.FromResult(_deliveries.ToArray()),
        deliveries => deliveries.Length >= count);

    public static WebhookReceiver Start()
    {
        while (true)
        {
            try
            {
                return new WebhookReceiver(Random.Shared.Next(20_000, 32_000));
            }
            catch (HttpListenerException)
            {
                // The port is taken.
            }
        }
    }

    public void Refuse(int count) => Interlocked.Exchange(ref _refusals, count);

    /// <summary>The items taken, once there are so many.</summary>
    public Task<JsonElement[]> ItemsAsync(int count) => Eventually.Async(
        $"{count} webhooks", TimeSpan.FromSeconds(30), () => Task.FromResult(Items()), items => items.Length >= count);

    /// <summary>The item of one event, once it was taken.</summary>
    public async Task<JsonElement> ItemAsync(string eventCode, string merchantReference)
    {
        var items = await Eventually.Async(
            $"the webhook {eventCode} of {merchantReference}",
            TimeSpan.FromSeconds(30),
            () => Task.FromResult(Array.FindAll(Items(), IsOf)),
            found => found.Length > 0);
        return items[0];

        bool IsOf(JsonElement item) =>
            item.GetProperty("eventCode").GetString() == eventCode
            && item.GetProperty("merchantReference").GetString() == merchantReference;
    }

    /// <summary>Written anew, after Adyen's rule, so that an error of the sandbox's shows.</summary>
    public static string Signature(JsonElement item, string hexKey)
    {
        static string Text(JsonElement parent, string name) =>
            parent.TryGetProperty(name, out var value) ? value.ToString() : "";
        var amount = item.GetProperty("amount");
        string[] fields =
        [
            Text(item, "pspReference"), Text(item, "originalReference"), Text(item, "merchantAccountCode"),
            Text(item, "merchantReference"), Text(amount, "value"), Text(amount, "currency"), Text(item, "eventCode"),
            Text(item, "success"),
        ];
        using var hmac = new HMACSHA256(Convert.FromHexString(hexKey));
        return Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes(string.Join(':', fields))));
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _loop;
    }

    private static Dictionary<string, string> HeadersOf(HttpListenerRequest request) =>
        request.Headers.AllKeys.OfType<string>().ToDictionary(
            name => name, name => request.Headers[name]!, StringComparer.OrdinalIgnoreCase);

    private JsonElement[] Items() =>
        [.. _taken.Select(t => JsonDocument.Parse(t).RootElement.GetProperty("notificationItems")[0]
            .GetProperty("NotificationRequestItem"))];

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var buffer = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(buffer);
                var body = Encoding.UTF8.GetString(buffer.ToArray());
                var isRefused = Interlocked.Decrement(ref _refusals) >= 0;
                (isRefused ? _refused : _taken).Enqueue(body);
                if (!isRefused)
                    _deliveries.Enqueue(new WebhookDelivery(HeadersOf(context.Request), buffer.ToArray()));
                context.Response.StatusCode = isRefused ? 500 : 200;
                context.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // Closed.
        }
    }
}
