using Microsoft.Extensions.DependencyInjection;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Orchestrator.Paying;
using Payments.Testing;

namespace Payments.Orchestrator.Tests.Paying;

/// <summary>
/// What is committed raises the alarm, and an observer that is broken keeps back neither the others nor the events.
/// </summary>
public sealed class When_an_answer_comes_too_late : IAsyncLifetime
{
    private readonly Ulid _payment = Ulid.NewUlid();
    private SagaProcess _process = null!;

    private BrokerClient Broker => _process.Broker;

    private IReadOnlyCollection<string> Warnings => _process.Log.Warnings;

    public async Task InitializeAsync()
    {
        _process = await SagaProcess.Start(services => services.AddSingleton<ISagaChangeObserver<PaymentState>, Broken>());
        await Broker.Hear<PaymentFailed>();
        await Broker.Hear<LateOutcomeObserved>();
    }

    public async Task DisposeAsync() => await _process.DisposeAsync();

    [Fact]
    public async Task Should_raise_the_alarm_and_publish_although_an_observer_fails()
    {
        await Fail();

        await Capture(Ulid.NewUlid());

        var late = (await Broker.Await<LateOutcomeObserved>(1, m => m.PaymentId == _payment)).ShouldHaveSingleItem().Message;
        (late.Outcome, late.Status).ShouldBe((nameof(OrderCaptured), nameof(OrderStatus.NotAttempted)));
        await Eventually.Async(
            "the alarm",
            TimeSpan.FromSeconds(30),
            () => Task.FromResult(Warnings),
            warnings => warnings.Any(w => w.StartsWith($"Payment {_payment}: OrderCaptured of", StringComparison.Ordinal)));
        Warnings.Count(w => w.StartsWith($"{nameof(Broken)} failed to take note", StringComparison.Ordinal)).ShouldBe(2);
        Warnings.ShouldNotContain(w => w.StartsWith("R-", StringComparison.Ordinal), "a delivery was repeated");
        using var http = new HttpClient { BaseAddress = _process.Url };
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
        await using (var held = await _process.Hold(_payment))
        {
            await Capture(answer);
            await held.AwaitWaiting();

            await held.Ask<object?>(disturbance);
            await held.Release();
        }

        await Broker.Await<LateOutcomeObserved>(1, m => m.PaymentId == _payment);
        (await _process.Ask<int>("SELECT sent FROM inbox WHERE message_id = $1", answer)).ShouldBe(1);
        (await _process.Ask<long>("SELECT count(*) FROM inbox_message WHERE message_id = $1", answer)).ShouldBe(1);
        (await _process.Ask<string[]>("SELECT sent FROM payment_history WHERE message_id = $1", answer))
            .ShouldBe([nameof(LateOutcomeObserved)]);
        Warnings.Count(w => w.StartsWith($"Payment {_payment}: OrderCaptured of", StringComparison.Ordinal)).ShouldBe(1);
        Warnings.ShouldNotContain(w => w.StartsWith("R-", StringComparison.Ordinal), "a delivery was repeated");
    }

    private async Task Fail()
    {
        await _process.Send(Ulid.NewUlid(), WithoutRoute());
        await Broker.Await<PaymentFailed>(1, m => m.PaymentId == _payment);
    }

    private Task Capture(Ulid messageId) => _process.Send(messageId, new OrderCaptured
    {
        PaymentId = _payment,
        OrderId = "order-1",
        OperationId = $"{_payment}/order-1/charge/1",
        PspReference = "pi_1",
        Amount = new Money(1000, Currency.Eur),
    });

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
