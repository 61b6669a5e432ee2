using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Wallets.Accounting;
using Payments.Wallets.Remembering;

namespace Payments.Wallets.Reversing;

/// <summary>
/// Locks the lots, sorted by key, so that two reversals never wait for each other. Accounts are locked when they are written,
/// all of a group at once: credits beside it lock some as well.
/// </summary>
internal sealed class ReversalLoader : ILoader<ReversalKey, ReversalRows>
{
    private const string LockLots = """
        SELECT l.payment_id, l.order_id, l.operation_id, l.owner_id, l.currency,
            l.credited_minor, l.remaining_minor, l.reversed_minor
        FROM lot l JOIN unnest($1::text[], $2::text[]) AS k (operation_id, order_id) USING (operation_id, order_id)
        ORDER BY l.payment_id, l.order_id
        FOR NO KEY UPDATE OF l
        """;

    private const string SelectAccounts = """
        SELECT a.owner_id, a.currency, a.available_minor
        FROM account a
        WHERE (a.owner_id, a.currency) IN (
            SELECT l.owner_id, l.currency
            FROM lot l JOIN unnest($1::text[], $2::text[]) AS k (operation_id, order_id) USING (operation_id, order_id))
        """;

    public void AddCommands(NpgsqlBatch batch, IReadOnlyList<ReversalKey> keys)
    {
        var orders = keys.SelectMany(k => k.OrderIds.Select(o => (k.Undoes, OrderId: o))).Distinct().ToArray();
        batch.BatchCommands.Add(OperationReader.Command(keys.SelectMany(k => new[] { k.OperationId, k.Undoes })));
        batch.BatchCommands.Add(OfOrders(LockLots, orders));
        batch.BatchCommands.Add(OfOrders(SelectAccounts, orders));
    }

    public async Task<IReadOnlyList<ReversalRows>> Read(NpgsqlDataReader reader, IReadOnlyList<ReversalKey> keys)
    {
        var operations = await OperationReader.Read(reader);
        await reader.NextResultAsync(CancellationToken.None);
        var lots = await ReadLots(reader);
        await reader.NextResultAsync(CancellationToken.None);
        var available = await ReadAvailable(reader);
        return
        [
            .. keys.Select(k => new ReversalRows(
                operations.GetValueOrDefault(k.OperationId),
                operations.GetValueOrDefault(k.Undoes),
                lots.Where(l => l.OperationId == k.Undoes).ToDictionary(l => l.OrderId),
                available)),
        ];
    }

    private static NpgsqlBatchCommand OfOrders(string sql, (string Undoes, string OrderId)[] orders) => new(sql)
    {
        Parameters =
        {
            Sql.Value(Array.ConvertAll(orders, o => o.Undoes)),
            Sql.Value(Array.ConvertAll(orders, o => o.OrderId)),
        },
    };

    private static async Task<List<Lot>> ReadLots(NpgsqlDataReader reader)
    {
        var lots = new List<Lot>();
        while (await reader.ReadAsync(CancellationToken.None))
        {
            lots.Add(new Lot(
                Ulid.FromGuid(reader.GetGuid(0)),
                reader.GetString(1),
                reader.GetString(2),
                new AccountKey(reader.GetString(3), reader.GetString(4)),
                reader.GetInt64(5),
                reader.GetInt64(6),
                reader.GetInt64(7)));
        }

        return lots;
    }

    private static async Task<Dictionary<AccountKey, long>> ReadAvailable(NpgsqlDataReader reader)
    {
        var available = new Dictionary<AccountKey, long>();
        while (await reader.ReadAsync(CancellationToken.None))
            available.Add(new AccountKey(reader.GetString(0), reader.GetString(1)), reader.GetInt64(2));
        return available;
    }
}
