using System.Diagnostics.Metrics;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Orchestrator.Paying;

/// <summary>
/// What a person has to know of, in the log and in the meter <c>Payments.Orchestrator.Paying</c>: events that no other service
/// hears. Raised after the commit; what to do is in running.md, "When money is not where it should be". Event ids 4000 to 4099.
/// </summary>
internal sealed partial class PaymentAlarms : ISagaChangeObserver<PaymentState>
{
    public const string MeterName = "Payments.Orchestrator.Paying";

    private readonly ILogger _logger;
    private readonly Counter<long> _late;
    private readonly Counter<long> _debts;
    private readonly Counter<long> _parked;

    public PaymentAlarms(IMeterFactory meters, ILogger<PaymentAlarms> logger)
    {
        _logger = logger;
        var meter = meters.Create(MeterName);
        _late = meter.CreateCounter<long>(
            "payments.late_outcomes", "{outcome}", "Answers about money that came after their order had ended otherwise.");
        _debts = meter.CreateCounter<long>("payments.debts_opened", "{debt}", "Undos that failed: somebody is owed the amount.");
        _parked = meter.CreateCounter<long>("payments.parked", "{payment}", "Payments that stopped and wait for a person.");
    }

    public void Committed<T>(SagaChange<PaymentState, T> change)
        where T : class
    {
        // One that was parked before is only announced again.
        var wasParked = change.From == nameof(PaymentStateMachine.Parked);
        foreach (var sent in change.Sent)
            Raise(sent.Message, wasParked);
    }

    private void Raise(object said, bool wasParked)
    {
        switch (said)
        {
            case LateOutcomeObserved late:
                LateOutcome(_logger, late.PaymentId, late.OrderId, late.OperationId, late.Outcome, late.Status);
                _late.Add(1, new("outcome", late.Outcome), new("status", late.Status));
                break;
            case DebtOpened debt:
                Debt(_logger, debt.PaymentId, debt.OrderId, debt.Amount.Amount, debt.Amount.Currency.Code, debt.Reason);
                _debts.Add(1, new KeyValuePair<string, object?>("reason", debt.Reason));
                break;
            case PaymentParked parked when !wasParked:
                Parked(
                    _logger,
                    parked.PaymentId,
                    parked.ResumeState,
                    parked.Reason,
                    parked.AtRisk.Amount,
                    parked.AtRisk.Currency.Code);
                _parked.Add(1, new KeyValuePair<string, object?>("reason", parked.Reason));
                break;
        }
    }

    [LoggerMessage(
        4000,
        LogLevel.Warning,
        "Payment {PaymentId}: {Outcome} of {OperationId} came when order {OrderId} was {Status} already. The payment stays as it is: "
            + "look at the PSP where the money is.")]
    private static partial void LateOutcome(
        ILogger logger, Ulid paymentId, string orderId, string operationId, string outcome, string status);

    [LoggerMessage(
        4001,
        LogLevel.Warning,
        "Payment {PaymentId}: the undo of order {OrderId} failed ({Reason}): {AmountMinor} minor units of {Currency} are owed.")]
    private static partial void Debt(
        ILogger logger, Ulid paymentId, string orderId, long amountMinor, string currency, string reason);

    [LoggerMessage(
        4002,
        LogLevel.Warning,
        "Payment {PaymentId} is parked in {ResumeState} ({Reason}) and waits for a person: {AtRiskMinor} minor units of {Currency} "
            + "are at risk.")]
    private static partial void Parked(
        ILogger logger, Ulid paymentId, string resumeState, string reason, long atRiskMinor, string currency);
}
