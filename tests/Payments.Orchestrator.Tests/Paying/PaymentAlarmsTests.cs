using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Orchestrator.Paying;
using Payments.Testing;

namespace Payments.Orchestrator.Tests.Paying;

/// <summary>What is said of a change that is committed, to whoever reads the log and whoever watches the metrics.</summary>
public sealed class PaymentAlarmsTests : IDisposable
{
    private readonly Ulid _payment = Ulid.NewUlid();
    private readonly List<string> _counted = [];
    private readonly CollectedLog _log = new();
    private readonly MeterListener _listener = new();
    private readonly ServiceProvider _services;

    public PaymentAlarmsTests()
    {
        _services = new ServiceCollection()
            .AddMetrics()
            .AddLogging(log => log.AddProvider(_log))
            .AddSingleton<PaymentAlarms>()
            .BuildServiceProvider();
        var meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
            _counted.Add($"{instrument.Name} {count} {string.Join(' ', tags.ToArray().Select(t => t.Value))}"));
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    /// <summary>Nobody hears the event: money moved that the saga does not count on.</summary>
    [Fact]
    public void Committed_ALateOutcome_IsWarnedOfWithItsIdsAndCounted()
    {
        Committed("Failed", "Failed", new LateOutcomeObserved
        {
            PaymentId = _payment,
            OrderId = "order-1",
            OperationId = $"{_payment}/order-1/charge/1",
            Outcome = nameof(OrderCaptured),
            Status = "Declined",
        });

        var text = _log.Warnings.ShouldHaveSingleItem();
        foreach (var word in (string[])[$"Payment {_payment}", "order-1", $"{_payment}/order-1/charge/1", "OrderCaptured", "Declined"])
            text.ShouldContain(word);
        _counted.ShouldBe(["payments.late_outcomes 1 OrderCaptured Declined"]);
    }

    [Fact]
    public void Committed_ADebtThatParks_IsWarnedOfTwice()
    {
        Committed("Refunding", "Parked", Debt(), Parked());

        _log.Warnings.Count.ShouldBe(2);
        _log.Warnings.First().ShouldContain("order-1 failed (refund_failed): 1000 minor units of EUR are owed");
        _log.Warnings.Last().ShouldContain("parked in Refunding (compensation_debt:refund_failed)");
        _counted.ShouldBe(["payments.debts_opened 1 refund_failed", "payments.parked 1 compensation_debt:refund_failed"]);
    }

    [Fact]
    public void Committed_TheDailyReminder_IsNoNewAlarm()
    {
        Committed("Parked", "Parked", Parked());

        _log.Warnings.ShouldBeEmpty();
        _counted.ShouldBeEmpty();
    }

    private void Committed(string from, string to, params object[] said)
    {
        var payment = new PaymentState { CorrelationId = _payment.ToGuid(), CurrentState = to };
        var messages = said.Select(m => new PendingMessage(Ulid.NewUlid(), m, m.GetType(), "exchange")).ToArray();
        _services.GetRequiredService<PaymentAlarms>().Committed(new SagaChange<PaymentState, PaymentDeadlineReached>(
            payment, from, new PaymentDeadlineReached { PaymentId = _payment, Epoch = 1 }, Guid.NewGuid(), messages));
    }

    private DebtOpened Debt() => new()
    {
        PaymentId = _payment,
        OrderId = "order-1",
        Amount = new Money(1000, Currency.Eur),
        Reason = "refund_failed",
    };

    private PaymentParked Parked() => new()
    {
        PaymentId = _payment,
        MerchantId = "merchant-1",
        Reason = "compensation_debt:refund_failed",
        ResumeState = "Refunding",
        AtRisk = new Money(1000, Currency.Eur),
    };
}
