using System.Text.Json;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Orchestrator.Paying;

/// <summary>The payment's own row. A new one must not exist; an old one must have the version that was loaded.</summary>
internal sealed record SavePayment(PaymentState Payment, bool IsNew) : IWrite;

/// <summary>New and changed orders; guarded by the payment's row, which is saved with them.</summary>
internal sealed record SaveOrders(Guid PaymentId, IReadOnlyList<OrderState> Orders) : IWrite;

/// <summary>One line of the payment's history.</summary>
internal sealed record AppendHistory(
    Guid PaymentId,
    int Sequence,
    string From,
    string Event,
    string To,
    string? OrderId,
    Guid MessageId,
    string[] Sent) : IWrite;

/// <summary>SQL of <see cref="SavePayment"/>.</summary>
internal sealed class PaymentWriter : Writer<SavePayment>
{
    private const string Insert = """
        INSERT INTO payment (payment_id, version, state, outstanding, in_doubt, reason, resume_state, at_risk_minor, batch,
            step_operation_id, step_message_id, firings, deadline_epoch, deadline_at, waits_for, park_reason,
            merchant_id, merchant_reference, idempotency_key, fulfilment_policy, currency, amount_minor, payment_method, errors)
        VALUES ($1, $2 + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, now() + $14::interval, $15, $16,
            $17, $18, $19, $20, $21, $22, $23::jsonb, $24::jsonb)
        ON CONFLICT DO NOTHING
        """;

    /// <summary>$14 is null: no deadline; $17: leave the deadline as it is.</summary>
    private const string Update = """
        UPDATE payment SET version = version + 1, state = $3, outstanding = $4, in_doubt = $5, reason = $6,
            resume_state = $7, at_risk_minor = $8, batch = $9, step_operation_id = $10, step_message_id = $11,
            firings = $12, deadline_epoch = $13,
            deadline_at = CASE WHEN $17 THEN deadline_at ELSE now() + $14::interval END,
            waits_for = $15, park_reason = $16, updated_at = now()
        WHERE payment_id = $1 AND version = $2
        """;

    protected override void Add(WriteBatch batch, SavePayment[] writes)
    {
        foreach (var (payment, isNew) in writes.OrderBy(w => w.Payment.CorrelationId))
        {
            var deadline = payment.ArmDeadline is { } wait && wait != Timeout.InfiniteTimeSpan ? wait : (TimeSpan?)null;
            Npgsql.NpgsqlParameter[] changing =
            [
                Sql.Value(payment.CorrelationId), Sql.Value(payment.Version), Sql.Value(payment.CurrentState),
                Sql.Value(payment.Outstanding), Sql.Value(payment.InDoubt), Sql.Text(payment.Reason),
                Sql.Text(payment.ResumeState), Sql.Value(payment.AtRiskMinor), Sql.Value(payment.Batch),
                Sql.Text(payment.StepOperationId), Sql.Value(payment.StepMessageId?.ToGuid()), Sql.Value(payment.Firings),
                Sql.Value(payment.DeadlineEpoch), Sql.Value(deadline), Sql.Text(payment.WaitsFor),
                Sql.Text(payment.ParkReason),
            ];
            if (isNew)
            {
                batch.AddGuarded(1, Insert,
                [
                    .. changing,
                    Sql.Text(payment.MerchantId), Sql.Text(payment.MerchantReference), Sql.Text(payment.IdempotencyKey),
                    Sql.Text(payment.Amount is null ? null : payment.Policy.ToString()),
                    Sql.Text(payment.Amount?.Currency.Code), Sql.Value(payment.Amount?.Amount),
                    Sql.Text(Json(payment.PaymentMethod)), Sql.Text(Json(payment.Errors)),
                ]);
            }
            else
            {
                batch.AddGuarded(1, Update, [.. changing, Sql.Value(payment.ArmDeadline is null)]);
            }
        }
    }

    private static string? Json<T>(T? value)
        where T : class =>
        value is null ? null : JsonSerializer.Serialize(value, ContractJson.Options);
}

/// <summary>SQL of <see cref="SaveOrders"/>.</summary>
internal sealed class OrdersWriter : Writer<SaveOrders>
{
    private const string Upsert = """
        INSERT INTO payment_order (payment_id, order_id, position, seller_id, amount_minor, fee_minor, description, status,
            doubt, connection, attempt, tried, operation_id, command_id, not_after, looks, outcome, forward_operation_id,
            psp_reference, reason, batch, debt)
        SELECT payment_id, order_id, position, seller_id, amount_minor, fee_minor, description, status, doubt, connection,
            attempt, CASE WHEN tried = '' THEN '{}' ELSE string_to_array(tried, ',') END, operation_id, command_id,
            not_after, looks, outcome, forward_operation_id, psp_reference, reason, batch, debt
        FROM unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::text[],
            $9::text[], $10::text[], $11::int[], $12::text[], $13::text[], $14::uuid[], $15::timestamptz[], $16::int[],
            $17::text[], $18::text[], $19::text[], $20::text[], $21::int[], $22::boolean[])
            AS o (payment_id, order_id, position, seller_id, amount_minor, fee_minor, description, status, doubt, connection,
            attempt, tried, operation_id, command_id, not_after, looks, outcome, forward_operation_id, psp_reference,
            reason, batch, debt)
        ON CONFLICT (payment_id, order_id) DO UPDATE SET
            status = excluded.status, doubt = excluded.doubt, connection = excluded.connection,
            attempt = excluded.attempt, tried = excluded.tried, operation_id = excluded.operation_id,
            command_id = excluded.command_id, not_after = excluded.not_after, looks = excluded.looks,
            outcome = excluded.outcome, forward_operation_id = excluded.forward_operation_id,
            psp_reference = excluded.psp_reference, reason = excluded.reason, batch = excluded.batch, debt = excluded.debt
        """;

    protected override void Add(WriteBatch batch, SaveOrders[] writes)
    {
        var rows = writes
            .SelectMany(w => w.Orders.Select(o => (w.PaymentId, Order: o)))
            .OrderBy(r => r.PaymentId).ThenBy(r => r.Order.OrderId, StringComparer.Ordinal)
            .ToArray();
        batch.Add(
            Upsert,
            Sql.Value(rows.Select(r => r.PaymentId).ToArray()),
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
            Column(o => o.Outcome),
            Column(o => o.ForwardOperationId),
            Column(o => o.PspReference),
            Column(o => o.Reason),
            Column(o => o.Batch),
            Column(o => o.Debt));

        Npgsql.NpgsqlParameter Column<T>(Func<OrderState, T> value) => Sql.Value(rows.Select(r => value(r.Order)).ToArray());
    }
}

/// <summary>SQL of <see cref="AppendHistory"/>.</summary>
internal sealed class HistoryWriter : Writer<AppendHistory>
{
    private const string Insert = """
        INSERT INTO payment_history (payment_id, sequence, from_state, event, to_state, order_id, message_id, sent)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT DO NOTHING
        """;

    protected override void Add(WriteBatch batch, AppendHistory[] writes)
    {
        foreach (var line in writes)
        {
            batch.AddGuarded(1, Insert,
                Sql.Value(line.PaymentId), Sql.Value(line.Sequence), Sql.Value(line.From), Sql.Value(line.Event),
                Sql.Value(line.To), Sql.Text(line.OrderId), Sql.Value(line.MessageId), Sql.Value(line.Sent));
        }
    }
}
