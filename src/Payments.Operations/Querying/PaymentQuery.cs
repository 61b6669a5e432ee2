using System.Data;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Payments.Contracts;
using Payments.Operations.Views;

namespace Payments.Operations.Querying;

/// <summary>One payment whole, at one moment; aliases are followed.</summary>
internal sealed class PaymentQuery(IDbContextFactory<OpsByKeyContext> contexts)
{
    public async Task<PaymentDetails?> Find(Ulid id, CancellationToken cancellationToken)
    {
        await using var ops = await contexts.CreateDbContextAsync(cancellationToken);
        // State, orders and history must not contradict each other.
        await using var snapshot = await ops.Database.BeginTransactionAsync(
            IsolationLevel.RepeatableRead, cancellationToken);
        var paymentId = await Resolve(ops, id, cancellationToken);
        var payment = await ops.Payments.SingleOrDefaultAsync(p => p.PaymentId == paymentId, cancellationToken);
        if (payment is null)
            return null;

        var orders = await ops.Orders.Where(o => o.PaymentId == paymentId)
            .OrderBy(o => o.Position).ToListAsync(cancellationToken);
        var history = await ops.History.Where(h => h.PaymentId == paymentId)
            .OrderBy(h => h.Sequence).ToListAsync(cancellationToken);
        return Details(payment, orders, history) with
        {
            Alias = paymentId == id ? null : id,
            Letters = await PaymentLetters.Read(ops, paymentId == id ? [id] : [paymentId, id], cancellationToken),
        };
    }

    /// <summary>The payment an alias stands for, or the id itself.</summary>
    public static async Task<Ulid> Resolve(OpsContext ops, Ulid id, CancellationToken cancellationToken)
    {
        var alias = await ops.Aliases.SingleOrDefaultAsync(a => a.PaymentId == id, cancellationToken);
        return alias?.OriginalPaymentId ?? id;
    }

    private static PaymentDetails Details(
        PaymentView payment, IReadOnlyList<OrderView> orders, IReadOnlyList<HistoryView> history) => new()
        {
            PaymentId = payment.PaymentId,
            MerchantId = payment.MerchantId,
            MerchantReference = payment.MerchantReference,
            IdempotencyKey = payment.IdempotencyKey,
            State = payment.State,
            Amount = Amounts.Read(payment.AmountMinor, payment.Currency),
            FulfilmentPolicy = payment.FulfilmentPolicy is { } policy ? Enum.Parse<FulfilmentPolicy>(policy) : null,
            Reason = payment.Reason,
            WaitsFor = payment.WaitsFor,
            WaitsUntil = payment.WaitsUntil,
            ResumeState = payment.ResumeState,
            AtRisk = payment.AtRiskMinor is null ? null : Amounts.Read(payment.AtRiskMinor, payment.Currency),
            AcceptedAt = payment.AcceptedAt,
            UpdatedAt = payment.UpdatedAt,
            Errors = payment.Errors is { } errors
                ? JsonSerializer.Deserialize<FieldError[]>(errors, ContractJson.Options)
                : null,
            Orders = [.. orders.Select(o => Order(o, payment.AtRiskMinor is not null))],
            History = [.. history.Select(Entry)],
        };

    private static OrderDetails Order(OrderView order, bool isParked) => new()
    {
        OrderId = order.OrderId,
        SellerId = order.SellerId,
        Amount = Amounts.Read(order.AmountMinor, order.Currency),
        PlatformFee = Amounts.Read(order.FeeMinor, order.Currency),
        Status = order.Status,
        Connection = order.Connection,
        PspReference = order.PspReference,
        Reason = order.Reason,
        OperationId = order.OperationId,
        Doubt = order.Doubt == "None" ? null : order.Doubt,
        AtRisk = isParked ? Amounts.Read(order.AtRiskMinor, order.Currency) : null,
    };

    private static HistoryEntry Entry(HistoryView entry) => new()
    {
        Sequence = entry.Sequence,
        From = entry.FromState,
        Event = entry.Event,
        To = entry.ToState,
        At = entry.At,
        OrderId = entry.OrderId,
        MessageId = entry.MessageId,
        Sent = entry.Sent,
        Evidence = entry.Evidence is { } evidence
            ? JsonSerializer.Deserialize<HistoryEvidence>(evidence, ContractJson.Options)
            : null,
    };
}
