using Payments.Messaging;

namespace Payments.Ledger.Remembering;

/// <summary>Whoever is first under an operation id carries it out; everybody else clashes and finds the answer.</summary>
internal sealed class OperationWriter : Writer<Operation>
{
    private const string Insert = """
        INSERT INTO operation (operation_id, payment_id, kind, request, answer)
        SELECT operation_id, payment_id, kind, request, answer::jsonb
        FROM unnest($1::text[], $2::uuid[], $3::text[], $4::bytea[], $5::text[])
            AS o (operation_id, payment_id, kind, request, answer)
        ORDER BY operation_id
        ON CONFLICT DO NOTHING
        """;

    protected override void Add(WriteBatch batch, Operation[] writes) =>
        batch.AddGuarded(
            writes.Length,
            Insert,
            Sql.Value(Array.ConvertAll(writes, w => w.OperationId)),
            Sql.Value(Array.ConvertAll(writes, w => w.PaymentId.ToGuid())),
            Sql.Value(Array.ConvertAll(writes, w => w.Kind)),
            Sql.Value(Array.ConvertAll(writes, w => w.Request)),
            Sql.Value(Array.ConvertAll(writes, w => w.Answer)));
}
