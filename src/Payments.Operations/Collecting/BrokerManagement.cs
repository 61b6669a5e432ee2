using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Payments.Messaging;

namespace Payments.Operations.Collecting;

/// <summary>The broker's management API; its figures are up to 5 s old.</summary>
internal sealed class BrokerManagement : IDisposable
{
    public const string Setting = "RabbitMq:ManagementUri";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How old its figures are at most, also when the broker is busy.</summary>
    private static readonly TimeSpan Staleness = TimeSpan.FromSeconds(15);

    private readonly HttpClient _http;
    private readonly string _queues;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _seenEmpty = new();

    public BrokerManagement(IConfiguration configuration, TimeProvider time)
    {
        _time = time;
        var uri = configuration.GetValue<Uri>(Setting)
            ?? throw new DependencyMissingException($"The setting {Setting} is missing.");
        var broker = configuration.GetValue<Uri>("RabbitMq:Uri")
            ?? throw new DependencyMissingException("The setting RabbitMq:Uri is missing.");
        var account = Encoding.UTF8.GetBytes(Uri.UnescapeDataString(uri.UserInfo));
        _http = new HttpClient { BaseAddress = new Uri($"{uri.Scheme}://{uri.Authority}/"), Timeout = Patience };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(account));
        _queues = $"api/queues/{VirtualHost(broker)}";
    }

    public void Dispose() => _http.Dispose();

    /// <summary>All queues of our virtual host.</summary>
    /// <exception cref="HttpRequestException">It does not answer, or not with what it should.</exception>
    public async Task<IReadOnlyList<BrokerQueue>> ReadQueues(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(_queues, UriKind.Relative), cancellationToken);
            answer.EnsureSuccessStatusCode();
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            using var queues = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            return [.. queues.RootElement.EnumerateArray().Select(q => Remember(BrokerQueue.Read(q)))];
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"No answer within {Patience.TotalSeconds} s.", exception);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new HttpRequestException("The answer is not the management API's.", exception);
        }
    }

    /// <summary>The broker does not say how old messages of quorum queues are: they came after their queue was empty.</summary>
    private BrokerQueue Remember(BrokerQueue queue)
    {
        if (queue.Ready + queue.Unacknowledged > 0)
            return _seenEmpty.TryGetValue(queue.Name, out var empty) ? queue with { NotEmptySince = empty } : queue;
        _seenEmpty[queue.Name] = _time.GetUtcNow() - Staleness;
        return queue;
    }

    /// <summary>As a segment of a path. An address without one means the virtual host "/".</summary>
    private static string VirtualHost(Uri broker) =>
        Uri.EscapeDataString(broker.AbsolutePath.Length <= 1 ? "/" : Uri.UnescapeDataString(broker.AbsolutePath[1..]));
}

/// <summary>What the broker says of a queue. Messages of a queue that was made a moment ago are not known yet: 0.</summary>
internal sealed record BrokerQueue(
    string Name, long Ready, long Unacknowledged, int Consumers, double PublishedPerSecond, double DeliveredPerSecond,
    double AcknowledgedPerSecond, double RedeliveredPerSecond, DateTimeOffset? OldestAt)
{
    /// <summary>When it was seen empty last, while it is not; null where that was before this process began to look.</summary>
    public DateTimeOffset? NotEmptySince { get; init; }

    public static BrokerQueue Read(JsonElement queue) => new(
        queue.GetProperty("name").GetString()!,
        Number(queue, "messages_ready"),
        Number(queue, "messages_unacknowledged"),
        (int)Number(queue, "consumers"),
        Rate(queue, "publish"),
        Rate(queue, "deliver_get"),
        Rate(queue, "ack"),
        Rate(queue, "redeliver"),
        Number(queue, "head_message_timestamp") is > 0 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null);

    private static long Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : 0;

    private static double Rate(JsonElement queue, string name) =>
        queue.TryGetProperty("message_stats", out var stats) && stats.TryGetProperty($"{name}_details", out var details)
        && details.TryGetProperty("rate", out var rate)
            ? rate.GetDouble()
            : 0;
}
