using System.Collections.Concurrent;
using MassTransit;
using MassTransit.Logging;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Payments.Contracts;
using Payments.Orchestrator.Paying;
using Payments.Orchestrator.Routing;
using Payments.Testing;
using Xunit.Abstractions;

namespace Payments.Orchestrator.Tests.Paying;

/// <summary>
/// Many payments against a world that declines, refuses, falls silent, doubts, repeats itself and answers late: every
/// payment ends, nothing is dead-lettered, and the books of the world agree with how each order ended.
/// </summary>
public sealed class PaymentSimulationTests(ITestOutputHelper output)
{
    private const int Payments = 250;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);
    private static readonly string[] Connections = [.. TestRouting.Table().Connections];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20261123)]
    public async Task Payments_InAnUnreliableWorld_AllEndWithTheBooksEqual(int seed)
    {
        var world = new SimulatedWorld(seed);
        var faults = new ConcurrentQueue<string>();
        var time = new SimulatedTime();
        var health = new ConnectionHealth();
        await using var provider = Services(world, faults, time, health);
        var harness = provider.GetRequiredService<ITestHarness>();
        await harness.Start();
        var sagas = harness.GetSagaStateMachineHarness<PaymentStateMachine, PaymentState>();
        var requests = Enumerable.Range(0, Payments).Select(n => Request(world, n)).ToArray();
        foreach (var request in requests)
            await harness.Bus.Publish(new StartPayment { PaymentId = request.PaymentId, Request = request });

        var rounds = 0;
        await Eventually.Async(
            "every payment to end",
            Deadline,
            async () =>
            {
                rounds++;
                // Longer than any deadline: each that is armed is reached. Meanwhile breakers open and close.
                time.Pass(PaymentDeadlines.Longest + TimeSpan.FromHours(1));
                health.Replace(Connections.Where(c => world.Draw($"{c}/{rounds}", "health") < 30));
                var open = requests
                    .Select(r => sagas.Sagas.Contains(r.PaymentId.ToGuid()))
                    .Where(p => p is null || !IsTerminal(p))
                    .ToArray();
                foreach (var payment in open.OfType<PaymentState>())
                    await Nudge(harness, payment);
                return open.Length == 0 ? "none open" : $"{open.Length} open, the first: {Describe(open[0])}";
            },
            open => open == "none open" || !faults.IsEmpty);

        faults.ShouldBeEmpty();
        world.SecondAttempts.ShouldBeEmpty("attempts that began while an earlier one of the order was not settled");
        world.FailedOver.ShouldBeGreaterThan(0);
        output.WriteLine($"seed {seed}: {Payments} payments in {rounds} rounds");
        foreach (var request in requests)
            ShouldAgree(world, sagas.Sagas.Contains(request.PaymentId.ToGuid()));
        var ends = requests.GroupBy(r => sagas.Sagas.Contains(r.PaymentId.ToGuid()).CurrentState).ToDictionary(g => g.Key, g => g.Count());
        ends.Keys.ShouldBe(["Completed", "PartiallyCompleted", "Failed"], ignoreOrder: true);
    }

    /// <summary>Time passes: the deadline that is armed is reached. A parked payment is resumed now and then.</summary>
    private static Task Nudge(ITestHarness harness, PaymentState payment) =>
        payment.CurrentState == "Parked"
            ? harness.Bus.Publish(new ResumePayment { PaymentId = payment.PaymentId, RequestedBy = "test", Reason = "again" })
            : harness.Bus.Publish(new PaymentDeadlineReached { PaymentId = payment.PaymentId, Epoch = payment.DeadlineEpoch });

    private static void ShouldAgree(SimulatedWorld world, PaymentState payment)
    {
        payment.Outstanding.ShouldBe(0);
        payment.InDoubt.ShouldBe(0);
        payment.StepOperationId.ShouldBeNull();
        payment.WaitsFor.ShouldBeNull();
        foreach (var order in payment.Orders)
        {
            var key = SimulatedWorld.Key(payment.PaymentId, order.OrderId);
            var what = $"{key} {order.Status} of {payment.CurrentState}";
            var isPaid = order.Status == OrderStatus.Recorded;
            world.Taken.GetValueOrDefault(key).ShouldBe(isPaid ? order.AmountMinor : 0, $"taken by the PSP for {what}");
            world.Held.GetValueOrDefault(key).ShouldBe(0, $"held by the PSP for {what}");
            world.Credited.GetValueOrDefault(key).ShouldBe(isPaid ? order.AmountMinor - order.FeeMinor : 0, $"in the wallet for {what}");
            world.Recorded.GetValueOrDefault(key).ShouldBe(isPaid ? order.AmountMinor : 0, $"recorded for {what}");
            world.Unallocated.GetValueOrDefault(key).ShouldBe(0, $"unallocated for {what}");
            order.Debt.ShouldBeFalse(what);
        }

        if (payment.Policy == FulfilmentPolicy.AllOrNothing)
            payment.CurrentState.ShouldNotBe("PartiallyCompleted");
    }

    private static string Deepest(ExceptionInfo exception) =>
        exception.InnerException is { } inner ? Deepest(inner) : exception.Message;

    private static string Describe(PaymentState? payment) => payment is null
        ? "not started"
        : $"{payment.PaymentId} {payment.CurrentState} {payment.Policy} outstanding {payment.Outstanding} in doubt {payment.InDoubt} "
            + $"step {payment.StepOperationId} [{string.Join("; ", payment.Orders.Select(o => $"{o.Status} {o.Doubt} {o.OperationId}"))}]";

    private static bool IsTerminal(PaymentState payment) =>
        payment.CurrentState is "Completed" or "PartiallyCompleted" or "Failed" or "Rejected";

    private static PaymentRequested Request(SimulatedWorld world, int n)
    {
        // Operation ids are made of it, and all chance is drawn from those.
        var id = Ulid.Parse($"01{world.Seed:D12}{n:D12}");
        var orders = 1 + (world.Draw($"{n}", "orders") % 5);
        return new PaymentRequested
        {
            PaymentId = id,
            IdempotencyKey = $"key-{n}",
            MerchantId = "shop",
            PaymentMethod = new PaymentMethod
            {
                Type = "card",
                Credentials =
                [
                    .. new[] { "stripe", "adyen", "braintree" }
                        .Select(psp => new Credential { Psp = psp, Token = "enc:k1:x", Reusable = true }),
                ],
            },
            FulfilmentPolicy = world.Draw($"{n}", "policy") < 50 ? FulfilmentPolicy.AllOrNothing : FulfilmentPolicy.BestEffort,
            Orders = [.. Enumerable.Range(1, orders).Select(o => new OrderRequest
            {
                OrderId = $"order-{o}",
                SellerId = $"seller-{o}",
                Amount = new Money(1000 * o, Currency.Eur),
                PlatformFee = new Money(100, Currency.Eur),
            })],
        };
    }

    private static ServiceProvider Services(
        SimulatedWorld world, ConcurrentQueue<string> faults, TimeProvider time, ConnectionHealth health) =>
        new ServiceCollection()
            .AddSingleton(TestRouting.Table())
            .AddSingleton(TestRouting.Timetables())
            .AddSingleton(health)
            .AddSingleton(time)
            // A hundred thousand messages: what the harness says of each takes longer than the messages.
            .Configure<TextWriterLoggerOptions>(o => o.LogLevel = LogLevel.Warning)
            .AddMassTransitTestHarness(bus =>
            {
                bus.AddSagaStateMachine<PaymentStateMachine, PaymentState>().InMemoryRepository();
                bus.UsingInMemory((context, memory) =>
                {
                    memory.ReceiveEndpoint("payment-saga", endpoint => endpoint.ConfigureSaga<PaymentState>(context));
                    foreach (var connection in Connections)
                    {
                        memory.ReceiveEndpoint($"executor-{connection}", endpoint =>
                        {
                            endpoint.ConfigureConsumeTopology = false;
                            endpoint.Handler<ChargeOrder>(c => world.Execute(c, "charge", c.Message.PaymentId, c.Message.OrderId, c.Message.OperationId, c.Message.Amount, connection));
                            endpoint.Handler<AuthorizeOrder>(c => world.Execute(c, "authorize", c.Message.PaymentId, c.Message.OrderId, c.Message.OperationId, c.Message.Amount, connection));
                            endpoint.Handler<CaptureOrder>(c => world.Execute(c, "capture", c.Message.PaymentId, c.Message.OrderId, c.Message.OperationId, c.Message.Amount, connection));
                        });
                        memory.ReceiveEndpoint($"executor-{connection}-control", endpoint =>
                        {
                            endpoint.ConfigureConsumeTopology = false;
                            endpoint.Handler<VoidOrder>(c => world.Execute(c, "void", c.Message.PaymentId, c.Message.OrderId, c.Message.OperationId, c.Message.Amount, connection));
                            endpoint.Handler<RefundOrder>(c => world.Execute(c, "refund", c.Message.PaymentId, c.Message.OrderId, c.Message.OperationId, c.Message.Amount, connection));
                            endpoint.Handler<ResolveOrder>(c => world.Resolve(c, c.Message));
                        });
                    }

                    memory.ReceiveEndpoint("wallets", endpoint =>
                    {
                        endpoint.ConfigureConsumeTopology = false;
                        endpoint.Handler<CreditWallets>(c => world.Credit(c, c.Message));
                        endpoint.Handler<ReverseCredits>(c => world.Reverse(c, c.Message));
                    });
                    memory.ReceiveEndpoint("ledger", endpoint =>
                    {
                        endpoint.ConfigureConsumeTopology = false;
                        endpoint.Handler<RecordJournal>(c => world.Record(c, c.Message));
                    });
                    memory.ReceiveEndpoint("faults", endpoint => endpoint.Handler<Fault>(c =>
                    {
                        faults.Enqueue(string.Join("; ", c.Message.Exceptions.Select(Deepest)));
                        return Task.CompletedTask;
                    }));
                });
            })
            .BuildServiceProvider(validateScopes: true);
}
