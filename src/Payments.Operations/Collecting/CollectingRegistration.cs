using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Payments.Operations.Collecting;

/// <summary>Dead letters come out of the broker into the database.</summary>
internal static class CollectingRegistration
{
    public static void AddCollecting(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<CollectingOptions>()
            .Bind(builder.Configuration.GetSection(CollectingOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(provider => provider.GetRequiredService<IOptions<CollectingOptions>>().Value);
        builder.Services.AddSingleton<BrokerManagement>();
        builder.Services.AddSingleton<KnownPayments>();
        builder.Services.AddSingleton<LetterTable>();
        if (builder.Configuration.GetSection(CollectingOptions.Section).GetValue(nameof(CollectingOptions.Collect), true))
            builder.Services.AddHostedService<DeadLetterCollector>();
    }
}
