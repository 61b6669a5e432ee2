using MassTransit;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Wallets.Crediting;

internal sealed class CreditWalletsConsumer(Deliveries deliveries) : IConsumer<CreditWallets>
{
    public Task Consume(ConsumeContext<CreditWallets> context)
    {
        var command = context.Message;
        return deliveries.Settle(context, new Decision<CreditKey, CreditRows>(
            command.PaymentId, CreditDecision.Key(command), rows => CreditDecision.Decide(command, rows)));
    }
}
