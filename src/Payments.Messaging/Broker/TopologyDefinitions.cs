using System.Text.Json;
using System.Text.Json.Nodes;

namespace Payments.Messaging;

/// <summary>
/// The topology as RabbitMQ definitions, to be imported before workers start. Policies hold the limits, so that they can
/// change without declaring a queue anew; they cannot be set over AMQP.
/// </summary>
public static class TopologyDefinitions
{
    private const int DeliveryLimit = 50;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Json(IReadOnlyList<string> connections)
    {
        var workQueues = Topology.WorkQueues(connections).ToArray();
        // MassTransit declares these at the first failure, with the same arguments.
        string[] failureQueues = [.. workQueues.SelectMany(q => new[] { $"{q}_error", $"{q}_skipped" })];
        string[] withExchange = [.. workQueues, .. failureQueues, Routes.Unrouted];
        string[] queues = [.. withExchange, Routes.DeadLetters];
        string[] exchanges = [.. Topology.EventExchanges, .. withExchange];

        var definitions = new JsonObject
        {
            ["exchanges"] = Array(exchanges.Select(Exchange)),
            ["queues"] = Array(queues.Select(Queue)),
            ["bindings"] = Array(
                [.. Topology.Bindings.Select(b => Binding(b.Event, b.Queue, "exchange")),
                 .. withExchange.Select(q => Binding(q, q, "queue"))]),
            ["policies"] = new JsonArray(WorkPolicy(workQueues), FrontDoorPolicy()),
        };
        return definitions.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Exchange(string name) => new()
    {
        ["name"] = name,
        ["vhost"] = "/",
        ["type"] = "fanout",
        ["durable"] = true,
        ["auto_delete"] = false,
        ["internal"] = false,
        ["arguments"] = new JsonObject(),
    };

    private static JsonObject Queue(string name) => new()
    {
        ["name"] = name,
        ["vhost"] = "/",
        ["durable"] = true,
        ["auto_delete"] = false,
        ["arguments"] = new JsonObject { ["x-queue-type"] = "quorum" },
    };

    private static JsonObject Binding(string source, string destination, string type) => new()
    {
        ["source"] = source,
        ["vhost"] = "/",
        ["destination"] = destination,
        ["destination_type"] = type,
        ["routing_key"] = "",
        ["arguments"] = new JsonObject(),
    };

    /// <summary>Poison messages go to the dead letters, at least once; a full queue refuses instead of dropping.</summary>
    private static JsonObject WorkPolicy(IEnumerable<string> workQueues) => new()
    {
        ["vhost"] = "/",
        ["name"] = "work",
        ["pattern"] = $"^({string.Join('|', workQueues)})$",
        ["apply-to"] = "queues",
        ["priority"] = 0,
        ["definition"] = new JsonObject
        {
            ["delivery-limit"] = DeliveryLimit,
            ["dead-letter-exchange"] = "",
            ["dead-letter-routing-key"] = Routes.DeadLetters,
            ["dead-letter-strategy"] = "at-least-once",
            ["overflow"] = "reject-publish",
        },
    };

    /// <summary>Foreigners publish here without asking for returns: what finds no queue is kept.</summary>
    private static JsonObject FrontDoorPolicy() => new()
    {
        ["vhost"] = "/",
        ["name"] = "front-door",
        ["pattern"] = "^Payments\\.Contracts:PaymentRequested$",
        ["apply-to"] = "exchanges",
        ["priority"] = 0,
        ["definition"] = new JsonObject { ["alternate-exchange"] = Routes.Unrouted },
    };

    private static JsonArray Array(IEnumerable<JsonObject> items) => new([.. items]);
}
