using MassTransit;
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

/// <summary>
/// A process with the saga, on the real servers: what is committed raises the alarm, and an observer that is broken keeps back
/// neither the others nor the events.
/// </summary>
public sealed class When_an_answer_comes_too_late : IAsyncLifetime, IDisposable
{
    private const string Service = "orchestrator";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Ulid _payment = Ulid.NewUlid();
    private readonly CollectedLog _log = new();
    private NpgsqlDataSource _dataSource = null!;
    private VirtualHost _virtualHost = null!;
    private WebApplication _app = null!;
    private Task<int> _running = null!;
    private BrokerClient _broker = null!;

    public async Task InitializeAsync()
    {
        var settings = RunDirectory.Configuration(Service);
        _dataSource = NpgsqlDataSource.Create(settings.GetConnectionString("Database")!);
        _virtualHost = await VirtualHost.Create(settings);
        _broker = await BrokerClient.Connect(_virtualHost.Uri);
        await _broker.Hear<PaymentFailed>();
        await _broker.Hear<LateOutcomeObserved>();
        _app = Build(settings);
        _running = _app.RunService([]);
        await Eventually.Async(
            "the process to start",
            Deadline,
            () => Task.FromResult(_app.Lifetime.ApplicationStarted.IsCancellationRequested || _running.IsCompleted),
            isOver => isOver);
    }

    public async Task DisposeAsync()
    {
        _app.Lifetime.StopApplication();
        (await _running).ShouldBe(0);
        await _broker.DisposeAsync();
        await _virtualHost.DisposeAsync();
        await _dataSource.DisposeAsync();
    }

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Should_raise_the_alarm_and_publish_although_an_observer_fails()
    {
        await Fail();

        await Capture(Ulid.NewUlid());

        var late = (await _broker.Await<LateOutcomeObserved>(1, m => m.PaymentId == _payment)).ShouldHaveSingleItem().Message;
        (late.Outcome, late.Status).ShouldBe((nameof(OrderCaptured), nameof(OrderStatus.NotAttempted)));
        await Eventually.Async(
            "the alarm",
            Deadline,
            () => Task.FromResult(_log.Warnings),
            warnings => warnings.Any(w => w.StartsWith($"Payment {_payment}: OrderCaptured of", StringComparison.Ordinal)));
        _log.Warnings.Count(w => w.StartsWith($"{nameof(Broken)} failed to take note", StringComparison.Ordinal)).ShouldBe(2);
        _log.Warnings.ShouldNotContain(w => w.StartsWith("R-", StringComparison.Ordinal), "a delivery was repeated");
        using var http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
        (await http.GetStringAsync(new Uri("metrics", UriKind.Relative)))
            .ShouldContain("payments_late_outcomes_total{outcome=\"OrderCaptured\",status=\"NotAttempted\"} 1\n");
    }

    [Theory]
    [InlineData("UPDATE payment SET version = version + 1 WHERE payment_id = $1")]
    [InlineData("SELECT pg_terminate_backend(pid), $1 FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))")]
    public async Task Should_say_and_tell_it_once_when_it_decides_a_second_time(string disturbance)
    {
        var answer = Ulid.NewUlid();
        await Fail();
        await using var connection = await _dataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await Ask<string>(connection, "SELECT state FROM payment WHERE payment_id = $1 FOR UPDATE", _payment);
        await Capture(answer);
        await Eventually.Async(
            "the saga to be decided and to wait for its row",
            Deadline,
            async () => await Ask<long>(
                connection, "SELECT count(*), $1::uuid FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))", _payment),
            waiting => waiting > 0);

        await Ask<object?>(connection, disturbance, _payment);
        await transaction.CommitAsync();

        await _broker.Await<LateOutcomeObserved>(1, m => m.PaymentId == _payment);
        (await Ask<int>(connection, "SELECT sent FROM inbox WHERE message_id = $1", answer)).ShouldBe(1);
        (await Ask<long>(connection, "SELECT count(*) FROM inbox_message WHERE message_id = $1", answer)).ShouldBe(1);
        (await Ask<string[]>(connection, "SELECT sent FROM payment_history WHERE message_id = $1", answer))
            .ShouldBe([nameof(LateOutcomeObserved)]);
        _log.Warnings.Count(w => w.StartsWith($"Payment {_payment}: OrderCaptured of", StringComparison.Ordinal)).ShouldBe(1);
        _log.Warnings.ShouldNotContain(w => w.StartsWith("R-", StringComparison.Ordinal), "a delivery was repeated");
    }

    /// <summary>The first column of the first row; the default when there is none.</summary>
    private static async Task<T> Ask<T>(NpgsqlConnection connection, string sql, Ulid id)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(Sql.Value(id.ToGuid()));
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private async Task Fail()
    {
        await _broker.Send(Routes.PaymentSaga, Ulid.NewUlid().ToGuid(), WithoutRoute());
        await _broker.Await<PaymentFailed>(1, m => m.PaymentId == _payment);
    }

    private Task Capture(Ulid messageId) => _broker.Send(Routes.PaymentSaga, messageId.ToGuid(), new OrderCaptured
    {
        PaymentId = _payment,
        OrderId = "order-1",
        OperationId = $"{_payment}/order-1/charge/1",
        PspReference = "pi_1",
        Amount = new Money(1000, Currency.Eur),
    });

    private WebApplication Build(IConfiguration settings)
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
        builder.Logging.AddProvider(_log);
        builder.Services.AddSingleton<ISagaChangeObserver<PaymentState>, Broken>();
        builder.Services.AddRouting(builder.Configuration);
        builder.Services.AddPaying(builder.Configuration);
        builder.Services.AddDurableMessaging(
            builder.Configuration,
            bus => bus.AddPaymentSaga(),
            (context, rabbit) => rabbit.PaymentSagaEndpoint(context));
        return builder.Build();
    }

    /// <summary>No connection takes its credential: it fails at once, and no PSP is needed.</summary>
    private StartPayment WithoutRoute() => new()
    {
        PaymentId = _payment,
        Request = new PaymentRequested
        {
            PaymentId = _payment,
            IdempotencyKey = $"key-{_payment}",
            MerchantId = "shop",
            PaymentMethod = new PaymentMethod
            {
                Type = "card",
                Credentials = [new Credential { Psp = "nobody", Token = "enc:k1:x", Reusable = true }],
            },
            Orders = [new OrderRequest { OrderId = "order-1", SellerId = "seller-1", Amount = new Money(1000, Currency.Eur) }],
        },
    };

    private sealed class Broken : ISagaChangeObserver<PaymentState>
    {
        public void Committed<T>(SagaChange<PaymentState, T> change)
            where T : class =>
            throw new InvalidOperationException("It is broken.");
    }
}
