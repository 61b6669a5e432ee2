using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Payments.Benchmark.Floor.Loop;
using Payments.Benchmark.Floor.Storing;
using Payments.Benchmark.Floor.Wire;
using Payments.Contracts;
using Money = Payments.Benchmark.Floor.Wire.Money;

namespace Payments.Benchmark.Floor.Executor;

/// <summary>A <c>ChargeOrder</c>.</summary>
internal sealed class ChargeDelivery : Delivery
{
    public PaymentId PaymentId { get; set; }

    public string OrderId { get; set; } = "";

    public string OperationId { get; set; } = "";

    public string Connection { get; set; } = "";

    public Money Amount { get; set; }

    /// <summary>Encrypted.</summary>
    public string Token { get; set; } = "";

    public DateTimeOffset NotAfter { get; set; }

    /// <summary>The PSP's id of the charge, as the benchmark's free PSP gives it: the same however often it is asked.</summary>
    public string PspReference => $"pi_{PaymentId.Text}.{OrderId}.{Amount.Currency.ToLowerInvariant()}.{Amount.Amount}";
}

/// <summary>
/// Commits the operation with its exact request, under a lease; has the PSP approve it, at no cost; commits the outcome
/// and says <c>OrderCaptured</c>.
/// </summary>
internal sealed class ChargingRole : IRole<ChargeDelivery>
{
    private const string InsertOperation = """
        INSERT INTO operation (operation_id, payment_id, order_id, connection, amount_minor, currency, not_after,
            lease_owner, reference, version, kind, state, forward, lease_until, first_tried_at, last_tried_at, tries)
        SELECT o.*, o.operation_id, 1, 'charge', 'sent', true, now() + interval '30 seconds', now(), now(), 0
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS o (operation_id, payment_id, order_id, connection, amount_minor,
            currency, not_after, lease_owner)
        """;

    private const string InsertRequest = """
        INSERT INTO operation_request (operation_id, request) SELECT * FROM unnest($1, $2)
        """;

    private const string Settle = """
        UPDATE operation AS o
        SET version = o.version + 1, state = 'settled', lease_owner = NULL, lease_until = NULL, tries = o.tries + 1,
            outcome = 'approved', psp_reference = s.psp_reference, psp_status = 'succeeded', settled_at = now()
        FROM unnest($1, $2) AS s (operation_id, psp_reference)
        WHERE o.operation_id = s.operation_id AND o.state = 'sent'
        """;

    private const string TakeOver = """
        UPDATE operation
        SET version = version + 1, lease_owner = $2, lease_until = now() + interval '30 seconds', last_tried_at = now()
        WHERE operation_id = $1 AND state = 'sent' AND lease_until < now()
        """;

    private static readonly TimeSpan LeaseLook = TimeSpan.FromSeconds(1);

    private readonly Column<string> _operationIds = new(NpgsqlDbType.Text);
    private readonly Column<Guid> _paymentIds = new(NpgsqlDbType.Uuid);
    private readonly Column<string> _orderIds = new(NpgsqlDbType.Text);
    private readonly Column<string> _connections = new(NpgsqlDbType.Text);
    private readonly Column<long> _amounts = new(NpgsqlDbType.Bigint);
    private readonly Column<string> _currencies = new(NpgsqlDbType.Text);
    private readonly Column<DateTimeOffset> _notAfters = new(NpgsqlDbType.TimestampTz);
    private readonly Column<Guid> _leaseOwners = new(NpgsqlDbType.Uuid);
    private readonly Column<byte[]> _requests = new(NpgsqlDbType.Bytea);
    private readonly Column<string> _settledIds = new(NpgsqlDbType.Text);
    private readonly Column<string> _pspReferences = new(NpgsqlDbType.Text);
    private readonly EnvelopeWriter _envelope = new();
    private readonly StripeRequest _request;
    private readonly NpgsqlConnection _connection;
    private readonly Statements _begin;
    private readonly Statements _settle;
    private readonly Inbox _inbox;

    private ChargingRole(NpgsqlConnection connection, TokenCipher cipher)
    {
        _connection = connection;
        _request = new StripeRequest(cipher);
        _begin = new Statements(connection);
        _begin.Add(
            InsertOperation, _operationIds, _paymentIds, _orderIds, _connections, _amounts, _currencies, _notAfters,
            _leaseOwners);
        _begin.Add(InsertRequest, _operationIds, _requests);
        _begin.Add("SELECT now()");
        _settle = new Statements(connection);
        _settle.Add(Settle, _settledIds, _pspReferences);
        _inbox = new Inbox(_settle);
    }

    public IReadOnlyList<string> Queues { get; } = [Loop.Queues.ExecutorStripeA, Loop.Queues.ExecutorStripeB];

    public static async Task<ChargingRole> Open(Settings settings)
    {
        var role = new ChargingRole(await Database.Open(settings.Database), Settings.Cipher());
        await role._begin.Prepare();
        await role._settle.Prepare();
        return role;
    }

    public ChargeDelivery Read(string queue, ReadOnlySpan<byte> body)
    {
        var delivery = new ChargeDelivery { Queue = queue };
        var reader = new Utf8JsonReader(body);
        reader.ReadEnvelope(delivery, MessageKind.ChargeOrder);
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("paymentId"u8))
                delivery.PaymentId = reader.NextPaymentId();
            else if (reader.ValueTextEquals("orderId"u8))
                delivery.OrderId = reader.NextText();
            else if (reader.ValueTextEquals("operationId"u8))
                delivery.OperationId = reader.NextText();
            else if (reader.ValueTextEquals("connection"u8))
                delivery.Connection = reader.NextText();
            else if (reader.ValueTextEquals("amount"u8))
                delivery.Amount = reader.NextMoney()!.Value;
            else if (reader.ValueTextEquals("credential"u8))
                delivery.Token = NextToken(ref reader);
            else if (reader.ValueTextEquals("notAfter"u8))
                delivery.NotAfter = reader.NextTime();
            else if (reader.ValueTextEquals("description"u8) || reader.ValueTextEquals("routeLeft"u8))
                reader.SkipValue();
            else
                throw new NotOfTheFlowException($"ChargeOrder has a {reader.GetString()}.");
        }

        return delivery;
    }

    public async Task Commit(IReadOnlyList<ChargeDelivery> batch)
    {
        await Begin(batch);
        // Here the PSP is called, and approves at no cost: nothing of the above may be open any more.
        await Conclude(batch);
    }

    /// <summary>
    /// A run that died between its commits leaves an operation that may have reached the PSP. When its lease has run out it
    /// is asked again under the same key, and approves again what it approved.
    /// </summary>
    public async Task<bool> Recall(ChargeDelivery delivery)
    {
        if (await Inbox.Recall(_connection, delivery))
            return true;

        while (await IsSent(delivery.OperationId))
        {
            await using var takeOver = new NpgsqlCommand(TakeOver, _connection)
            {
                Parameters = { new() { Value = delivery.OperationId }, new() { Value = Ulid.NewUlid().ToGuid() } },
            };
            if (await takeOver.ExecuteNonQueryAsync() == 1)
            {
                await Conclude([delivery]);
                return true;
            }

            await Task.Delay(LeaseLook);
        }

        return await Inbox.Recall(_connection, delivery);
    }

    private static string NextToken(ref Utf8JsonReader reader)
    {
        var token = "";
        reader.Read();
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("token"u8))
                token = reader.NextText();
            else
                reader.SkipValue();
        }

        return token;
    }

    private async Task Begin(IReadOnlyList<ChargeDelivery> batch)
    {
        _begin.Clear();
        foreach (var charge in batch)
        {
            _operationIds.Add(charge.OperationId);
            _paymentIds.Add(charge.PaymentId.Guid);
            _orderIds.Add(charge.OrderId);
            _connections.Add(charge.Connection);
            _amounts.Add(charge.Amount.Amount);
            _currencies.Add(charge.Amount.Currency);
            _notAfters.Add(charge.NotAfter);
            _leaseOwners.Add(Ulid.NewUlid().ToGuid());
            _requests.Add(_request.Encrypted(charge));
        }

        await using var reader = await _begin.Query();
        await reader.ReadAsync();
        var now = reader.GetFieldValue<DateTimeOffset>(0);
        if (batch.FirstOrDefault(charge => charge.NotAfter < now) is { } late)
            throw new NotOfTheFlowException($"{late.OperationId} was not to be begun after {late.NotAfter:O}.");
    }

    private async Task Conclude(IReadOnlyList<ChargeDelivery> batch)
    {
        _settle.Clear();
        foreach (var charge in batch)
        {
            _settledIds.Add(charge.OperationId);
            _pspReferences.Add(charge.PspReference);
            charge.Answer = Answer(charge);
            _inbox.Add(charge);
        }

        await _settle.Execute();
        // Who settled it before us wrote the inbox row as well, on which this transaction would have failed.
        if (_settle.Touched(0) != batch.Count)
            throw new NotOfTheFlowException("An operation was settled without its delivery.");
    }

    private async Task<bool> IsSent(string operationId)
    {
        await using var command = new NpgsqlCommand("SELECT FROM operation WHERE operation_id = $1 AND state = 'sent'", _connection)
        {
            Parameters = { new() { Value = operationId } },
        };
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync();
    }

    private Outgoing Answer(ChargeDelivery charge)
    {
        var json = _envelope.Begin(MessageKind.OrderCaptured, charge);
        json.WriteString("paymentId"u8, charge.PaymentId.Text);
        json.WriteString("orderId"u8, charge.OrderId);
        json.WriteString("operationId"u8, charge.OperationId);
        json.WriteString("pspReference"u8, charge.PspReference);
        json.WriteMoney("amount"u8, charge.Amount);
        return _envelope.End();
    }
}
