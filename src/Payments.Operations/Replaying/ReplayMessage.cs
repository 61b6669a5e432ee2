using Payments.Contracts;
using Payments.Operations.Collecting;
using RabbitMQ.Client;

namespace Payments.Operations.Replaying;

/// <summary>A letter as it goes out again.</summary>
/// <param name="Exchange">Empty for the one that leads to the queue named by the routing key.</param>
/// <param name="RoutingKey">See there.</param>
/// <param name="Properties">As they were, but for what tells of the failure.</param>
/// <param name="Body">Byte by byte.</param>
internal sealed record ReplayMessage(string Exchange, string RoutingKey, BasicProperties Properties, byte[] Body)
{
    /// <summary>The replay's id: when the message fails again, its letter tells by it which replay that was.</summary>
    public const string ReplayHeader = "x-replay-id";

    /// <summary>By our publisher, where no queue took it, and it was put into the queue of those itself.</summary>
    public const string OriginalExchangeHeader = "x-original-exchange";

    // What MassTransit and the broker wrote when they gave it up.
    private static readonly string[] FaultPrefixes = ["MT-Fault-", "MT-Host-", "x-first-death-", "x-last-death-"];

    // CC and BCC would take it to other queues as well.
    private static readonly string[] Faults =
        ["MT-Reason", "x-death", LetterHeaders.DeliveryCount, OriginalExchangeHeader, ReplayHeader, "CC", "BCC"];

    public static ReplayMessage Make(ReplayDue due, WrittenHeaders written, byte[] body)
    {
        var properties = new BasicProperties(written.Properties);
        var headers = (properties.Headers ?? new Dictionary<string, object?>()).Where(h => !IsOfFailure(h.Key))
            .ToDictionary(h => h.Key, h => h.Value);
        headers[ReplayHeader] = due.ReplayId.ToString();
        properties.Headers = headers;
        // The broker takes it only from the user himself.
        properties.ClearUserId();
        return due.ToExchange
            ? new ReplayMessage(due.Destination, RoutingKeyOf(written), properties, body)
            : new ReplayMessage("", due.Destination, properties, body);
    }

    /// <summary>Of a letter that no queue took: where it was published to. Null where nobody knows.</summary>
    public static string? OriginalExchange(WrittenHeaders written) =>
        LetterHeaders.Text(written.Properties, OriginalExchangeHeader) is { Length: > 0 } original
            ? original
            : written.Exchange is { Length: > 0 } exchange ? exchange : null;

    private static string RoutingKeyOf(WrittenHeaders written) => written.Exchange.Length > 0 ? written.RoutingKey : "";

    private static bool IsOfFailure(string header) =>
        Faults.Contains(header) || FaultPrefixes.Any(p => header.StartsWith(p, StringComparison.Ordinal));
}

/// <summary>A claimed replay that this process has to send.</summary>
/// <param name="ReplayId">Its id.</param>
/// <param name="LetterId">The letter.</param>
/// <param name="Destination">A queue or an exchange.</param>
/// <param name="ToExchange">Which of them.</param>
/// <param name="Repeatable">A second copy does no harm there.</param>
/// <param name="LeasedUntil">It is this process's until then, as long as nobody has changed it.</param>
/// <param name="Died">Another process had it in hand, and nobody knows how far it came.</param>
internal sealed record ReplayDue(
    Ulid ReplayId, Ulid LetterId, string Destination, bool ToExchange, bool Repeatable, DateTime LeasedUntil, bool Died);
