using MassTransit;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Wallets.Admitting;

internal sealed class UpdateSellerConsumer(Deliveries deliveries, ICommitter committer) : IConsumer<UpdateSeller>
{
    public Task Consume(ConsumeContext<UpdateSeller> context)
    {
        var effects = Decide(context.Message);
        return deliveries.Settle(effects.GateKey, () => committer.Commit(Origin.Delivery(context), effects));
    }

    internal static Effects Decide(UpdateSeller command) =>
        // No payment is concerned: settings of one seller are made one after the other.
        new Effects(GateKey.Of(command.SellerId))
            .Write(new Seller(command.SellerId, command.Closed, command.Currencies?.Select(Known).ToArray()))
            .Publish(new SellerUpdated
            {
                SellerId = command.SellerId,
                Currencies = command.Currencies,
                Closed = command.Closed,
            });

    private static string Known(string code) => Currency.Parse(code).Code;
}
