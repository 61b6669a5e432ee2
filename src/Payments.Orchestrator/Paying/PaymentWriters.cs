using System.Text.Json;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Orchestrator.Paying;

/// <summary>
/// The payment's row, and the orders that are new or have changed. A new payment must not exist; an old one must have the version
/// that was loaded. All of one payment in a group are one write, of its last state.
/// </summary>
internal sealed record SavePayment(PaymentState Payment) : IWrite;

/// <summary>One line of the payment's history.</summary>
internal sealed record AppendHistory(
    Guid PaymentId,
    int Sequence,
    string From,
    string Event,
    string To,
    string? OrderId,
    Guid MessageId,
    string[] Sent,
    HistoryEvidence? Evidence) : IWrite;

/// <summary>SQL of <see cref="SavePayment"/>.</summary>
internal sealed class PaymentWriter : Writer<SavePayment>
{
    private const string Insert = """
        INSERT INTO payment (payment_id, version, state, outstanding, in_doubt, reason, resume_state, at_risk_minor, batch,
            step_operation_id, step_message_id, firings, deadline_epoch, deadline_at, waits_for, park_reason, state_since,
            merchant_id, merchant_reference, idempotency_key, fulfilment_policy, currency, amount_minor, payment_method, errors)
        SELECT payment_id, version, state, outstanding, in_doubt, reason, resume_state, at_risk_minor, batch,
            step_operation_id, step_message_id, firings, deadline_epoch, now() + deadline, waits_for, park_reason, state_since,
            merchant_id, merchant_reference, idempotency_key, fulfilment_policy, currency, amount_minor,
            payment_method::jsonb, errors::jsonb
        FROM unnest($1::uuid[], $2::int[], $3::text[], $4::int[], $5::int[], $6::text[], $7::text[], $8::bigint[], $9::int[],
            $10::text[], $11::uuid[], $12::int[], $13::int[], $14::interval[], $15::text[], $16::text[], $17::timestamptz[],
            $18::text[], $19::text[], $20::text[], $21::text[], $22::text[], $23::bigint[], $24::text[], $25::text[])
            AS p (payment_id, version, state, outstanding, in_doubt, reason, resume_state, at_risk_minor, batch,
            step_operation_id, step_message_id, firings, deadline_epoch, deadline, waits_for, park_reason, state_since,
            merchant_id, merchant_reference, idempotency_key, fulfilment_policy, currency, amount_minor, payment_method, errors)
        ON CONFLICT DO NOTHING
        """;

    private const string Update = """
        UPDATE payment AS t SET version = p.version, state = p.state, outstanding = p.outstanding, in_doubt = p.in_doubt,
            reason = p.reason, resume_state = p.resume_state, at_risk_minor = p.at_risk_minor, batch = p.batch,
            step_operation_id = p.step_operation_id, step_message_id = p.step_message_id, firings = p.firings,
            deadline_epoch = p.deadline_epoch,
            deadline_at = CASE WHEN p.keeps_deadline THEN t.deadline_at ELSE now() + p.deadline END,
            waits_for = p.waits_for, park_reason = p.park_reason, state_since = p.state_since, updated_at = now()
        FROM unnest($1::uuid[], $2::int[], $3::text[], $4::int[], $5::int[], $6::text[], $7::text[], $8::bigint[], $9::int[],
            $10::text[], $11::uuid[], $12::int[], $13::int[], $14::interval[], $15::text[], $16::text[], $17::timestamptz[],
            $18::boolean[], $19::int[])
            AS p (payment_id, version, state, outstanding, in_doubt, reason, resume_state, at_risk_minor, batch,
            step_operation_id, step_message_id, firings, deadline_epoch, deadline, waits_for, park_reason, state_since, keeps_deadline,
            loaded)
        WHERE t.payment_id = p.payment_id AND t.version = p.loaded
        """;

    private const string UpsertOrders = """
        INSERT INTO payment_order (payment_id, order_id, position, seller_id, amount_minor, fee_minor, description, status,
            doubt, connection, attempt, tried, operation_id, command_id, not_after, looks, outcome, forward_operation_id,
            psp_reference, reason, batch, debt, asks, ask_at)
        SELECT payment_id, order_id, position, seller_id, amount_minor, fee_minor, description, status, doubt, connection,
            attempt, CASE WHEN tried = '' THEN '{}' ELSE string_to_array(tried, ',') END, operation_id, command_id,
            not_after, looks, outcome, forward_operation_id, psp_reference, reason, batch, debt, asks, ask_at
        FROM unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::text[],
            $9::text[], $10::text[], $11::int[], $12::text[], $13::text[], $14::uuid[], $15::timestamptz[], $16::int[],
            $17::text[], $18::text[], $19::text[], $20::text[], $21::int[], $22::boolean[],
            $23::int[], $24::timestamptz[])
            AS o (payment_id, order_id, position, seller_id, amount_minor, fee_minor, description, status, doubt, connection,
            attempt, tried, operation_id, command_id, not_after, looks, outcome, forward_operation_id, psp_reference,
            reason, batch, debt, asks, ask_at)
        ON CONFLICT (payment_id, order_id) DO UPDATE SET
            status = excluded.status, doubt = excluded.doubt, connection = excluded.connection,
            attempt = excluded.attempt, tried = excluded.tried, operation_id = excluded.operation_id,
            command_id = excluded.command_id, not_after = excluded.not_after, looks = excluded.looks,
            outcome = excluded.outcome, forward_operation_id = excluded.forward_operation_id,
            psp_reference = excluded.psp_reference, reason = excluded.reason, batch = excluded.batch, debt = excluded.debt,
            asks = excluded.asks, ask_at = excluded.ask_at
        """;

    protected override void Add(WriteBatch batch, SavePayment[] writes)
    {
        var payments = writes.Select(w => w.Payment).Distinct().OrderBy(p => p.CorrelationId).ToArray();
        AddNew(batch, Array.FindAll(payments, p => p.Version == 0));
        AddChanged(batch, Array.FindAll(payments, p => p.Version > 0));
        AddOrders(batch, payments);
    }

    private static void AddNew(WriteBatch batch, PaymentState[] payments)
    {
        if (payments.Length == 0)
            return;

        batch.AddGuarded(
            payments.Length,
            Insert,
            [
                .. Changing(payments),
                Column(payments, p => p.MerchantId),
                Column(payments, p => p.MerchantReference),
                Column(payments, p => p.IdempotencyKey),
                Column(payments, p => p.Amount is null ? null : p.Policy.ToString()),
                Column(payments, p => p.Amount?.Currency.Code),
                Column(payments, p => p.Amount?.Amount),
                Column(payments, p => Json(p.PaymentMethod)),
                Column(payments, p => Json(p.Errors)),
            ]);
    }

    private static void AddChanged(WriteBatch batch, PaymentState[] payments)
    {
        if (payments.Length > 0)
        {
            batch.AddGuarded(
                payments.Length,
                Update,
                [.. Changing(payments), Column(payments, p => p.ArmDeadline is null), Column(payments, p => p.Version)]);
        }
    }

    /// <summary>Guarded by the payments' rows, which are written before.</summary>
    private static void AddOrders(WriteBatch batch, PaymentState[] payments)
    {
        var rows = payments
            .SelectMany(p => p.ChangedOrders().OrderBy(o => o.OrderId, StringComparer.Ordinal).Select(o => (p.CorrelationId, Order: o)))
            .ToArray();
        if (rows.Length == 0)
            return;

        batch.Add(
            UpsertOrders,
            Sql.Value(Array.ConvertAll(rows, r => r.CorrelationId)),
            Column(o => o.OrderId),
            Column(o => o.Position),
            Column(o => o.SellerId),
            Column(o => o.AmountMinor),
            Column(o => o.FeeMinor),
            Column(o => o.Description),
            Column(o => o.Status.ToString()),
            Column(o => o.Doubt.ToString()),
            Column(o => o.Connection),
            Column(o => o.Attempt),
            Column(o => string.Join(',', o.Tried)),
            Column(o => o.OperationId),
            Column(o => o.CommandId?.ToGuid()),
            Column(o => o.NotAfter),
            Column(o => o.Looks),
            Column(o => o.Outcomes),
            Column(o => o.ForwardOperationId),
            Column(o => o.PspReference),
            Column(o => o.Reason),
            Column(o => o.Batch),
            Column(o => o.Debt),
            Column(o => o.Asks),
            Column(o => o.AskAt));

        NpgsqlParameter Column<T>(Func<OrderState, T> value) => Sql.Value(Array.ConvertAll(rows, r => value(r.Order)));
    }

    private static NpgsqlParameter[] Changing(PaymentState[] payments) =>
    [
        Column(payments, p => p.CorrelationId),
        Column(payments, p => p.Version + p.Applied),
        Column(payments, p => p.CurrentState),
        Column(payments, p => p.Outstanding),
        Column(payments, p => p.InDoubt),
        Column(payments, p => p.Reason),
        Column(payments, p => p.ResumeState),
        Column(payments, p => p.AtRiskMinor),
        Column(payments, p => p.Batch),
        Column(payments, p => p.StepOperationId),
        Column(payments, p => p.StepMessageId?.ToGuid()),
        Column(payments, p => p.Firings),
        Column(payments, p => p.DeadlineEpoch),
        Column(payments, p => p.ArmDeadline is { } wait && wait != Timeout.InfiniteTimeSpan ? wait : (TimeSpan?)null),
        Column(payments, p => p.WaitsFor),
        Column(payments, p => p.ParkReason),
        Column(payments, p => p.StateSince),
    ];

    private static NpgsqlParameter Column<T>(PaymentState[] payments, Converter<PaymentState, T> value) =>
        Sql.Value(Array.ConvertAll(payments, value));

    private static string? Json<T>(T? value)
        where T : class =>
        value is null ? null : JsonSerializer.Serialize(value, ContractJson.Options);
}

/// <summary>SQL of <see cref="AppendHistory"/>.</summary>
internal sealed class HistoryWriter : Writer<AppendHistory>
{
    private const string Insert = """
        INSERT INTO payment_history (payment_id, sequence, from_state, event, to_state, order_id, message_id, sent, evidence)
        SELECT payment_id, sequence, from_state, event, to_state, order_id, message_id,
            CASE WHEN sent = '' THEN '{}' ELSE string_to_array(sent, ',') END, evidence::jsonb
        FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::text[],
            $9::text[])
            AS h (payment_id, sequence, from_state, event, to_state, order_id, message_id, sent, evidence)
        ON CONFLICT DO NOTHING
        """;

    protected override void Add(WriteBatch batch, AppendHistory[] writes) =>
        batch.AddGuarded(
            writes.Length,
            Insert,
            Sql.Value(Array.ConvertAll(writes, w => w.PaymentId)),
            Sql.Value(Array.ConvertAll(writes, w => w.Sequence)),
            Sql.Value(Array.ConvertAll(writes, w => w.From)),
            Sql.Value(Array.ConvertAll(writes, w => w.Event)),
            Sql.Value(Array.ConvertAll(writes, w => w.To)),
            Sql.Value(Array.ConvertAll(writes, w => w.OrderId)),
            Sql.Value(Array.ConvertAll(writes, w => w.MessageId)),
            Sql.Value(Array.ConvertAll(writes, w => string.Join(',', w.Sent))),
            Sql.Value(Array.ConvertAll(writes, w => PaymentEvidence.Json(w.Evidence))));
}
