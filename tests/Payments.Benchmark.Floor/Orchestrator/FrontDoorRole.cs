using System.Text;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Payments.Benchmark.Floor.Loop;
using Payments.Benchmark.Floor.Storing;
using Payments.Benchmark.Floor.Wire;
using Payments.Contracts;

namespace Payments.Benchmark.Floor.Orchestrator;

/// <summary>A request as it came to the front door, where each delivery gets an id of its own.</summary>
internal sealed class RequestDelivery : Delivery
{
    public PaymentRequest Request { get; } = new();
}

/// <summary>Accepts a request: its key, its document with the tokens encrypted, and a <c>StartPayment</c> to the saga.</summary>
internal sealed class FrontDoorRole : IRole<RequestDelivery>
{
    private const string InsertIntake = """
        INSERT INTO intake (merchant_id, idempotency_key, payment_id, request_hash, start_message_id)
        SELECT * FROM unnest($1, $2, $3, $4, $5)
        """;

    private const string InsertRequest = """
        INSERT INTO payment_request (payment_id, body)
        SELECT payment_id, body::jsonb FROM unnest($1, $2) AS r (payment_id, body)
        """;

    private const string Select = """
        SELECT i.start_message_id, i.request_hash, r.body::text
        FROM intake i JOIN payment_request r USING (payment_id)
        WHERE i.payment_id = $1 AND i.merchant_id = $2 AND i.idempotency_key = $3
        """;

    private readonly Column<string> _merchants = new(NpgsqlDbType.Text);
    private readonly Column<string> _keys = new(NpgsqlDbType.Text);
    private readonly Column<Guid> _paymentIds = new(NpgsqlDbType.Uuid);
    private readonly Column<byte[]> _hashes = new(NpgsqlDbType.Bytea);
    private readonly Column<Guid> _startIds = new(NpgsqlDbType.Uuid);
    private readonly Column<string> _bodies = new(NpgsqlDbType.Text);
    private readonly EnvelopeWriter _envelope = new();
    private readonly RequestWriter _writer;
    private readonly NpgsqlConnection _connection;
    private readonly Statements _statements;
    private readonly Inbox _inbox;

    private FrontDoorRole(NpgsqlConnection connection, TokenCipher cipher)
    {
        _connection = connection;
        _writer = new RequestWriter(cipher);
        _statements = new Statements(connection);
        _inbox = new Inbox(_statements);
        _statements.Add(InsertIntake, _merchants, _keys, _paymentIds, _hashes, _startIds);
        _statements.Add(InsertRequest, _paymentIds, _bodies);
    }

    public IReadOnlyList<string> Queues { get; } = [Loop.Queues.FrontDoor];

    public static async Task<FrontDoorRole> Open(Settings settings)
    {
        var role = new FrontDoorRole(await Database.Open(settings.Database), Settings.Cipher());
        await role._statements.Prepare();
        return role;
    }

    /// <summary>Plain JSON or MassTransit's envelope around it, of which only the message counts.</summary>
    public RequestDelivery Read(string queue, ReadOnlySpan<byte> body)
    {
        var id = Ulid.NewUlid().ToGuid();
        var delivery = new RequestDelivery { Queue = queue, MessageId = id, ConversationId = id };
        var reader = new Utf8JsonReader(body);
        string? stranger = null;
        reader.Read();
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("message"u8))
            {
                ReadMessage(ref reader, delivery.Request);
                return delivery;
            }

            if (delivery.Request.Take(ref reader))
                continue;
            stranger = reader.GetString();
            reader.SkipValue();
        }

        return stranger is null ? delivery : throw new NotOfTheFlowException($"A request has a {stranger}.");
    }

    public async Task Commit(IReadOnlyList<RequestDelivery> batch)
    {
        _statements.Clear();
        foreach (var delivery in batch)
        {
            var request = delivery.Request;
            var startId = Ulid.NewUlid().ToGuid();
            _merchants.Add(request.MerchantId);
            _keys.Add(request.IdempotencyKey);
            _paymentIds.Add(request.PaymentId.Guid);
            _hashes.Add(_writer.Hash(request));
            _startIds.Add(startId);
            var document = _writer.Document(request);
            _bodies.Add(Encoding.UTF8.GetString(document));
            delivery.Answer = Start(delivery, startId, document);
            _inbox.Add(delivery);
        }

        await _statements.Execute();
    }

    /// <summary>The same request under the same payment id: the saga is told again, under the same message id.</summary>
    public async Task<bool> Recall(RequestDelivery delivery)
    {
        var request = delivery.Request;
        await using (var command = new NpgsqlCommand(Select, _connection)
        {
            Parameters =
            {
                new() { Value = request.PaymentId.Guid },
                new() { Value = request.MerchantId },
                new() { Value = request.IdempotencyKey },
            },
        })
        {
            await using var reader = await command.ExecuteReaderAsync();
            if (!await reader.ReadAsync())
                return false;
            if (!reader.GetFieldValue<byte[]>(1).AsSpan().SequenceEqual(_writer.Hash(request)))
                throw new NotOfTheFlowException($"{request.PaymentId.Text} came with another request before.");
            delivery.Answer = Start(delivery, reader.GetGuid(0), Encoding.UTF8.GetBytes(reader.GetString(2)));
        }

        // Nothing but the inbox row and its message: the other columns are empty.
        _statements.Clear();
        _inbox.Add(delivery);
        await _statements.Execute();
        return true;
    }

    private static void ReadMessage(ref Utf8JsonReader reader, PaymentRequest request)
    {
        reader.Read();
        while (reader.NextMember())
        {
            if (!request.Take(ref reader))
                throw new NotOfTheFlowException($"A request has a {reader.GetString()}.");
        }
    }

    private Outgoing Start(RequestDelivery delivery, Guid startId, ReadOnlySpan<byte> document)
    {
        var json = _envelope.Begin(MessageKind.StartPayment, startId, delivery);
        json.WriteString("paymentId"u8, delivery.Request.PaymentId.Text);
        json.WritePropertyName("request"u8);
        json.WriteRawValue(document, skipInputValidation: true);
        return _envelope.End();
    }
}
