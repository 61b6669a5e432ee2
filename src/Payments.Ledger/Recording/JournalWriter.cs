using Payments.Messaging;

namespace Payments.Ledger.Recording;

/// <summary>Appends journals and their postings; the database looks at the balance when the transaction commits.</summary>
internal sealed class JournalWriter : Writer<Journal>
{
    private const string InsertJournals = """
        INSERT INTO journal (journal_id, payment_id, order_id, operation_id, kind, posting_count)
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::smallint[])
        """;

    private const string InsertPostings = """
        INSERT INTO posting (journal_id, ordinal, account, currency, debit_minor, credit_minor)
        SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
        """;

    protected override void Add(WriteBatch batch, Journal[] writes)
    {
        batch.Add(
            InsertJournals,
            Sql.Value(Array.ConvertAll(writes, w => w.JournalId.ToGuid())),
            Sql.Value(Array.ConvertAll(writes, w => w.PaymentId.ToGuid())),
            Sql.Value(Array.ConvertAll(writes, w => w.OrderId)),
            Sql.Value(Array.ConvertAll(writes, w => w.OperationId)),
            Sql.Value(Array.ConvertAll(writes, w => w.Kind.ToString())),
            Sql.Value(Array.ConvertAll(writes, w => (short)w.Postings.Count)));

        var postings = writes
            .SelectMany(w => w.Postings.Select((p, i) => (w.JournalId, Ordinal: (short)(i + 1), Posting: p)))
            .ToArray();
        batch.Add(
            InsertPostings,
            Sql.Value(Array.ConvertAll(postings, p => p.JournalId.ToGuid())),
            Sql.Value(Array.ConvertAll(postings, p => p.Ordinal)),
            Sql.Value(Array.ConvertAll(postings, p => p.Posting.Account)),
            Sql.Value(Array.ConvertAll(postings, p => p.Posting.Currency)),
            Sql.Value(Array.ConvertAll(postings, p => p.Posting.Debit)),
            Sql.Value(Array.ConvertAll(postings, p => p.Posting.Credit)));
    }
}
