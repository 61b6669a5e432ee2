using MassTransit;
using MassTransit.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Payments.Messaging;

namespace Payments.Orchestrator.Requesting;

/// <summary>The front door: queue <c>payment-requested</c>, open to any AMQP client.</summary>
public static class FrontDoorRegistration
{
    /// <summary>
    /// A payment of one order comes in by one message and goes on by four. With as many places as the saga has, the door would take in
    /// twice what can be finished while there is a backlog: what has to wait waits in the queue, where no time limit runs.
    /// </summary>
    private const ushort Prefetch = 250;

    /// <summary>Needs durable messaging and a <c>TokenCipher</c> in the container.</summary>
    /// <param name="services">The container.</param>
    /// <param name="configuration">Not read so far: <c>Endpoints:payment-requested</c> is the endpoint's own.</param>
    public static IServiceCollection AddFrontDoor(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<Intake>();
        services.AddSingleton(EncryptedTokens.OfRequests);
        services.AddSingleton(EncryptedTokens.OfPayments);
        services.AddLoader<IntakeLoader, IntakeKey, IntakeRows>();
        services.AddWriter<AddPaymentWriter>();
        services.AddWriter<AddAliasWriter>();
        services.AddWriter<AddRejectionWriter>();
        return services.Consumes(Routes.FrontDoor);
    }

    public static void AddFrontDoorConsumer(this IBusRegistrationConfigurator bus) =>
        bus.AddConsumer<PaymentRequestedConsumer>();

    public static void FrontDoorEndpoint(
        this IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit) =>
        rabbit.Queue(context, Routes.FrontDoor, endpoint =>
        {
            endpoint.ClearSerialization();
            endpoint.AddSerializer(new SystemTextJsonMessageSerializerFactory());
            endpoint.AddDeserializer(new RawDeliverySerialization(), isDefault: true);
            endpoint.ConfigureConsumer<PaymentRequestedConsumer>(context);
        }, new EndpointOptions { Prefetch = Prefetch });
}
