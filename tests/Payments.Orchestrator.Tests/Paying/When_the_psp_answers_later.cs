using System.Globalization;
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
    private bool _refundsAreNotAttempted;
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
        (await Debts()).ShouldBe([("order-1", new Money(1000, Currency.Eur), "not_yet_settled")]);
        RefundsSent().ShouldBe(Enumerable.Range(1, retries + 1).Select(n => Operation("order-1", "refund", n)), ignoreOrder: true);
    }

    /// <summary>The refusals are counted, however the doubts between them ended.</summary>
    [Fact]
    public async Task Should_owe_it_after_as_many_refusals_when_there_were_doubts_between_them()
    {
        await StartRefund();
        var retries = TestRouting.Timetables().RefundRetry("stripe").Count;
        for (var n = 1; n <= retries; n++)
        {
            await _harness.Bus.Publish(RefundInDoubt(n));
            await AwaitRefund(n, Doubt.InDoubt);
            await PassADay();
            await _harness.Bus.Publish(RefundRefused(n, forNow: true));
            (await AwaitRefused(n)).Orders.Single().AskAt.ShouldBe(_time.GetUtcNow() + TimeSpan.FromHours(24), $"after refusal {n}");
            await PassADay();
            await AwaitRefund(n + 1);
        }

        await _harness.Bus.Publish(RefundRefused(retries + 1, forNow: true));

        await Await("Parked", p => p.Orders.Single() is { Status: OrderStatus.RefundDebt, Debt: true });
        (await Debts()).ShouldBe([("order-1", new Money(1000, Currency.Eur), "not_yet_settled")]);
    }

    /// <summary>What may have happened is asked about until a person must look, and never sent under the next number.</summary>
    [Fact]
    public async Task Should_never_send_the_next_refund_while_one_is_in_doubt()
    {
        await StartRefund();
        await _harness.Bus.Publish(RefundRefused(n: 1, forNow: true));
        await AwaitRefused(n: 1);
        await PassADay();
        await AwaitRefund(n: 2);
        await _harness.Bus.Publish(RefundInDoubt(n: 2));
        await AwaitRefund(n: 2, Doubt.InDoubt);

        await PassTimeUntilParked();

        RefundsSent().ShouldBe([Operation("order-1", "refund"), Operation("order-1", "refund", 2)], ignoreOrder: true);
        (await Debts()).ShouldBe([("order-1", new Money(1000, Currency.Eur), "no_answer")]);
        await _harness.Bus.Publish(Refunded(n: 2));
        var ended = await Await("Failed", p => p.Orders.Single().Status == OrderStatus.Refunded);
        ended.Orders.Single().Debt.ShouldBeFalse();
    }

    /// <summary>Order is not kept: the doubt was said before the refusal.</summary>
    [Theory]
    [InlineData(Doubt.InDoubt)]
    [InlineData(Doubt.Pending)]
    internal async Task Should_ask_again_when_a_doubt_is_heard_after_the_refusal(Doubt doubt)
    {
        await StartRefund();
        await _harness.Bus.Publish(RefundRefused(n: 1, forNow: true));
        await AwaitRefused(n: 1);
        if (doubt == Doubt.InDoubt)
            await _harness.Bus.Publish(RefundInDoubt(n: 1));
        else
            await _harness.Bus.Publish(RefundPending(n: 1));
        await AwaitRefund(n: 1, doubt);

        await PassADay();
        RefundsSent().ShouldBe([Operation("order-1", "refund")]);
        await _harness.Bus.Publish(RefundRefused(n: 1, forNow: true));
        await AwaitRefused(n: 1);
        await PassADay();

        (await AwaitRefund(n: 2)).Orders.Single().CountOf(nameof(RefundFailed)).ShouldBe(1, "one refusal, said twice");
    }

    /// <summary>A refund that certainly did not happen is sent again by another timetable, and owed when that one is over.</summary>
    [Fact]
    public async Task Should_owe_a_refund_that_is_never_attempted()
    {
        _refundsAreNotAttempted = true;
        await StartRefund(Doubt.SendAgain);

        await PassTimeUntilParked();

        (await Debts()).ShouldBe([("order-1", new Money(1000, Currency.Eur), "no_answer")]);
        RefundsSent().Length.ShouldBe(1 + TestRouting.Timetables().InDoubt("stripe").Count);
    }

    [Fact]
    public async Task Should_try_a_debt_again_once_for_each_time_a_person_resumes_it()
    {
        await StartRefund();
        await _harness.Bus.Publish(RefundRefused());
        await Await("Parked", p => p.Orders.Single() is { Status: OrderStatus.RefundDebt, Debt: true });

        await Resume();
        await AwaitRefund(n: 2);
        await _harness.Bus.Publish(RefundRefused(n: 2, forNow: true));

        await Await("Parked", p => p.Orders.Single() is { Status: OrderStatus.RefundDebt, Debt: true });
        RefundsSent().ShouldBe([Operation("order-1", "refund"), Operation("order-1", "refund", 2)], ignoreOrder: true);
        (await Debts()).ShouldHaveSingleItem("the same debt");
    }

    /// <summary>The PSP takes its refusal back while the next refund waits for its day.</summary>
    [Fact]
    public async Task Should_not_send_another_refund_when_an_earlier_one_has_succeeded()
    {
        await StartRefund();
        await _harness.Bus.Publish(RefundRefused(n: 1, forNow: true));
        await AwaitRefused(n: 1);
        await PassADay();
        await AwaitRefund(n: 2);
        await _harness.Bus.Publish(RefundRefused(n: 2, forNow: true));
        await AwaitRefused(n: 2);

        await _harness.Bus.Publish(Refunded(n: 1));

        var ended = await Await("Failed", p => p.Orders.Single().Status == OrderStatus.Refunded);
        ended.Orders.Single().OutcomesOf(Operation("order-1", "refund", 1)).ShouldBe([nameof(RefundFailed), nameof(OrderRefunded)]);
        RefundsSent().Length.ShouldBe(2);
    }

    /// <summary>The other one cannot be called back: it is reported, and nothing follows when the PSP does not take it.</summary>
    [Theory]
    [InlineData("refused as one too many")]
    [InlineData("not attempted")]
    public async Task Should_owe_and_send_nothing_when_an_earlier_refund_succeeded_while_another_was_under_way(string end)
    {
        await StartRefund();
        await _harness.Bus.Publish(RefundRefused(n: 1, forNow: true));
        await AwaitRefused(n: 1);
        await PassADay();
        await AwaitRefund(n: 2);

        await _harness.Bus.Publish(Refunded(n: 1));
        await AwaitReport(nameof(OrderRefunded), nameof(OrderStatus.Refunding));
        if (end == "not attempted")
            await _harness.Bus.Publish(RefundNotAttempted(n: 2));
        else
            await _harness.Bus.Publish(RefundRefused(n: 2));

        await Await("Failed", p => p.Orders.Single() is { Status: OrderStatus.Refunded, Debt: false });
        RefundsSent().Length.ShouldBe(2);
        (await _harness.Published.Any<DebtOpened>(Now)).ShouldBeFalse();
    }

    /// <summary>What was owed was given back all the same: whoever resumes it sends nothing.</summary>
    [Fact]
    public async Task Should_settle_a_debt_without_another_refund_when_the_last_one_succeeded_after_all()
    {
        await StartRefund();
        await _harness.Bus.Publish(RefundRefused());
        await Await("Parked", p => p.Orders.Single() is { Status: OrderStatus.RefundDebt, Debt: true });
        await _harness.Bus.Publish(Refunded());
        await AwaitReport(nameof(OrderRefunded), nameof(OrderStatus.RefundDebt));

        await Resume();

        await Await("Failed", p => p.Orders.Single() is { Status: OrderStatus.Refunded, Debt: false });
        (await _harness.Published.Any<DebtSettled>(Now)).ShouldBeTrue();
        RefundsSent().ShouldBe([Operation("order-1", "refund")]);
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

    private async Task StartRefund(Doubt doubt = Doubt.Pending)
    {
        _creditsAreRejected = true;
        await Start(orders: 1);
        await AwaitPending("Resolving", OrderStatus.Charging);
        await _harness.Bus.Publish(Captured("order-1", "charge"));
        await AwaitRefund(n: 1, doubt);
    }

    private Task<PaymentState> AwaitRefused(int n) => Await(
        "Refunding",
        p => p.Orders.Single() is { Doubt: Doubt.RefusedForNow } order && order.OperationId == Operation("order-1", "refund", n));

    private Task<PaymentState> AwaitRefund(int n, Doubt doubt = Doubt.Pending) => Await(
        "Refunding",
        p => p.Orders.Single() is var order && order.Doubt == doubt && order.OperationId == Operation("order-1", "refund", n));

    private Task Resume() =>
        _harness.Bus.Publish(new ResumePayment { PaymentId = _payment, RequestedBy = "maria", Reason = "mended" });

    /// <summary>Deadline after deadline is reached; nobody answers a question.</summary>
    private Task<string> PassTimeUntilParked() => Eventually.Async(
        "the payment to be parked",
        Deadline,
        async () =>
        {
            await PassADay();
            return Payment.CurrentState;
        },
        state => state == "Parked");

    private string[] RefundsSent() =>
        [.. _harness.Sent.Select<RefundOrder>(Now).Select(s => s.Context.Message.OperationId).Distinct()];

    private async Task<(string OrderId, Money Amount, string Reason)[]> Debts()
    {
        (await _harness.Published.Any<DebtOpened>()).ShouldBeTrue();
        return
        [
            .. _harness.Published.Select<DebtOpened>(Now)
                .Select(p => (p.Context.Message.OrderId, p.Context.Message.Amount, p.Context.Message.Reason)),
        ];
    }

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

    private OrderInDoubt RefundInDoubt(int n) => new()
    {
        PaymentId = _payment,
        OrderId = "order-1",
        OperationId = Operation("order-1", "refund", n),
        Reason = "no_answer",
    };

    private OrderPending RefundPending(int n) => new()
    {
        PaymentId = _payment,
        OrderId = "order-1",
        OperationId = Operation("order-1", "refund", n),
    };

    private OrderNotAttempted RefundNotAttempted(int n) => new()
    {
        PaymentId = _payment,
        OrderId = "order-1",
        OperationId = Operation("order-1", "refund", n),
        Reason = "rate_limited",
    };

    private Task Refund(ConsumeContext<RefundOrder> context) => _refundsAreNotAttempted
        ? context.Publish(RefundNotAttempted(int.Parse(context.Message.OperationId.Split('/')[^1], CultureInfo.InvariantCulture)))
        : Pend(context, _payment, context.Message.OrderId, context.Message.OperationId);

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
                        endpoint.Handler<RefundOrder>(Refund);
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
