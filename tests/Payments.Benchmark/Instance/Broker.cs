using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Payments.Messaging;
using Payments.Testing;
using RabbitMQ.Client;

namespace Payments.Benchmark.Instance;

/// <summary>The instance's broker: its queues, and what it counted.</summary>
internal sealed class Broker : IAsyncDisposable
{
    private const string Service = "orchestrator";

    private readonly IConnection _connection;
    private readonly HttpClient _management;

    private Broker(IConnection connection, HttpClient management)
    {
        _connection = connection;
        _management = management;
    }

    /// <summary>Every queue of the product: where work waits, and where it ends up when something failed.</summary>
    private static IReadOnlyList<string> Queues { get; } =
    [
        .. Topology.WorkQueues(RunDirectory.Connections)
            .SelectMany(q => new[] { q, $"{q}_error", $"{q}_skipped" }),
        Routes.Unrouted, Routes.DeadLetters,
    ];

    public static async Task<Broker> Connect()
    {
        var settings = RunDirectory.Configuration(Service);
        var connection = await new ConnectionFactory { Uri = new Uri(settings["RabbitMq:Uri"]!) }.CreateConnectionAsync();
        var uri = new Uri(settings["RabbitMq:ManagementUri"]!);
        var account = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(uri.UserInfo)));
        var management = new HttpClient { BaseAddress = new Uri($"http://{uri.Authority}/") };
        management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", account);
        return new Broker(connection, management);
    }

    public async ValueTask DisposeAsync()
    {
        _management.Dispose();
        await _connection.DisposeAsync();
    }

    /// <summary>A channel that counts no confirms by itself.</summary>
    public Task<IChannel> OpenChannel(bool withConfirms) => _connection.CreateChannelAsync(
        new CreateChannelOptions(publisherConfirmationsEnabled: withConfirms, publisherConfirmationTrackingEnabled: false));

    public async Task Purge()
    {
        await using var channel = await OpenChannel(withConfirms: false);
        foreach (var queue in Queues)
            await channel.QueuePurgeAsync(queue);
    }

    /// <summary>The queues that hold messages ready for delivery. Exact only while nothing consumes.</summary>
    public async Task<IReadOnlyDictionary<string, uint>> ReadDepths()
    {
        await using var channel = await OpenChannel(withConfirms: false);
        var depths = new Dictionary<string, uint>();
        foreach (var queue in Queues)
        {
            var found = await channel.QueueDeclarePassiveAsync(queue);
            if (found.MessageCount > 0)
                depths.Add(queue, found.MessageCount);
        }

        return depths;
    }

    /// <summary>Messages that failed, or that nobody wanted: nothing consumes them here.</summary>
    public async Task<long> CountDeadLetters()
    {
        RunDirectory.RequireDeadLettersInBroker();
        return (await ReadDepths())
            .Where(q => q.Key is Routes.Unrouted or Routes.DeadLetters
                || q.Key.EndsWith("_error", StringComparison.Ordinal) || q.Key.EndsWith("_skipped", StringComparison.Ordinal))
            .Sum(q => q.Value);
    }

    /// <summary>What was published and delivered since the broker started. It reports up to 10 s late.</summary>
    public async Task<MessageCounters> ReadCounters()
    {
        var counts = (await Overview())["message_stats"];
        return new MessageCounters(Of("publish"), Of("deliver"), Of("redeliver"));

        long Of(string name) => (long?)counts?[name] ?? 0;
    }

    public async Task<string> ReadVersion()
    {
        var overview = await Overview();
        return $"{overview["rabbitmq_version"]} on Erlang {overview["erlang_version"]}";
    }

    private async Task<JsonNode> Overview() =>
        JsonNode.Parse(await _management.GetStringAsync(new Uri("api/overview", UriKind.Relative)))!;
}

/// <summary>Counters that only grow.</summary>
/// <param name="Published">By clients: the workers and the load generator.</param>
/// <param name="Delivered">To consumers, again included.</param>
/// <param name="Redelivered">Delivered again.</param>
internal sealed record MessageCounters(long Published, long Delivered, long Redelivered)
{
    public static MessageCounters operator -(MessageCounters after, MessageCounters before) => new(
        after.Published - before.Published,
        after.Delivered - before.Delivered,
        after.Redelivered - before.Redelivered);
}
