using System.Text.Json;
using MassTransit;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Orchestrator.Paying;

/// <summary>How a payment lies in the database: its row, the rows of its orders, its history.</summary>
internal sealed class PaymentStore : ISagaStore<PaymentState>
{
    private const string SelectPayment = """
        SELECT now(), p.version, p.state, p.merchant_id, p.merchant_reference, p.idempotency_key, p.fulfilment_policy,
               p.currency, p.amount_minor, p.payment_method, p.outstanding, p.in_doubt, p.reason, p.resume_state,
               p.at_risk_minor, p.batch, p.step_operation_id, p.step_message_id, p.firings, p.deadline_epoch, p.waits_for, p.park_reason
        FROM (SELECT) AS one LEFT JOIN payment p ON p.payment_id = $1
        """;

    /// <summary>The named order; all of them when its answer may be the last one outstanding, or when none is named.</summary>
    private const string SelectOrders = """
        SELECT o.order_id, o.position, o.seller_id, o.amount_minor, o.fee_minor, o.description, o.status, o.doubt,
               o.connection, o.attempt, o.tried, o.operation_id, o.command_id, o.not_after, o.looks, o.outcome,
               o.forward_operation_id, o.psp_reference, o.reason, o.batch, o.debt
        FROM payment_order o JOIN payment p USING (payment_id)
        WHERE o.payment_id = $1 AND ($2::text IS NULL OR o.order_id = $2 OR p.outstanding <= 1)
        """;

    public async Task<Loaded<PaymentState>> Load<T>(NpgsqlConnection connection, Guid correlationId, T message)
        where T : class
    {
        // Doubt may park the payment, and what is at risk then is counted over all orders.
        var orderId = message is OrderInDoubt ? null : OrderAnswer.Of(message)?.OrderId;
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(SelectPayment) { Parameters = { Sql.Value(correlationId) } },
                new(SelectOrders) { Parameters = { Sql.Value(correlationId), Sql.Text(orderId) } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        await reader.ReadAsync(CancellationToken.None);
        var now = await reader.GetFieldValueAsync<DateTimeOffset>(0, CancellationToken.None);
        if (await reader.IsDBNullAsync(1, CancellationToken.None))
            return new Loaded<PaymentState>(null, now);

        var payment = ReadPayment(reader, correlationId);
        await reader.NextResultAsync(CancellationToken.None);
        while (await reader.ReadAsync(CancellationToken.None))
            payment.AddLoaded(ReadOrder(reader));
        return new Loaded<PaymentState>(payment, now);
    }

    public IEnumerable<IWrite> Writes<T>(SagaChange<PaymentState, T> change)
        where T : class
    {
        var payment = change.Saga;
        yield return new SavePayment(payment, change.IsNew);
        var orders = payment.ChangedOrders().ToArray();
        if (orders.Length > 0)
            yield return new SaveOrders(change.Saga.CorrelationId, orders);
        yield return new AppendHistory(
            payment.CorrelationId,
            payment.Version + 1,
            change.From,
            typeof(T).Name,
            payment.CurrentState,
            OrderAnswer.Of(change.Message)?.OrderId,
            change.MessageId,
            [.. change.Sent.Select(m => m.Type.Name)]);
    }

    private static PaymentState ReadPayment(NpgsqlDataReader reader, Guid correlationId) => new()
    {
        CorrelationId = correlationId,
        Version = reader.GetInt32(1),
        CurrentState = reader.GetString(2),
        MerchantId = reader.GetText(3),
        MerchantReference = reader.GetText(4),
        IdempotencyKey = reader.GetText(5),
        Policy = reader.GetText(6) is { } policy ? Enum.Parse<FulfilmentPolicy>(policy) : default,
        Amount = reader.GetText(7) is { } currency ? new Money(reader.GetInt64(8), Currency.Parse(currency)) : null,
        PaymentMethod = reader.GetText(9) is { } method
            ? JsonSerializer.Deserialize<PaymentMethod>(method, ContractJson.Options)
            : null,
        Outstanding = reader.GetInt32(10),
        InDoubt = reader.GetInt32(11),
        Reason = reader.GetText(12),
        ResumeState = reader.GetText(13),
        AtRiskMinor = reader.IsDBNull(14) ? null : reader.GetInt64(14),
        Batch = reader.GetInt32(15),
        StepOperationId = reader.GetText(16),
        StepMessageId = reader.GetUlid(17),
        Firings = reader.GetInt32(18),
        DeadlineEpoch = reader.GetInt32(19),
        WaitsFor = reader.GetText(20),
        ParkReason = reader.GetText(21),
    };

    private static OrderState ReadOrder(NpgsqlDataReader reader) => new()
    {
        OrderId = reader.GetString(0),
        Position = reader.GetInt32(1),
        SellerId = reader.GetString(2),
        AmountMinor = reader.GetInt64(3),
        FeeMinor = reader.GetInt64(4),
        Description = reader.GetText(5),
        Status = Enum.Parse<OrderStatus>(reader.GetString(6)),
        Doubt = Enum.Parse<Doubt>(reader.GetString(7)),
        Connection = reader.GetText(8),
        Attempt = reader.GetInt32(9),
        Tried = reader.GetFieldValue<string[]>(10),
        OperationId = reader.GetText(11),
        CommandId = reader.GetUlid(12),
        NotAfter = reader.IsDBNull(13) ? null : reader.GetFieldValue<DateTimeOffset>(13),
        Looks = reader.GetInt32(14),
        Outcome = reader.GetText(15),
        ForwardOperationId = reader.GetText(16),
        PspReference = reader.GetText(17),
        Reason = reader.GetText(18),
        Batch = reader.GetInt32(19),
        Debt = reader.GetBoolean(20),
    };
}
