using Payments.Messaging;

namespace Payments.Wallets.Accounting;

/// <summary>Opens lots. A lot that is there already was credited by another operation: the database refuses it.</summary>
internal sealed class LotWriter : Writer<Lot>
{
    private const string Insert = """
        INSERT INTO lot (payment_id, order_id, operation_id, owner_id, currency, credited_minor)
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
        """;

    protected override void Add(WriteBatch batch, Lot[] writes) =>
        batch.Add(
            Insert,
            Sql.Value(Array.ConvertAll(writes, w => w.PaymentId.ToGuid())),
            Sql.Value(Array.ConvertAll(writes, w => w.OrderId)),
            Sql.Value(Array.ConvertAll(writes, w => w.OperationId)),
            Sql.Value(Array.ConvertAll(writes, w => w.Account.OwnerId)),
            Sql.Value(Array.ConvertAll(writes, w => w.Account.Currency)),
            Sql.Value(Array.ConvertAll(writes, w => w.Credited)));
}
