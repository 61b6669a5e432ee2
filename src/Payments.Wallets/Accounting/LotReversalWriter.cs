using Payments.Messaging;

namespace Payments.Wallets.Accounting;

/// <summary>Takes from lots that the decision has locked.</summary>
internal sealed class LotReversalWriter : Writer<LotReversal>
{
    private const string Update = """
        UPDATE lot AS l
        SET taken_minor = l.taken_minor + r.from_lot, reversed_minor = l.reversed_minor + r.in_all
        FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[]) AS r (payment_id, order_id, from_lot, in_all)
        WHERE l.payment_id = r.payment_id AND l.order_id = r.order_id
        """;

    protected override void Add(WriteBatch batch, LotReversal[] writes) =>
        batch.AddGuarded(
            writes.Length,
            Update,
            Sql.Value(Array.ConvertAll(writes, w => w.PaymentId.ToGuid())),
            Sql.Value(Array.ConvertAll(writes, w => w.OrderId)),
            Sql.Value(Array.ConvertAll(writes, w => w.FromLot)),
            Sql.Value(Array.ConvertAll(writes, w => w.InAll)));
}
