using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Payments.Executor.Psp;

internal static class PspRegistration
{
    /// <summary>Binds and checks the section <c>Psp</c> at start, and offers <see cref="PspConnections"/>.</summary>
    public static IServiceCollection AddPspConnections(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PspOptions>().Bind(configuration.GetSection(PspOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PspOptions>, PspOptionsValidator>();
        services.AddSingleton<IValidateOptions<PspOptions>, WebhookOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<PspConnections>();
        return services;
    }
}
