using MassTransit;
using Payments.Executor.Hearing;
using Payments.Executor.Psp;
using Payments.Hosting;
using Payments.Messaging;

namespace Payments.Executor.Executing;

internal static class ExecutingRegistration
{
    /// <summary>Commands in flight per queue and process, unless <c>Endpoints</c> says otherwise.</summary>
    private const ushort Bulkhead = 100;

    public static IServiceCollection AddExecuting(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddTokenCipher(configuration);
        services.AddSingleton(RequestWriter.Encrypted);
        services.AddPspConnections(configuration);
        services.AddSingleton<OperationRunner>();
        services.AddHearing();
        services.AddLoader<OperationLoader, OperationKey, OperationRows>();
        services.AddWriter<OperationWriter>();
        services.AddWriter<RequestWriter>();
        services.AddSingleton<IDeadlines, WaitingOperations>();
        foreach (var connection in ConnectionsOf(configuration))
            services.Consumes(Routes.Executor(connection), Routes.ExecutorControl(connection));
        services.AddDurableMessaging(configuration, AddConsumers, (context, rabbit) => PlaceConsumers(context, rabbit, configuration));
        return services.AddHostedService<ConnectionReporter>();
    }

    private static void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ChargeOrderConsumer>();
        bus.AddConsumer<AuthorizeOrderConsumer>();
        bus.AddConsumer<CaptureOrderConsumer>();
        bus.AddConsumer<ContinueOrderConsumer>();
        bus.AddConsumer<VoidOrderConsumer>();
        bus.AddConsumer<RefundOrderConsumer>();
        bus.AddConsumer<ResolveOrderConsumer>();
        bus.AddConsumer<ApplyWebhookConsumer>();
    }

    /// <summary>A queue of its own per connection, so that a slow PSP holds up nobody else; undos beside it.</summary>
    private static void PlaceConsumers(
        IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit, IConfiguration configuration)
    {
        foreach (var connection in ConnectionsOf(configuration))
        {
            rabbit.Queue(context, Routes.Executor(connection), endpoint =>
            {
                endpoint.ConfigureConsumer<ChargeOrderConsumer>(context);
                endpoint.ConfigureConsumer<AuthorizeOrderConsumer>(context);
                endpoint.ConfigureConsumer<CaptureOrderConsumer>(context);
                endpoint.ConfigureConsumer<ContinueOrderConsumer>(context);
            }, new EndpointOptions { Prefetch = Bulkhead });
            rabbit.Queue(context, Routes.ExecutorControl(connection), endpoint =>
            {
                endpoint.ConfigureConsumer<VoidOrderConsumer>(context);
                endpoint.ConfigureConsumer<RefundOrderConsumer>(context);
                endpoint.ConfigureConsumer<ResolveOrderConsumer>(context);
                endpoint.ConfigureConsumer<ApplyWebhookConsumer>(context);
            }, new EndpointOptions { Prefetch = Bulkhead });
        }
    }

    private static IEnumerable<string> ConnectionsOf(IConfiguration configuration) =>
        configuration.GetSection($"{PspOptions.Section}:{nameof(PspOptions.Connections)}").GetChildren().Select(c => c.Key);
}
