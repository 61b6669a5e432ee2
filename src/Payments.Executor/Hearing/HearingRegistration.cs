using Payments.Executor.Psp.PayPal;
using Payments.Messaging;

namespace Payments.Executor.Hearing;

internal static class HearingRegistration
{
    /// <summary>Needs durable messaging and the connections in the container; its consumer is placed with those of the commands.</summary>
    public static IServiceCollection AddHearing(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton<WebhookMetrics>();
        services.AddSingleton(provider =>
            new PayPalCertificates(PayPalCertificates.Client(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<WebhookIntake>();
        services.AddSingleton<WebhookReading>();
        services.AddSingleton<IDeadlines, WaitingWebhooks>();
        services.AddLoader<WebhookEventLoader, WebhookEvents, IReadOnlySet<WebhookEvent>>();
        services.AddLoader<WebhookLoader, WebhookKey, WebhookRows>();
        services.AddWriter<AddWebhooksWriter>();
        return services.AddWriter<ProgressWriter>();
    }
}
