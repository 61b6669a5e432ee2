using Npgsql;
using NpgsqlTypes;
using Payments.Benchmark.Floor.Storing;

namespace Payments.Benchmark.Floor.Orchestrator;

/// <summary>Where an answer leads a payment.</summary>
/// <param name="State">The payment's next state.</param>
/// <param name="OrderStatus">Its order's.</param>
/// <param name="Batch">Batches sent so far.</param>
/// <param name="OperationId">The batch that is sent; null in the end.</param>
/// <param name="WaitsFor">In words; null in the end, and no deadline then.</param>
internal sealed record Step(string State, string OrderStatus, int Batch, string? OperationId, string? WaitsFor);

/// <summary>The saga's transaction: payments, orders, history, inbox.</summary>
internal sealed class PaymentStatements
{
    private const string InsertPayment = """
        INSERT INTO payment (payment_id, merchant_id, merchant_reference, idempotency_key, fulfilment_policy, currency,
            amount_minor, payment_method, version, state, outstanding, in_doubt, batch, firings, deadline_epoch,
            deadline_at, state_since, waits_for)
        SELECT payment_id, merchant_id, merchant_reference, idempotency_key, fulfilment_policy, currency,
            amount_minor, payment_method::jsonb, 1, 'Capturing', 1, 0, 0, 0, 1,
            now() + interval '60 seconds', now(), 'the PSP''s answers to the captures'
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS p (payment_id, merchant_id, merchant_reference, idempotency_key,
            fulfilment_policy, currency, amount_minor, payment_method)
        """;

    private const string InsertOrder = """
        INSERT INTO payment_order (payment_id, order_id, seller_id, amount_minor, fee_minor, description, connection,
            operation_id, forward_operation_id, command_id, not_after, tried, position, status, doubt, attempt, looks,
            batch, debt)
        SELECT payment_id, order_id, seller_id, amount_minor, fee_minor, description, connection,
            operation_id, operation_id, command_id, not_after, ARRAY[connection], 0, 'Charging', 'None', 1, 0, 0, false
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS o (payment_id, order_id, seller_id, amount_minor,
            fee_minor, description, connection, operation_id, command_id, not_after)
        """;

    private const string UpdatePayment = """
        UPDATE payment AS p
        SET version = p.version + 1, state = s.state, outstanding = 0, batch = s.batch,
            step_operation_id = s.operation_id, step_message_id = s.message_id, firings = 0,
            deadline_epoch = p.deadline_epoch + 1, waits_for = s.waits_for, updated_at = now(),
            deadline_at = CASE WHEN s.waits_for IS NOT NULL THEN now() + interval '60 seconds' END,
            state_since = CASE WHEN s.waits_for IS NOT NULL THEN now() ELSE p.state_since END
        FROM unnest($1, $2, $3, $4, $5, $6, $7) AS s (payment_id, version, state, batch, operation_id, message_id, waits_for)
        WHERE p.payment_id = s.payment_id AND p.version = s.version
        """;

    /// <summary>What an order learns from <c>OrderCaptured</c> stays when later answers only move it on.</summary>
    private const string UpdateOrder = """
        UPDATE payment_order AS o
        SET status = s.status, batch = coalesce(nullif(o.batch, 0), s.batch),
            outcome = coalesce(o.outcome, 'charge/1=OrderCaptured'), psp_reference = coalesce(s.psp_reference, o.psp_reference)
        FROM unnest($1, $2, $3, $4, $5) AS s (payment_id, order_id, status, batch, psp_reference)
        WHERE o.payment_id = s.payment_id AND o.order_id = s.order_id
        """;

    private const string InsertHistory = """
        INSERT INTO payment_history (payment_id, sequence, from_state, event, to_state, order_id, message_id, sent, evidence)
        SELECT payment_id, sequence, from_state, event, to_state, order_id, message_id, ARRAY[sent], evidence::jsonb
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            AS h (payment_id, sequence, from_state, event, to_state, order_id, message_id, sent, evidence)
        """;

    private readonly Column<Guid> _newIds = new(NpgsqlDbType.Uuid);
    private readonly Column<string> _merchants = new(NpgsqlDbType.Text);
    private readonly Column<string?> _references = new(NpgsqlDbType.Text);
    private readonly Column<string> _keys = new(NpgsqlDbType.Text);
    private readonly Column<string> _policies = new(NpgsqlDbType.Text);
    private readonly Column<string> _currencies = new(NpgsqlDbType.Text);
    private readonly Column<long> _amounts = new(NpgsqlDbType.Bigint);
    private readonly Column<string> _methods = new(NpgsqlDbType.Text);
    private readonly Column<string> _newOrders = new(NpgsqlDbType.Text);
    private readonly Column<string> _sellers = new(NpgsqlDbType.Text);
    private readonly Column<long> _fees = new(NpgsqlDbType.Bigint);
    private readonly Column<string?> _descriptions = new(NpgsqlDbType.Text);
    private readonly Column<string> _connections = new(NpgsqlDbType.Text);
    private readonly Column<string> _chargeIds = new(NpgsqlDbType.Text);
    private readonly Column<Guid> _commandIds = new(NpgsqlDbType.Uuid);
    private readonly Column<DateTimeOffset> _notAfters = new(NpgsqlDbType.TimestampTz);

    private readonly Column<Guid> _oldIds = new(NpgsqlDbType.Uuid);
    private readonly Column<int> _versions = new(NpgsqlDbType.Integer);
    private readonly Column<string> _states = new(NpgsqlDbType.Text);
    private readonly Column<int> _batches = new(NpgsqlDbType.Integer);
    private readonly Column<string?> _stepIds = new(NpgsqlDbType.Text);
    private readonly Column<Guid?> _stepMessages = new(NpgsqlDbType.Uuid);
    private readonly Column<string?> _waits = new(NpgsqlDbType.Text);
    private readonly Column<string> _oldOrders = new(NpgsqlDbType.Text);
    private readonly Column<string> _statuses = new(NpgsqlDbType.Text);
    private readonly Column<string?> _pspReferences = new(NpgsqlDbType.Text);

    private readonly Column<Guid> _historyIds = new(NpgsqlDbType.Uuid);
    private readonly Column<int> _sequences = new(NpgsqlDbType.Integer);
    private readonly Column<string> _fromStates = new(NpgsqlDbType.Text);
    private readonly Column<string> _events = new(NpgsqlDbType.Text);
    private readonly Column<string> _toStates = new(NpgsqlDbType.Text);
    private readonly Column<string?> _historyOrders = new(NpgsqlDbType.Text);
    private readonly Column<Guid> _messageIds = new(NpgsqlDbType.Uuid);
    private readonly Column<string> _sent = new(NpgsqlDbType.Text);
    private readonly Column<string?> _evidence = new(NpgsqlDbType.Text);

    private readonly Statements _statements;
    private readonly Inbox _inbox;

    public PaymentStatements(NpgsqlConnection connection)
    {
        _statements = new Statements(connection);
        _statements.Add(
            InsertPayment, _newIds, _merchants, _references, _keys, _policies, _currencies, _amounts, _methods);
        _statements.Add(
            InsertOrder,
            _newIds, _newOrders, _sellers, _amounts, _fees, _descriptions, _connections, _chargeIds, _commandIds, _notAfters);
        _statements.Add(UpdatePayment, _oldIds, _versions, _states, _batches, _stepIds, _stepMessages, _waits);
        _statements.Add(UpdateOrder, _oldIds, _oldOrders, _statuses, _batches, _pspReferences);
        _statements.Add(
            InsertHistory,
            _historyIds, _sequences, _fromStates, _events, _toStates, _historyOrders, _messageIds, _sent, _evidence);
        _inbox = new Inbox(_statements);
    }

    public Task Prepare() => _statements.Prepare();

    public void Clear() => _statements.Clear();

    public void Start(
        PayingDelivery delivery,
        PaymentRequest request,
        string connection,
        string operationId,
        Guid commandId,
        DateTimeOffset notAfter,
        string evidence)
    {
        _newIds.Add(request.PaymentId.Guid);
        _merchants.Add(request.MerchantId);
        _references.Add(request.MerchantReference);
        _keys.Add(request.IdempotencyKey);
        _policies.Add(request.Policy);
        _currencies.Add(request.Amount.Currency);
        _amounts.Add(request.Amount.Amount);
        _methods.Add(delivery.MethodJson!);
        _newOrders.Add(request.OrderId);
        _sellers.Add(request.SellerId);
        _fees.Add(request.Fee?.Amount ?? 0);
        _descriptions.Add(request.Description);
        _connections.Add(connection);
        _chargeIds.Add(operationId);
        _commandIds.Add(commandId);
        _notAfters.Add(notAfter);
        AddHistory(delivery, 1, "Initial", "Capturing", evidence);
        _inbox.Add(delivery);
    }

    public void GoOn(PayingDelivery delivery, Payment payment, Step step, string? evidence)
    {
        _oldIds.Add(delivery.PaymentId.Guid);
        _versions.Add(payment.Version);
        _states.Add(step.State);
        _batches.Add(step.Batch);
        _stepIds.Add(step.OperationId);
        _stepMessages.Add(step.OperationId is null ? null : delivery.Answer.Id);
        _waits.Add(step.WaitsFor);
        _oldOrders.Add(payment.OrderId);
        _statuses.Add(step.OrderStatus);
        _pspReferences.Add(delivery.PspReference);
        AddHistory(delivery, payment.Version + 1, payment.State, step.State, evidence);
        _inbox.Add(delivery);
    }

    public async Task Execute(int deliveries)
    {
        await _statements.Execute();
        // Payments started and payments moved on. One that had moved on before has a line of history of this version.
        if (_statements.Touched(0) + _statements.Touched(2) != deliveries)
            throw new InvalidOperationException("A payment has another version and no line of history for it.");
    }

    private void AddHistory(PayingDelivery delivery, int sequence, string from, string to, string? evidence)
    {
        _historyIds.Add(delivery.PaymentId.Guid);
        _sequences.Add(sequence);
        _fromStates.Add(from);
        _events.Add(delivery.Kind.Type);
        _toStates.Add(to);
        _historyOrders.Add(delivery.OrderId);
        _messageIds.Add(delivery.MessageId);
        _sent.Add(delivery.Answer.Kind.Type);
        _evidence.Add(evidence);
    }
}
