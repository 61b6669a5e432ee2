using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Payments.Contracts;
using Payments.Hosting;
using Payments.Messaging;
using Payments.Orchestrator.Routing;
using Payments.Testing;

namespace Payments.Orchestrator.Tests.Routing;

/// <summary>A process of the orchestrator with its routing alone, on the real database and broker.</summary>
public sealed class When_breakers_change : IAsyncLifetime
{
    private const string Service = "orchestrator";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-01-31T12:00:00Z");

    // Names of this run's own: what other tests left in the table is about others.
    private readonly string _a = $"a-{Ulid.NewUlid()}";
    private readonly string _b = $"b-{Ulid.NewUlid()}";
    private WebApplication _app = null!;
    private BrokerClient _broker = null!;

    public async Task InitializeAsync()
    {
        _app = Build();
        await _app.StartAsync();
        _broker = await BrokerClient.Connect(Service);
    }

    public async Task DisposeAsync()
    {
        await _broker.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Should_hold_a_connection_for_unhealthy_until_each_process_finds_it_well()
    {
        await Tell(_a, "charge", "host/1", BreakerState.Open, minute: 1);
        await Tell(_a, "charge", "host/2", BreakerState.HalfOpen, minute: 1);
        await Await(_a);

        await Tell(_a, "charge", "host/1", BreakerState.Closed, minute: 2);
        await Tell(_b, "authorize", "host/1", BreakerState.Open, minute: 2);
        await Await(_a, _b);

        await Tell(_a, "charge", "host/2", BreakerState.Closed, minute: 2);
        await Await(_b);
    }

    [Fact]
    public async Task Should_not_go_back_to_an_older_state_nor_mind_captures()
    {
        await Tell(_a, "charge", "host/1", BreakerState.Open, minute: 2);
        await Await(_a);

        await Tell(_a, "charge", "host/1", BreakerState.Closed, minute: 1);
        await Tell(_b, "capture", "host/1", BreakerState.Open, minute: 1);
        await Tell(_b, "charge", "host/1", BreakerState.Open, minute: 1);
        await Await(_a, _b);

        await Tell(_b, "charge", "host/1", BreakerState.Closed, minute: 2);
        await Await(_a);
    }

    private async Task Await(params string[] unhealthy) => await Eventually.Async(
        $"{string.Join(" and ", unhealthy)} to be unhealthy",
        Deadline,
        () => Task.FromResult(_app.Services.GetRequiredService<ConnectionHealth>().Unhealthy.Where(c => c == _a || c == _b).Order()),
        found => found.SequenceEqual(unhealthy.Order()));

    private Task Tell(string connection, string step, string process, BreakerState state, int minute) => _broker.Send(
        Routes.Event(typeof(PspBreakerChanged)),
        Ulid.NewUlid().ToGuid(),
        new PspBreakerChanged
        {
            Connection = connection,
            Step = step,
            Process = process,
            State = state,
            ChangedAt = Noon.AddMinutes(minute),
        });

    private WebApplication Build()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddConfiguration(RunDirectory.Configuration(Service));
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Serilog:MinimumLevel:Default"] = "Warning",
            [$"Routing:Connections:{_a}:Psp"] = "stripe",
            [$"Routing:Connections:{_b}:Psp"] = "stripe",
            [$"Routing:Rules:0:Shares:{_a}"] = "1",
            [$"Routing:Rules:0:Shares:{_b}"] = "1",
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults(Service);
        builder.Services.AddRouting(builder.Configuration);
        builder.Services.AddDurableMessaging(
            builder.Configuration,
            bus => bus.AddRoutingConsumers(),
            (context, rabbit) => context.RoutingEndpoint(rabbit));
        return builder.Build();
    }
}
