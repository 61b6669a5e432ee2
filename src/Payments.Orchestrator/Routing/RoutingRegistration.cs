using MassTransit;
using Payments.Messaging;

namespace Payments.Orchestrator.Routing;

/// <summary>The routing table, the health of its connections, and the answer to what a payment's route would be.</summary>
internal static class RoutingRegistration
{
    public static IServiceCollection AddRouting(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(_ => configuration.GetSection(RoutingOptions.Section).Get<RoutingOptions>() ?? new RoutingOptions());
        services.AddSingleton<RoutingTable>();
        services.AddSingleton<ConnectionHealth>();
        services.AddHostedService<HealthPoller>();
        services.AddWriter<HealthWriter>();
        return services.Consumes(Routes.Routing);
    }

    public static void AddRoutingConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ConnectionHealthConsumer>();
        bus.AddConsumer<ExplainRouteConsumer>();
    }

    public static void RoutingEndpoint(this IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit) =>
        rabbit.Queue(context, Routes.Routing, endpoint =>
        {
            endpoint.ConfigureConsumer<ConnectionHealthConsumer>(context);
            endpoint.ConfigureConsumer<ExplainRouteConsumer>(context);
        });
}
