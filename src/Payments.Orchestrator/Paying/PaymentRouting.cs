using Payments.Contracts;
using Payments.Orchestrator.Routing;

namespace Payments.Orchestrator.Paying;

/// <summary>Gives each order of a payment its connection.</summary>
internal static class PaymentRouting
{
    public const string NoRoute = "no_route";

    public static OrderState Accept(PaymentState payment, OrderRequest request, int position, RoutingTable routing)
    {
        var order = new OrderState
        {
            OrderId = request.OrderId,
            Position = position,
            SellerId = request.SellerId,
            AmountMinor = request.Amount.Amount,
            FeeMinor = request.PlatformFee?.Amount ?? 0,
            Description = request.Description,
            Status = OrderStatus.Accepted,
        };
        order.Connection = Find(payment, order, routing).Connections is [var first, ..] ? first : null;
        order.Tried = order.Connection is { } connection ? [connection] : [];
        return order;
    }

    public static ConnectionRoute Find(PaymentState payment, OrderState order, RoutingTable routing) =>
        routing.Find(payment.Currency, payment.PaymentMethod!, $"{payment.PaymentId}/{order.OrderId}");

    /// <summary>Orders without a connection end at once; under all-or-nothing the others do as well.</summary>
    public static void EndUnrouted(PaymentState payment)
    {
        if (payment.Orders.All(o => o.Connection is not null))
            return;

        payment.Reason = NoRoute;
        foreach (var order in payment.Orders.Where(o => o.Connection is null || payment.IsTurnedBack))
        {
            order.Status = OrderStatus.NotAttempted;
            order.Reason = NoRoute;
        }
    }
}
