using System.Collections.Frozen;
using Payments.Messaging;
using Payments.Operations.Collecting;

namespace Payments.Operations.Replaying;

/// <summary>Where a letter goes.</summary>
/// <param name="Name">A queue, or the exchange that an unrouted letter was published to.</param>
/// <param name="ToExchange">Which of them.</param>
internal sealed record ReplayDestination(string Name, bool ToExchange)
{
    private static readonly FrozenSet<string> Queues = Topology.WorkQueues([]).ToFrozenSet();
    private static readonly FrozenSet<string> Exchanges = [.. Topology.EventExchanges, .. Queues];
    private static readonly string Executors = Routes.Executor("");

    /// <summary>
    /// Whether a second copy does no harm: our own services know a message by its id, the front door a payment by its key.
    /// </summary>
    public bool IsRepeatable =>
        (ToExchange ? Exchanges : Queues).Contains(Name) || Name.StartsWith(Executors, StringComparison.Ordinal);

    /// <summary>Null where nobody knows.</summary>
    public static ReplayDestination? Of(string queue, string endpoint, WrittenHeaders written, string? redirect)
    {
        if (redirect is not null)
            return new ReplayDestination(redirect, false);
        if (queue == Routes.Unrouted)
            return ReplayMessage.OriginalExchange(written) is { } exchange ? new ReplayDestination(exchange, true) : null;
        return endpoint.Length > 0 ? new ReplayDestination(endpoint, false) : null;
    }
}
