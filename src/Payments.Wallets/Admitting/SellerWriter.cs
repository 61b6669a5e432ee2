using Payments.Messaging;

namespace Payments.Wallets.Admitting;

/// <summary>The last setting wins. A statement per seller: settings are rare, and lists do not go into one array.</summary>
internal sealed class SellerWriter : Writer<Seller>
{
    private const string Upsert = """
        INSERT INTO seller (seller_id, closed, currencies) VALUES ($1, $2, $3)
        ON CONFLICT (seller_id) DO UPDATE
        SET closed = excluded.closed, currencies = excluded.currencies, updated_at = now()
        """;

    protected override void Add(WriteBatch batch, Seller[] writes)
    {
        foreach (var seller in writes.OrderBy(w => w.SellerId, StringComparer.Ordinal))
        {
            batch.AddGuarded(
                1, Upsert, Sql.Value(seller.SellerId), Sql.Value(seller.Closed), Sql.Value(seller.Currencies?.ToArray()));
        }
    }
}
