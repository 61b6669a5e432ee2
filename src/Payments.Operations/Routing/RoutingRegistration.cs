using MassTransit;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Operations.Routing;

/// <summary>Which connections a payment would take, without taking any.</summary>
internal static class RoutingRegistration
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void AddClients(IBusRegistrationConfigurator bus) =>
        bus.AddRequestClient<ExplainRoute>(new Uri($"exchange:{Routes.Routing}"), Patience);

    public static void MapRouting(this WebApplication app) =>
        app.MapPost("/v1/routes/explain", ExplainRouteEndpoint.Handle)
            .WithTags("Query").WithName("ExplainRoute")
            .WithSummary("Which connections would this payment's orders take now, and why? Nothing is kept or charged.")
            .Accepts<PaymentRequested>("application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
