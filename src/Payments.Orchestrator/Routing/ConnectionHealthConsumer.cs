using MassTransit;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Orchestrator.Routing;

/// <summary>Keeps the last state of each breaker.</summary>
internal sealed class ConnectionHealthConsumer(RoutingTable routing, ICommitter committer, Deliveries deliveries)
    : IConsumer<PspBreakerChanged>
{
    public Task Consume(ConsumeContext<PspBreakerChanged> context)
    {
        var message = context.Message;
        var effects = new Effects(context.MessageId!.Value);
        // An account that no rule can choose needs no memory.
        if (routing.Connections.Contains(message.Connection))
            effects.Write(new SaveHealth(message.Connection, message.Step, message.Process, message.State, message.ChangedAt));
        return deliveries.Settle(effects.GateKey, () => committer.Commit(Origin.Delivery(context), effects));
    }
}
