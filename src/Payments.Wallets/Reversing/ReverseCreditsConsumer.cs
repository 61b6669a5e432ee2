using MassTransit;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Wallets.Reversing;

internal sealed class ReverseCreditsConsumer(Deliveries deliveries) : IConsumer<ReverseCredits>
{
    public Task Consume(ConsumeContext<ReverseCredits> context)
    {
        var command = context.Message;
        return deliveries.Settle(context, new Decision<ReversalKey, ReversalRows>(
            command.PaymentId, ReversalDecision.Key(command), rows => ReversalDecision.Decide(command, rows)));
    }
}
