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

    private const string OrderColumns = """
        o.payment_id, o.order_id, o.position, o.seller_id, o.amount_minor, o.fee_minor, o.description, o.status, o.doubt,
        o.connection, o.attempt, o.tried, o.operation_id, o.command_id, o.not_after, o.looks, o.outcome, o.forward_operation_id,
        o.psp_reference, o.reason, o.batch, o.debt, o.asks, o.ask_at
        """;

    /// <summary>
    /// The named orders; all of a payment's when one of so many answers may be the last one outstanding, or when none is named.
    /// </summary>
    private const string SelectOrders = $"""
        SELECT {OrderColumns}
        FROM unnest($1::uuid[], $2::int[]) AS k (payment_id, answers)
        JOIN payment p ON p.payment_id = k.payment_id AND (k.answers IS NULL OR p.outstanding <= k.answers)
        JOIN payment_order o ON o.payment_id = k.payment_id
        UNION ALL
        SELECT {OrderColumns}
        FROM unnest($3::uuid[], $4::text[], $5::int[]) AS k (payment_id, order_id, answers)
        JOIN payment p ON p.payment_id = k.payment_id AND p.outstanding > k.answers
        JOIN payment_order o ON o.payment_id = k.payment_id AND o.order_id = k.order_id
        """;

    /// <summary>Doubt may park the payment, and what is at risk then is counted over all orders.</summary>
    public SagaKey Key<T>(Guid correlationId, T message)
        where T : class =>
        new(correlationId, message is OrderInDoubt ? null : OrderAnswer.Of(message)?.OrderId);

    public void AddCommands(NpgsqlBatch batch, IReadOnlyList<SagaKey> keys)
    {
        // An answer ends one outstanding order at most: a payment with no more outstanding than it has answers here may come to its last.
        var payments = keys
            .GroupBy(k => k.CorrelationId, (id, ofPayment) => (Id: id, Orders: ofPayment.Select(k => k.Part).ToArray()))
            .Select(p => (p.Id, p.Orders, Answers: p.Orders.Contains(null) ? (int?)null : p.Orders.Length))
            .ToArray();
        var named = payments
            .Where(p => p.Answers is not null)
            .SelectMany(p => p.Orders.Distinct().Select(orderId => (p.Id, OrderId: orderId, p.Answers)))
            .ToArray();

        batch.BatchCommands.Add(new NpgsqlBatchCommand(SelectNow));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SelectPayments)
        {
            Parameters = { Sql.Value(Array.ConvertAll(payments, p => p.Id)) },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SelectOrders)
        {
            Parameters =
            {
                Sql.Value(Array.ConvertAll(payments, p => p.Id)),
                Sql.Value(Array.ConvertAll(payments, p => p.Answers)),
                Sql.Value(Array.ConvertAll(named, k => k.Id)),
                Sql.Value(Array.ConvertAll(named, k => k.OrderId)),
                Sql.Value(Array.ConvertAll(named, k => k.Answers)),
            },
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

        var loaded = keys.Select(k => k.CorrelationId).Distinct()
            .ToDictionary(id => id, id => new Loaded<PaymentState>(payments.GetValueOrDefault(id), now));
        return [.. keys.Select(k => loaded[k.CorrelationId])];
    }

    public IReadOnlyList<IWrite> Writes<T>(SagaChange<PaymentState, T> change)
        where T : class
    {
        var payment = change.Saga;
        var evidence = PaymentEvidence.Of(change.Message, payment.Routes, change.Sent.Select(m => m.Message));
        payment.EndMessage();
        var line = new AppendHistory(
            payment.CorrelationId,
            payment.Version + payment.Applied,
            change.From,
            typeof(T).Name,
            payment.CurrentState,
            OrderAnswer.Of(change.Message)?.OrderId,
            change.MessageId,
            [.. change.Sent.Select(m => m.Type.Name)],
            evidence);
        return [new SavePayment(payment), line];
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
