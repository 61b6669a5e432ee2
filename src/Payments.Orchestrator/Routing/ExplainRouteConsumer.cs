using MassTransit;
using Payments.Contracts;
using Payments.Orchestrator.Paying;
using Payments.Orchestrator.Requesting;

namespace Payments.Orchestrator.Routing;

/// <summary>
/// Answers what a payment's routes would be, by the same reading and the same table as a payment's. A question is not
/// kept: who asks again is answered again.
/// </summary>
internal sealed class ExplainRouteConsumer(RoutingTable routing, ConnectionHealth health) : IConsumer<ExplainRoute>
{
    public Task Consume(ConsumeContext<ExplainRoute> context) =>
        Answer(context.Message.Request, routing, health) switch
        {
            RouteExplained explained => context.RespondAsync(explained),
            var refused => context.RespondAsync((RouteNotExplained)refused),
        };

    internal static object Answer(string request, RoutingTable routing, ConnectionHealth health)
    {
        try
        {
            return Answer(RequestReader.Read(RequestBody.Parse(System.Text.Encoding.UTF8.GetBytes(request))), routing, health);
        }
        catch (NotJsonException exception)
        {
            return new RouteNotExplained { Errors = [new FieldError("", "json", exception.Message)] };
        }
    }

    private static object Answer(RequestReading reading, RoutingTable routing, ConnectionHealth health) => reading switch
    {
        ValidRequest { Request: var request } => new RouteExplained
        {
            PaymentId = request.PaymentId,
            Orders = [.. request.Orders.Select(o => routing.First(PaymentRouting.Question(request, o), health.Unhealthy))],
        },
        _ => new RouteNotExplained { Errors = ((BrokenRequest)reading).Errors },
    };
}
