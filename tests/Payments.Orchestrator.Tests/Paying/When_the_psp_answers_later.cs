using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Payments.Contracts;
using Payments.Orchestrator.Paying;
using Payments.Orchestrator.Routing;
using Payments.Testing;

namespace Payments.Orchestrator.Tests.Paying;

/// <summary>A PSP that takes everything in, says so, and answers by webhook only.</summary>
public sealed class When_the_psp_answers_later : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Of what was published up to now; nothing is waited for.</summary>
    private static readonly CancellationToken Now = new(canceled: true);

    private readonly Ulid _payment = Ulid.NewUlid();
    private readonly SimulatedTime _time = new();
    private readonly ServiceProvider _services;
    private readonly ITestHarness _harness;
    private bool _creditsAreRejected;
    private VoidOrder? _void;

    public When_the_psp_answers_later()
    {
        _services = Services();
        _harness = _services.GetRequiredService<ITestHarness>();
    }

    public Task InitializeAsync() => _harness.Start();

    public async Task DisposeAsync() => await _services.DisposeAsync();

    [Fact]
    public async Task Should_complete_a_sale()
    {
        await Start(orders: 1);
        await AwaitPending("Resolving", OrderStatus.Charging);

        await _harness.Bus.Publish(Captured("order-1", "charge"));

        await Await("Completed", _ => true);
    }

    [Fact]
    public async Task Should_complete_authorizations_and_captures()
    {
        await Start(orders: 2);
        await AwaitPending("Resolving", OrderStatus.Authorizing);
        await _harness.Bus.Publish(Authorized("order-1"));
        await _harness.Bus.Publish(Authorized("order-2"));
        var capturing = await AwaitPending("Resolving", OrderStatus.Capturing);
        capturing.Orders.Select(o => o.PspReference).ShouldBe([Reference("order-1", "authorize"), Reference("order-2", "authorize")]);

        await _harness.Bus.Publish(Captured("order-1", "capture"));
        await _harness.Bus.Publish(Captured("order-2", "capture"));

        await Await("Completed", _ => true);
    }

    [Fact]
    public async Task Should_void_the_authorization_when_a_capture_is_refused()
    {
        await Start(orders: 2);
        await AwaitPending("Resolving", OrderStatus.Authorizing);
        await _harness.Bus.Publish(Authorized("order-1"));
        await _harness.Bus.Publish(Authorized("order-2"));
        await AwaitPending("Resolving", OrderStatus.Capturing);
        await _harness.Bus.Publish(Refused("order-1"));
        await _harness.Bus.Publish(Refused("order-2"));
        await AwaitPending("Voiding", OrderStatus.Voiding);
        _void!.PspReference.ShouldBe(Reference(_void.OrderId, "authorize"));

        await _harness.Bus.Publish(Voided("order-1"));
        await _harness.Bus.Publish(Voided("order-2"));

        await Await("Failed", p => p.Orders.All(o => o.Status == OrderStatus.Voided));
    }

    [Fact]
    public async Task Should_wait_for_a_refund_where_it_is()
    {
        await StartRefund();

        await _harness.Bus.Publish(Refunded());

        await Await("Failed", p => p.Orders.Single().Status == OrderStatus.Refunded);
    }

    [Fact]
    public async Task Should_park_a_refund_that_is_refused()
    {
        await StartRefund();

        await _harness.Bus.Publish(RefundRefused());

        await Await("Parked", p => p.Orders.Single() is { Status: OrderStatus.RefundDebt, Debt: true });
    }

    [Fact]
    public async Task Should_send_a_refund_again_that_is_refused_for_now()
    {
        await StartRefund();
        await _harness.Bus.Publish(RefundRefused(n: 1, forNow: true));
        var waiting = await AwaitRefused(n: 1);
        waiting.WaitsFor.ShouldBe("the PSP to give back what it refuses for now (not_yet_settled)");
        waiting.Orders.Single().AskAt.ShouldBe(_time.GetUtcNow() + TimeSpan.FromHours(24));

        await _harness.Bus.Publish(RefundRefused(n: 1, forNow: true));
        await PassADay();
        await AwaitRefund(n: 2);
        await _harness.Bus.Publish(Refunded(n: 2));

        var ended = await Await("Failed", p => p.Orders.Single().Status == OrderStatus.Refunded);
        ended.Orders.Single().Debt.ShouldBeFalse();
        (await _harness.Published.Any<DebtOpened>(Now)).ShouldBeFalse();
    }

    [Fact]
    public async Task Should_owe_a_refund_that_is_refused_for_now_too_often()
    {
        await StartRefund();
        var retries = TestRouting.Timetables().RefundRetry("stripe").Count;
        for (var n = 1; n <= retries; n++)
        {
            await _harness.Bus.Publish(RefundRefused(n, forNow: true));
            await AwaitRefused(n);
            await PassADay();
            await AwaitRefund(n + 1);
        }

        (await _harness.Published.Any<DebtOpened>(Now)).ShouldBeFalse();
        await _harness.Bus.Publish(RefundRefused(retries + 1, forNow: true));

        var parked = await Await("Parked", p => p.Orders.Single() is { Status: OrderStatus.RefundDebt, Debt: true });
        parked.ParkReason.ShouldBe("compensation_debt:not_yet_settled");
        (await _harness.Published.Any<DebtOpened>()).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_believe_a_refund_that_succeeds_after_it_was_refused_for_now()
    {
        await StartRefund();
        await _harness.Bus.Publish(RefundRefused(n: 1, forNow: true));
        await AwaitRefused(n: 1);

        await _harness.Bus.Publish(Refunded());

        await Await("Failed", p => p.Orders.Single().Status == OrderStatus.Refunded);
    }

    [Fact]
    public async Task Should_report_a_refund_that_fails_after_it_was_done()
    {
        await StartRefund();
        await _harness.Bus.Publish(Refunded());
        await Await("Failed", _ => true);

        await _harness.Bus.Publish(RefundRefused());

        await AwaitReport(nameof(RefundFailed), nameof(OrderStatus.Refunded));
        Payment.CurrentState.ShouldBe("Failed");
    }

    [Fact]
    public async Task Should_report_a_sale_that_does_not_last()
    {
        await Start(orders: 1);
        await AwaitPending("Resolving", OrderStatus.Charging);
        await _harness.Bus.Publish(Captured("order-1", "charge"));
        await Await("Completed", _ => true);

        await _harness.Bus.Publish(new OrderDeclined
        {
            PaymentId = _payment,
            OrderId = "order-1",
            OperationId = Operation("order-1", "charge"),
            Hard = true,
            Reason = "capture_failed",
        });

        await AwaitReport(nameof(OrderDeclined), nameof(OrderStatus.Recorded));
        Payment.CurrentState.ShouldBe("Completed");
    }

    private PaymentState Payment => _harness.GetSagaStateMachineHarness<PaymentStateMachine, PaymentState>()
        .Sagas.Contains(_payment.ToGuid());

    private async Task StartRefund()
    {
        _creditsAreRejected = true;
        await Start(orders: 1);
        await AwaitPending("Resolving", OrderStatus.Charging);
        await _harness.Bus.Publish(Captured("order-1", "charge"));
        await AwaitPending("Refunding", OrderStatus.Refunding);
    }

    private Task<PaymentState> AwaitRefused(int n) => Await(
        "Refunding",
        p => p.Orders.Single() is { Doubt: Doubt.RefusedForNow } order && order.OperationId == Operation("order-1", "refund", n));

    private Task<PaymentState> AwaitRefund(int n) => Await(
        "Refunding",
        p => p.Orders.Single() is { Doubt: Doubt.Pending } order && order.OperationId == Operation("order-1", "refund", n));

    /// <summary>The deadline that is armed is reached, until the refund is due: no wait is longer than that.</summary>
    private async Task PassADay()
    {
        _time.Pass(TimeSpan.FromHours(24));
        await _harness.Bus.Publish(new PaymentDeadlineReached { PaymentId = _payment, Epoch = Payment.DeadlineEpoch });
    }

    private Task Start(int orders) => _harness.Bus.Publish(new StartPayment
    {
        PaymentId = _payment,
        Request = new PaymentRequested
        {
            PaymentId = _payment,
            IdempotencyKey = "key",
            MerchantId = "shop",
            PaymentMethod = new PaymentMethod
            {
                Type = "card",
                Credentials = [new Credential { Psp = "stripe", Token = "enc:k1:x", Reusable = true }],
            },
            FulfilmentPolicy = FulfilmentPolicy.AllOrNothing,
            Orders = [.. Enumerable.Range(1, orders).Select(o => new OrderRequest
            {
                OrderId = $"order-{o}",
                SellerId = $"seller-{o}",
                Amount = new Money(1000, Currency.Eur),
                PlatformFee = new Money(100, Currency.Eur),
            })],
        },
    });

    private Task<PaymentState> AwaitPending(string state, OrderStatus status) =>
        Await(state, p => p.Orders.All(o => o.Status == status && o.Doubt == Doubt.Pending));

    private Task<PaymentState> Await(string state, Func<PaymentState, bool> until) => Eventually.Async(
        $"the payment to be {state}",
        Deadline,
        () => Task.FromResult(Payment),
        payment => payment is not null && payment.CurrentState == state && until(payment));

    private async Task AwaitReport(string outcome, string status) =>
        (await _harness.Published.Any<LateOutcomeObserved>(
            p => p.Context.Message.Outcome == outcome && p.Context.Message.Status == status)).ShouldBeTrue();

    private string Operation(string orderId, string step, int n = 1) => $"{_payment}/{orderId}/{step}/{n}";

    private string Reference(string orderId, string step) => $"psp/{Operation(orderId, step)}";

    private OrderAuthorized Authorized(string orderId) => new()
    {
        PaymentId = _payment,
        OrderId = orderId,
        OperationId = Operation(orderId, "authorize"),
        PspReference = Reference(orderId, "authorize"),
        Amount = new Money(1000, Currency.Eur),
    };

    private OrderCaptured Captured(string orderId, string step) => new()
    {
        PaymentId = _payment,
        OrderId = orderId,
        OperationId = Operation(orderId, step),
        PspReference = Reference(orderId, step),
        Amount = new Money(1000, Currency.Eur),
    };

    private CaptureRefused Refused(string orderId) => new()
    {
        PaymentId = _payment,
        OrderId = orderId,
        OperationId = Operation(orderId, "capture"),
        Reason = "capture_failed",
    };

    private OrderVoided Voided(string orderId) =>
        new() { PaymentId = _payment, OrderId = orderId, OperationId = Operation(orderId, "void") };

    private OrderRefunded Refunded(int n = 1) => new()
    {
        PaymentId = _payment,
        OrderId = "order-1",
        OperationId = Operation("order-1", "refund", n),
        Amount = new Money(1000, Currency.Eur),
    };

    private RefundFailed RefundRefused(int n = 1, bool forNow = false) => new()
    {
        PaymentId = _payment,
        OrderId = "order-1",
        OperationId = Operation("order-1", "refund", n),
        ForNow = forNow,
        Reason = forNow ? "not_yet_settled" : "refund_failed",
    };

    /// <summary>Every operation has a reference of its own, as modifications have.</summary>
    private static Task Pend(ConsumeContext context, Ulid paymentId, string orderId, string operationId) =>
        context.Publish(new OrderPending
        {
            PaymentId = paymentId,
            OrderId = orderId,
            OperationId = operationId,
            PspReference = $"psp/{operationId}",
        });

    private Task Credit(ConsumeContext<CreditWallets> context) => _creditsAreRejected
        ? context.Publish(new CreditRejected
        {
            PaymentId = _payment,
            OperationId = context.Message.OperationId,
            Credited = [],
            Rejected = [.. context.Message.Lines.Select(l => new LineRejection(l.OrderId, "closed"))],
        })
        : context.Publish(new WalletsCredited { PaymentId = _payment, OperationId = context.Message.OperationId });

    private ServiceProvider Services() =>
        new ServiceCollection()
            .AddSingleton(TestRouting.Table())
            .AddSingleton(TestRouting.Timetables())
            .AddSingleton(new ConnectionHealth())
            .AddSingleton<TimeProvider>(_time)
            .AddMassTransitTestHarness(bus =>
            {
                bus.AddSagaStateMachine<PaymentStateMachine, PaymentState>().InMemoryRepository();
                bus.UsingInMemory((context, memory) =>
                {
                    memory.ReceiveEndpoint("payment-saga", endpoint => endpoint.ConfigureSaga<PaymentState>(context));
                    Serve(memory, "executor-stripe-a", endpoint =>
                    {
                        endpoint.Handler<ChargeOrder>(c => Pend(c, _payment, c.Message.OrderId, c.Message.OperationId));
                        endpoint.Handler<AuthorizeOrder>(c => Pend(c, _payment, c.Message.OrderId, c.Message.OperationId));
                        endpoint.Handler<CaptureOrder>(c => Pend(c, _payment, c.Message.OrderId, c.Message.OperationId));
                    });
                    Serve(memory, "executor-stripe-a-control", endpoint =>
                    {
                        endpoint.Handler<VoidOrder>(c =>
                        {
                            _void = c.Message;
                            return Pend(c, _payment, c.Message.OrderId, c.Message.OperationId);
                        });
                        endpoint.Handler<RefundOrder>(c => Pend(c, _payment, c.Message.OrderId, c.Message.OperationId));
                    });
                    Serve(memory, "wallets", endpoint => endpoint.Handler<CreditWallets>(Credit));
                    Serve(memory, "ledger", endpoint => endpoint.Handler<RecordJournal>(c => c.Publish(new JournalRecorded
                    {
                        PaymentId = _payment,
                        OperationId = c.Message.OperationId,
                        Kind = c.Message.Kind,
                    })));
                });
            })
            .BuildServiceProvider(validateScopes: true);

    private static void Serve(
        IInMemoryBusFactoryConfigurator memory, string queue, Action<IInMemoryReceiveEndpointConfigurator> configure) =>
        memory.ReceiveEndpoint(queue, endpoint =>
        {
            endpoint.ConfigureConsumeTopology = false;
            configure(endpoint);
        });
}
