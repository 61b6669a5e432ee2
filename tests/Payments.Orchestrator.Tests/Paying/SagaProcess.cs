using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Payments.Contracts;
using Payments.Hosting;
using Payments.Messaging;
using Payments.Orchestrator.Paying;
using Payments.Orchestrator.Routing;
using Payments.Testing;

namespace Payments.Orchestrator.Tests.Paying;

/// <summary>A process with the saga alone, on the real servers, in a virtual host of its own: the test is everybody else.</summary>
internal sealed class SagaProcess : IAsyncDisposable
{
    private const string Service = "orchestrator";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly VirtualHost _virtualHost;
    private readonly NpgsqlDataSource _dataSource;
    private readonly WebApplication _app;
    private readonly Task<int> _running;

    private SagaProcess(VirtualHost virtualHost, BrokerClient broker, IConfiguration settings, Action<IServiceCollection>? configure)
    {
        _virtualHost = virtualHost;
        Broker = broker;
        _dataSource = NpgsqlDataSource.Create(settings.GetConnectionString("Database")!);
        _app = Build(settings, configure);
        _running = _app.RunService([]);
    }

    public BrokerClient Broker { get; }

    public CollectedLog Log { get; } = new();

    public Uri Url => new(_app.Urls.Single());

    public static async Task<SagaProcess> Start(Action<IServiceCollection>? configure = null)
    {
        var settings = RunDirectory.Configuration(Service);
        var virtualHost = await VirtualHost.Create(settings);
        var process = new SagaProcess(virtualHost, await BrokerClient.Connect(virtualHost.Uri), settings, configure);
        await Eventually.Async(
            "the process to start",
            Deadline,
            () => Task.FromResult(process._app.Lifetime.ApplicationStarted.IsCancellationRequested || process._running.IsCompleted),
            isOver => isOver);
        return process;
    }

    public async ValueTask DisposeAsync()
    {
        _app.Lifetime.StopApplication();
        (await _running).ShouldBe(0);
        await Broker.DisposeAsync();
        await _virtualHost.DisposeAsync();
        await _dataSource.DisposeAsync();
        Log.Dispose();
    }

    public Task Send<T>(Ulid messageId, T message)
        where T : class =>
        Broker.Send(Routes.PaymentSaga, messageId.ToGuid(), message);

    /// <summary>Holds a payment's row until it is released: the group that is to write it waits.</summary>
    public Task<HeldPayment> Hold(Ulid payment) => HeldPayment.Hold(_dataSource, payment);

    /// <summary>The first column of the first row.</summary>
    public async Task<T> Ask<T>(string sql, Ulid id)
    {
        await using var connection = await _dataSource.OpenConnectionAsync();
        return await connection.Ask<T>(sql, id);
    }

    private WebApplication Build(IConfiguration settings, Action<IServiceCollection>? configure)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddConfiguration(settings);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["RabbitMq:Uri"] = _virtualHost.Uri.ToString(),
            ["Serilog:MinimumLevel:Default"] = "Warning",
            ["Routing:Connections:stripe-a:Psp"] = "stripe",
            ["Routing:Rules:0:Shares:stripe-a"] = "1",
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults(Service);
        builder.Logging.AddProvider(Log);
        configure?.Invoke(builder.Services);
        builder.Services.AddRouting(builder.Configuration);
        builder.Services.AddPaying(builder.Configuration);
        builder.Services.AddDurableMessaging(
            builder.Configuration,
            bus => bus.AddPaymentSaga(),
            (context, rabbit) => rabbit.PaymentSagaEndpoint(context));
        return builder.Build();
    }
}
