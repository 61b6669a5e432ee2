using System.Text.Json;
using Microsoft.Extensions.Options;
using Payments.Sandbox.Adyen;
using Payments.Sandbox.Booking;
using Payments.Sandbox.Braintree;
using Payments.Sandbox.Faults;
using Payments.Sandbox.Notifying;
using Payments.Sandbox.PayPal;
using Payments.Sandbox.Square;
using Payments.Sandbox.Stripe;

namespace Payments.Sandbox;

/// <summary>The PSP emulator, running: as a process of its own, or inside a test on real sockets.</summary>
public sealed class SandboxHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SandboxHost(WebApplication app) => _app = app;

    /// <summary>The common address, with a trailing slash.</summary>
    public Uri Address =>
        new(_app.Urls.First() + "/");

    /// <summary>The base address for an adapter: the account's own listener where it has one.</summary>
    public Uri AddressOf(string account) =>
        _app.Services.GetRequiredService<AccountListeners>().PortOf(account) is { } port
            ? new Uri($"http://127.0.0.1:{port}/{account}/")
            : new Uri(Address, account + "/");

    /// <summary>Starts with the settings of files, environment and command line.</summary>
    public static Task<SandboxHost> StartAsync(string[] args) =>
        StartAsync(
            // The settings lie beside the program, wherever it is started from.
            WebApplication.CreateSlimBuilder(
                new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }),
            TimeProvider.System);

    /// <summary>Starts with these settings and no others, and without logs.</summary>
    public static Task<SandboxHost> StartAsync(IReadOnlyDictionary<string, string?> settings, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(settings.GetValueOrDefault("Urls") ?? "http://127.0.0.1:0");
        return StartAsync(builder, time ?? TimeProvider.System);
    }

    public Task WaitForShutdownAsync() => _app.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static async Task<SandboxHost> StartAsync(WebApplicationBuilder builder, TimeProvider time)
    {
        var services = builder.Services;
        services.AddOptions<SandboxOptions>()
            .Bind(builder.Configuration.GetSection(SandboxOptions.Section))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<SandboxOptions>, SandboxOptionsValidator>();
        services.ConfigureHttpJsonOptions(o => o.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.CamelCase);
        // What stalls here is a fault on purpose; nothing waits for it to end.
        services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(1));
        services.AddSingleton(time);
        services.AddSingleton<Book>();
        services.AddSingleton<NotificationQueue>();
        services.AddSingleton<StripeWrites>();
        services.AddSingleton<StripeReads>();
        services.AddSingleton<StripeNotices>();
        services.AddSingleton<StripeServer>();
        services.AddSingleton<SquareWrites>();
        services.AddSingleton<SquareReads>();
        services.AddSingleton<SquareNotices>();
        services.AddSingleton<BraintreeNotices>();
        services.AddSingleton<SquareServer>();
        services.AddSingleton<AdyenNotices>();
        services.AddSingleton<AdyenWrites>();
        services.AddSingleton<AdyenSettlement>();
        services.AddSingleton<AdyenSettler>();
        services.AddSingleton<AdyenServer>();
        services.AddSingleton<BraintreeWrites>();
        services.AddSingleton<BraintreeReads>();
        services.AddSingleton<BraintreeServer>();
        services.AddSingleton<PayPalTokens>();
        services.AddSingleton<PayPalSigner>();
        services.AddSingleton<PayPalNotices>();
        services.AddSingleton<PayPalWrites>();
        services.AddSingleton<PayPalReads>();
        services.AddSingleton<PayPalServer>();
        services.AddSingleton<PspServers>();
        services.AddSingleton<AccountFaults>();
        services.AddSingleton<FaultRules>();
        services.AddSingleton<FaultyWork>();
        services.AddSingleton<FaultyExchange>();
        services.AddSingleton<AccountListeners>();
        services.AddHostedService(s => s.GetRequiredService<AccountListeners>());
        services.AddHostedService(s => s.GetRequiredService<AdyenSettler>());
        services.AddHostedService<NotificationSender>();

        var app = builder.Build();
        app.MapGet("/health/ready", () => Results.Text("ready"));
        app.MapFaults();
        app.MapFaultRules();
        app.MapBook();
        app.Map("/{account}/{**path}", (HttpContext context, string account, string? path, FaultyExchange exchange) =>
            exchange.HandleAsync(context, account, path ?? ""));
        await app.StartAsync();
        return new SandboxHost(app);
    }
}
