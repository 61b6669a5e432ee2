using Payments.Contracts;
using Payments.Orchestrator.Routing;

namespace Payments.Orchestrator.Paying;

/// <summary>Gives each order of a payment its connection, and says why.</summary>
internal static class PaymentRouting
{
    public const string NoRoute = "no_route";

    public static OrderState Accept(PaymentState payment, RouteChoice choice, OrderRequest request, int position)
    {
        payment.Routes.Add(choice);
        return new OrderState
        {
            OrderId = request.OrderId,
            Position = position,
            SellerId = request.SellerId,
            AmountMinor = request.Amount.Amount,
            FeeMinor = request.PlatformFee?.Amount ?? 0,
            Description = request.Description,
            Status = OrderStatus.Accepted,
            Connection = choice.Connection,
            Tried = choice.Connection is { } connection ? [connection] : [],
        };
    }

    /// <summary>What a request's order asks of the table; the dry run asks the same.</summary>
    public static RouteQuestion Question(PaymentRequested request, OrderRequest order) => new(
        order.OrderId,
        $"{request.PaymentId}/{order.OrderId}",
        order.Amount.Currency.Code,
        request.PaymentMethod,
        request.Orders.Count > 1);

    /// <summary>
    /// Where the order goes on to. What is turned back or waits for a person charges nobody anew, least of all days later.
    /// </summary>
    public static RouteChoice Next(
        PaymentState payment, OrderState order, SettledAttempt settled, RoutingTable routing, ConnectionHealth health)
    {
        var choice = routing.Next(
            Question(payment, order), settled.Cause, settled.Reason, order.Tried, health.Unhealthy);
        if (choice.Connection is not null && payment.IsTurnedBack)
            choice = Forbid(choice, RouteWords.TurnedBack);
        else if (choice.Connection is not null && payment.CurrentState == nameof(PaymentStateMachine.Parked))
            choice = Forbid(choice, RouteWords.Parked);
        payment.Routes.Add(choice);
        return choice;
    }

    /// <summary>Whether the executor may answer at once that it attempted nothing: another connection is left.</summary>
    public static bool IsRouteLeft(PaymentState payment, OrderState order, RoutingTable routing) =>
        !payment.IsTurnedBack &&
        routing.Next(Question(payment, order), RouteWords.NotAttempted, "", order.Tried, new HashSet<string>()).Connection is not null;

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

    private static RouteQuestion Question(PaymentState payment, OrderState order) => new(
        order.OrderId,
        $"{payment.PaymentId}/{order.OrderId}",
        payment.Currency,
        payment.PaymentMethod!,
        // The other orders may not be loaded: one order is the whole amount.
        order.AmountMinor < payment.Amount!.Value.Amount);

    private static RouteChoice Forbid(RouteChoice choice, string because) => choice with
    {
        Connection = null,
        NoneBecause = because,
        Candidates =
        [
            .. choice.Candidates.Select(c =>
                c.Standing == RouteWords.Chosen ? c with { Standing = RouteWords.InReserve } : c),
        ],
    };
}
