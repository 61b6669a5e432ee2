using System.Text.Json;
using MassTransit;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Orchestrator.Paying;

/// <summary>How a payment lies in the database: its row, the rows of its orders, its history.</summary>
internal sealed class PaymentStore : ISagaStore<PaymentState>
{
    private const string SelectNow = "SELECT now()";

    private const string SelectPayments = """
        SELECT payment_id, version, state, merchant_id, merchant_reference, idempotency_key, fulfilment_policy,
               currency, amount_minor, payment_method, outstanding, in_doubt, reason, resume_state,
               at_risk_minor, batch, step_operation_id, step_message_id, firings, deadline_epoch, waits_for, park_reason, state_since
        FROM payment WHERE payment_id = ANY ($1)
        """;

    /// <summary>The named order; all of them when its answer may be the last one outstanding, or when none is named.</summary>
    private const string SelectOrders = """
        SELECT o.payment_id, o.order_id, o.position, o.seller_id, o.amount_minor, o.fee_minor, o.description, o.status,
               o.doubt, o.connection, o.attempt, o.tried, o.operation_id, o.command_id, o.not_after, o.looks, o.outcome,
               o.forward_operation_id, o.psp_reference, o.reason, o.batch, o.debt, o.asks, o.ask_at
        FROM unnest($1::uuid[], $2::text[]) AS k (payment_id, order_id)
        JOIN payment p ON p.payment_id = k.payment_id
        JOIN payment_order o ON o.payment_id = k.payment_id
        WHERE k.order_id IS NULL OR o.order_id = k.order_id OR p.outstanding <= 1
        """;

    /// <summary>Doubt may park the payment, and what is at risk then is counted over all orders.</summary>
    public SagaKey Key<T>(Guid correlationId, T message)
        where T : class =>
        new(correlationId, message is OrderInDoubt ? null : OrderAnswer.Of(message)?.OrderId);

    public void AddCommands(NpgsqlBatch batch, IReadOnlyList<SagaKey> keys)
    {
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SelectNow));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SelectPayments)
        {
            Parameters = { Sql.Value(keys.Select(k => k.CorrelationId).ToArray()) },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SelectOrders)
        {
            Parameters = { Sql.Value(keys.Select(k => k.CorrelationId).ToArray()), Sql.Value(keys.Select(k => k.Part).ToArray()) },
        });
    }

    public async Task<IReadOnlyList<Loaded<PaymentState>>> Read(NpgsqlDataReader reader, IReadOnlyList<SagaKey> keys)
    {
        await reader.ReadAsync(CancellationToken.None);
        var now = reader.GetFieldValue<DateTimeOffset>(0);
        await reader.NextResultAsync(CancellationToken.None);
        var payments = new Dictionary<Guid, PaymentState>(keys.Count);
        while (await reader.ReadAsync(CancellationToken.None))
        {
            var payment = ReadPayment(reader);
            payments.Add(payment.CorrelationId, payment);
        }

        await reader.NextResultAsync(CancellationToken.None);
        while (await reader.ReadAsync(CancellationToken.None))
        {
            // A payment that came between the two statements is not there yet, whatever is seen of its orders.
            if (payments.TryGetValue(reader.GetGuid(0), out var payment))
                payment.AddLoaded(ReadOrder(reader));
        }

        // The gate lets one message of a payment through at a time: no two keys share an instance.
        return [.. keys.Select(k => new Loaded<PaymentState>(payments.GetValueOrDefault(k.CorrelationId), now))];
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
            [.. change.Sent.Select(m => m.Type.Name)],
            PaymentEvidence.Of(change.Message, payment.Routes, change.Sent.Select(m => m.Message)));
    }

    private static PaymentState ReadPayment(NpgsqlDataReader reader) => new()
    {
        CorrelationId = reader.GetGuid(0),
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
        StateSince = reader.IsDBNull(22) ? null : reader.GetFieldValue<DateTimeOffset>(22),
    };

    private static OrderState ReadOrder(NpgsqlDataReader reader) => new()
    {
        OrderId = reader.GetString(1),
        Position = reader.GetInt32(2),
        SellerId = reader.GetString(3),
        AmountMinor = reader.GetInt64(4),
        FeeMinor = reader.GetInt64(5),
        Description = reader.GetText(6),
        Status = Enum.Parse<OrderStatus>(reader.GetString(7)),
        Doubt = Enum.Parse<Doubt>(reader.GetString(8)),
        Connection = reader.GetText(9),
        Attempt = reader.GetInt32(10),
        Tried = reader.GetFieldValue<string[]>(11),
        OperationId = reader.GetText(12),
        CommandId = reader.GetUlid(13),
        NotAfter = reader.IsDBNull(14) ? null : reader.GetFieldValue<DateTimeOffset>(14),
        Looks = reader.GetInt32(15),
        Outcomes = reader.GetText(16),
        ForwardOperationId = reader.GetText(17),
        PspReference = reader.GetText(18),
        Reason = reader.GetText(19),
        Batch = reader.GetInt32(20),
        Debt = reader.GetBoolean(21),
        Asks = reader.GetInt32(22),
        AskAt = reader.IsDBNull(23) ? null : reader.GetFieldValue<DateTimeOffset>(23),
    };
}
