using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Payments.Benchmark.Floor.Loop;
using Payments.Benchmark.Floor.Storing;
using Payments.Benchmark.Floor.Wire;
using Payments.Contracts;
using Money = Payments.Benchmark.Floor.Wire.Money;

namespace Payments.Benchmark.Floor.Ledger;

/// <summary>A <c>RecordJournal</c> of one captured order.</summary>
internal sealed class JournalDelivery : Delivery
{
    public PaymentId PaymentId { get; set; }

    public string OperationId { get; set; } = "";

    public string Kind { get; set; } = "";

    public bool Atomic { get; set; }

    public string OrderId { get; set; } = "";

    public string SellerId { get; set; } = "";

    public string Connection { get; set; } = "";

    public Money Gross { get; set; }

    public Money Fee { get; set; }
}

/// <summary>
/// Remembers the operation, writes the journal with its two or three postings, says <c>JournalRecorded</c>. The database
/// looks at each journal's balance when the transaction commits.
/// </summary>
internal sealed class RecordingRole : IRole<JournalDelivery>
{
    private const string Capture = "Capture";

    private const string InsertOperation = """
        INSERT INTO operation (operation_id, payment_id, kind, request, answer)
        SELECT operation_id, payment_id, 'Capture', request, answer::jsonb
        FROM unnest($1, $2, $3, $4) AS o (operation_id, payment_id, request, answer)
        """;

    private const string InsertJournal = """
        INSERT INTO journal (journal_id, payment_id, order_id, operation_id, posting_count, kind)
        SELECT j.*, 'Capture' FROM unnest($1, $2, $3, $4, $5) AS j
        """;

    private const string InsertPosting = """
        INSERT INTO posting (journal_id, ordinal, account, currency, debit_minor, credit_minor)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
        """;

    private readonly Column<string> _operationIds = new(NpgsqlDbType.Text);
    private readonly Column<Guid> _paymentIds = new(NpgsqlDbType.Uuid);
    private readonly Column<byte[]> _requests = new(NpgsqlDbType.Bytea);
    private readonly Column<string> _answers = new(NpgsqlDbType.Text);
    private readonly Column<Guid> _journalIds = new(NpgsqlDbType.Uuid);
    private readonly Column<string> _orderIds = new(NpgsqlDbType.Text);
    private readonly Column<short> _postingCounts = new(NpgsqlDbType.Smallint);
    private readonly Column<Guid> _journals = new(NpgsqlDbType.Uuid);
    private readonly Column<short> _ordinals = new(NpgsqlDbType.Smallint);
    private readonly Column<string> _accounts = new(NpgsqlDbType.Text);
    private readonly Column<string> _currencies = new(NpgsqlDbType.Text);
    private readonly Column<long> _debits = new(NpgsqlDbType.Bigint);
    private readonly Column<long> _credits = new(NpgsqlDbType.Bigint);
    private readonly EnvelopeWriter _envelope = new();
    private readonly LineFingerprint _fingerprint = new();
    private readonly NpgsqlConnection _connection;
    private readonly Statements _statements;
    private readonly Inbox _inbox;

    private RecordingRole(NpgsqlConnection connection)
    {
        _connection = connection;
        _statements = new Statements(connection);
        _inbox = new Inbox(_statements);
        _statements.Add(InsertOperation, _operationIds, _paymentIds, _requests, _answers);
        _statements.Add(InsertJournal, _journalIds, _paymentIds, _orderIds, _operationIds, _postingCounts);
        _statements.Add(InsertPosting, _journals, _ordinals, _accounts, _currencies, _debits, _credits);
    }

    public IReadOnlyList<string> Queues { get; } = [Loop.Queues.Ledger];

    public static async Task<RecordingRole> Open(Settings settings)
    {
        var role = new RecordingRole(await Database.Open(settings.Database));
        await role._statements.Prepare();
        return role;
    }

    public JournalDelivery Read(string queue, ReadOnlySpan<byte> body)
    {
        var delivery = new JournalDelivery { Queue = queue };
        var reader = new Utf8JsonReader(body);
        reader.ReadEnvelope(delivery, MessageKind.RecordJournal);
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("paymentId"u8))
                delivery.PaymentId = reader.NextPaymentId();
            else if (reader.ValueTextEquals("operationId"u8))
                delivery.OperationId = reader.NextText();
            else if (reader.ValueTextEquals("kind"u8))
                delivery.Kind = reader.NextText();
            else if (reader.ValueTextEquals("atomic"u8))
                delivery.Atomic = reader.NextBoolean();
            else if (reader.ValueTextEquals("lines"u8))
                ReadLine(ref reader, delivery);
            else
                throw new NotOfTheFlowException($"RecordJournal has a {reader.GetString()}.");
        }

        return delivery.Kind == Capture
            ? delivery
            : throw new NotOfTheFlowException($"{delivery.OperationId} is a journal of kind {delivery.Kind}.");
    }

    public async Task Commit(IReadOnlyList<JournalDelivery> batch)
    {
        _statements.Clear();
        foreach (var journal in batch)
        {
            var id = Ulid.NewUlid().ToGuid();
            _operationIds.Add(journal.OperationId);
            _paymentIds.Add(journal.PaymentId.Guid);
            _requests.Add(Fingerprint(journal));
            _answers.Add($$"""{"recorded":[{{JsonText.Of(journal.OrderId)}}],"rejected":[]}""");
            _journalIds.Add(id);
            _orderIds.Add(journal.OrderId);
            _postingCounts.Add(AddPostings(id, journal));
            journal.Answer = Answer(journal);
            _inbox.Add(journal);
        }

        await _statements.Execute();
    }

    public Task<bool> Recall(JournalDelivery delivery) => Inbox.Recall(_connection, delivery);

    private static void ReadLine(ref Utf8JsonReader reader, JournalDelivery delivery)
    {
        reader.EnterSingle();
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("orderId"u8))
                delivery.OrderId = reader.NextText();
            else if (reader.ValueTextEquals("sellerId"u8))
                delivery.SellerId = reader.NextText();
            else if (reader.ValueTextEquals("connection"u8))
                delivery.Connection = reader.NextText();
            else if (reader.ValueTextEquals("gross"u8))
                delivery.Gross = reader.NextMoney()!.Value;
            else if (reader.ValueTextEquals("fee"u8))
                delivery.Fee = reader.NextMoney()!.Value;
            else
                throw new NotOfTheFlowException($"A journal line has a {reader.GetString()}.");
        }

        reader.LeaveSingle();
    }

    /// <summary>Debit what the PSP owes us; credit the seller and, where there is one, our fee.</summary>
    private short AddPostings(Guid journalId, JournalDelivery journal)
    {
        var (gross, fee) = (journal.Gross.Amount, journal.Fee.Amount);
        short count = 0;
        Post($"psp-receivable:{journal.Connection}", gross, 0);
        Post($"seller-payable:{journal.SellerId}", 0, gross - fee);
        Post("platform-fees", 0, fee);
        return count;

        void Post(string account, long debit, long credit)
        {
            if (debit == 0 && credit == 0)
                return;
            _journals.Add(journalId);
            _ordinals.Add(++count);
            _accounts.Add(account);
            _currencies.Add(journal.Gross.Currency);
            _debits.Add(debit);
            _credits.Add(credit);
        }
    }

    private byte[] Fingerprint(JournalDelivery journal)
    {
        var json = _fingerprint.Begin(journal.Atomic);
        json.WriteString("orderId"u8, journal.OrderId);
        json.WriteString("sellerId"u8, journal.SellerId);
        json.WriteString("connection"u8, journal.Connection);
        json.WriteMoney("gross"u8, journal.Gross);
        json.WriteMoney("fee"u8, journal.Fee);
        return _fingerprint.End();
    }

    private Outgoing Answer(JournalDelivery journal)
    {
        var json = _envelope.Begin(MessageKind.JournalRecorded, journal);
        json.WriteString("paymentId"u8, journal.PaymentId.Text);
        json.WriteString("operationId"u8, journal.OperationId);
        json.WriteString("kind"u8, Capture);
        return _envelope.End();
    }
}
