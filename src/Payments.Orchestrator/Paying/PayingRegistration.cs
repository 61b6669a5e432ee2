using MassTransit;
using Payments.Messaging;
using Payments.Orchestrator.Routing;

namespace Payments.Orchestrator.Paying;

internal static class PayingRegistration
{
    public static IServiceCollection AddPaying(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(provider => new ResolutionTimetables(
            provider.GetRequiredService<RoutingTable>(),
            configuration.GetSection(ResolutionOptions.Section).Get<ResolutionOptions>() ?? new ResolutionOptions()));
        services.AddMetrics();
        services.AddSingleton<ISagaChangeObserver<PaymentState>, PaymentAlarms>();
        services.AddWriter<PaymentWriter>();
        services.AddWriter<HistoryWriter>();
        services.AddSingleton<IDeadlines, PaymentDeadlineSource>();
        services.Consumes(Routes.PaymentSaga);
        return services;
    }

    public static void AddPaymentSaga(this IBusRegistrationConfigurator bus) =>
        bus.AddSagaStateMachine<PaymentStateMachine, PaymentState>()
            .DurableRepository<PaymentState, PaymentStore>();

    public static void PaymentSagaEndpoint(this IRabbitMqBusFactoryConfigurator rabbit, IBusRegistrationContext context) =>
        rabbit.Queue(context, Routes.PaymentSaga, endpoint => endpoint.ConfigureSaga<PaymentState>(context));
}
