using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Payments.Benchmark.Floor.Loop;
using Payments.Benchmark.Floor.Storing;
using Payments.Benchmark.Floor.Wire;

namespace Payments.Benchmark.Floor.Wallets;

/// <summary>A <c>CreditWallets</c> of one line.</summary>
internal sealed class CreditDelivery : Delivery
{
    public PaymentId PaymentId { get; set; }

    public string OperationId { get; set; } = "";

    public bool Atomic { get; set; }

    public string OrderId { get; set; } = "";

    public string SellerId { get; set; } = "";

    public Money Amount { get; set; }
}

/// <summary>Remembers the operation, opens the lot, appends the entry, adds to the account, says <c>WalletsCredited</c>.</summary>
internal sealed class CreditingRole : IRole<CreditDelivery>
{
    private const string InsertOperation = """
        INSERT INTO operation (operation_id, payment_id, kind, request, answer)
        SELECT operation_id, payment_id, 'credit', request, answer::jsonb
        FROM unnest($1, $2, $3, $4) AS o (operation_id, payment_id, request, answer)
        """;

    private const string InsertLot = """
        INSERT INTO lot (payment_id, order_id, operation_id, owner_id, currency, credited_minor)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
        """;

    private const string InsertEntry = """
        INSERT INTO entry (payment_id, order_id, operation_id, owner_id, currency, pending_minor, kind,
            available_minor, held_minor, owed_minor)
        SELECT e.*, 'credit', 0, 0, 0 FROM unnest($1, $2, $3, $4, $5, $6) AS e
        """;

    /// <summary>One new version per account and batch, in a fixed order of locks.</summary>
    private const string AddToAccounts = """
        INSERT INTO account AS a (owner_id, currency, pending_minor, available_minor, held_minor)
        SELECT owner_id, currency, sum(amount)::bigint, 0, 0
        FROM unnest($1, $2, $3) AS d (owner_id, currency, amount)
        GROUP BY owner_id, currency ORDER BY owner_id COLLATE "C", currency COLLATE "C"
        ON CONFLICT (owner_id, currency) DO UPDATE
        SET pending_minor = a.pending_minor + excluded.pending_minor, updated_at = now()
        """;

    private readonly Column<Guid> _paymentIds = new(NpgsqlDbType.Uuid);
    private readonly Column<string> _orderIds = new(NpgsqlDbType.Text);
    private readonly Column<string> _operationIds = new(NpgsqlDbType.Text);
    private readonly Column<string> _owners = new(NpgsqlDbType.Text);
    private readonly Column<string> _currencies = new(NpgsqlDbType.Text);
    private readonly Column<long> _amounts = new(NpgsqlDbType.Bigint);
    private readonly Column<byte[]> _requests = new(NpgsqlDbType.Bytea);
    private readonly Column<string> _answers = new(NpgsqlDbType.Text);
    private readonly EnvelopeWriter _envelope = new();
    private readonly LineFingerprint _fingerprint = new();
    private readonly NpgsqlConnection _connection;
    private readonly Statements _statements;
    private readonly Inbox _inbox;

    private CreditingRole(NpgsqlConnection connection)
    {
        _connection = connection;
        _statements = new Statements(connection);
        _inbox = new Inbox(_statements);
        _statements.Add(InsertOperation, _operationIds, _paymentIds, _requests, _answers);
        _statements.Add(InsertLot, _paymentIds, _orderIds, _operationIds, _owners, _currencies, _amounts);
        _statements.Add(InsertEntry, _paymentIds, _orderIds, _operationIds, _owners, _currencies, _amounts);
        _statements.Add(AddToAccounts, _owners, _currencies, _amounts);
    }

    public IReadOnlyList<string> Queues { get; } = [Loop.Queues.Wallets];

    public static async Task<CreditingRole> Open(Settings settings)
    {
        var role = new CreditingRole(await Database.Open(settings.Database));
        await role._statements.Prepare();
        return role;
    }

    public CreditDelivery Read(string queue, ReadOnlySpan<byte> body)
    {
        var delivery = new CreditDelivery { Queue = queue };
        var reader = new Utf8JsonReader(body);
        reader.ReadEnvelope(delivery, MessageKind.CreditWallets);
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("paymentId"u8))
                delivery.PaymentId = reader.NextPaymentId();
            else if (reader.ValueTextEquals("operationId"u8))
                delivery.OperationId = reader.NextText();
            else if (reader.ValueTextEquals("atomic"u8))
                delivery.Atomic = reader.NextBoolean();
            else if (reader.ValueTextEquals("lines"u8))
                ReadLine(ref reader, delivery);
            else
                throw new NotOfTheFlowException($"CreditWallets has a {reader.GetString()}.");
        }

        return delivery;
    }

    public async Task Commit(IReadOnlyList<CreditDelivery> batch)
    {
        _statements.Clear();
        foreach (var credit in batch)
        {
            _paymentIds.Add(credit.PaymentId.Guid);
            _orderIds.Add(credit.OrderId);
            _operationIds.Add(credit.OperationId);
            _owners.Add(credit.SellerId);
            _currencies.Add(credit.Amount.Currency);
            _amounts.Add(credit.Amount.Amount);
            _requests.Add(Fingerprint(credit));
            _answers.Add($$"""{"credited":[{{JsonText.Of(credit.OrderId)}}],"rejected":[]}""");
            credit.Answer = Answer(credit);
            _inbox.Add(credit);
        }

        await _statements.Execute();
    }

    public Task<bool> Recall(CreditDelivery delivery) => Inbox.Recall(_connection, delivery);

    private static void ReadLine(ref Utf8JsonReader reader, CreditDelivery delivery)
    {
        reader.EnterSingle();
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("orderId"u8))
                delivery.OrderId = reader.NextText();
            else if (reader.ValueTextEquals("sellerId"u8))
                delivery.SellerId = reader.NextText();
            else if (reader.ValueTextEquals("amount"u8))
                delivery.Amount = reader.NextMoney()!.Value;
            else
                throw new NotOfTheFlowException($"A wallet line has a {reader.GetString()}.");
        }

        reader.LeaveSingle();
    }

    private byte[] Fingerprint(CreditDelivery credit)
    {
        var json = _fingerprint.Begin(credit.Atomic);
        json.WriteString("orderId"u8, credit.OrderId);
        json.WriteString("sellerId"u8, credit.SellerId);
        json.WriteMoney("amount"u8, credit.Amount);
        return _fingerprint.End();
    }

    private Outgoing Answer(CreditDelivery credit)
    {
        var json = _envelope.Begin(MessageKind.WalletsCredited, credit);
        json.WriteString("paymentId"u8, credit.PaymentId.Text);
        json.WriteString("operationId"u8, credit.OperationId);
        return _envelope.End();
    }
}
