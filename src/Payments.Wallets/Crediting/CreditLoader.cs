using Npgsql;
using Payments.Messaging;
using Payments.Wallets.Remembering;

namespace Payments.Wallets.Crediting;

/// <summary>
/// Locks nothing. Who is first under an operation id is settled by its primary key, balances change by deltas, and a
/// setting that changes in between might as well have changed before or after.
/// </summary>
internal sealed class CreditLoader : ILoader<CreditKey, CreditRows>
{
    private const string SelectNow = "SELECT now()";

    private const string SelectSellers = "SELECT seller_id, closed, currencies FROM seller WHERE seller_id = ANY ($1)";

    public void AddCommands(NpgsqlBatch batch, IReadOnlyList<CreditKey> keys)
    {
        var sellerIds = keys.SelectMany(k => k.SellerIds).Distinct().ToArray();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SelectNow));
        batch.BatchCommands.Add(OperationReader.Command(keys.Select(k => k.OperationId)));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SelectSellers) { Parameters = { Sql.Value(sellerIds) } });
    }

    public async Task<IReadOnlyList<CreditRows>> Read(NpgsqlDataReader reader, IReadOnlyList<CreditKey> keys)
    {
        await reader.ReadAsync(CancellationToken.None);
        var now = reader.GetFieldValue<DateTimeOffset>(0);
        await reader.NextResultAsync(CancellationToken.None);
        var operations = await OperationReader.Read(reader);
        await reader.NextResultAsync(CancellationToken.None);
        var sellers = await ReadSellers(reader);
        return [.. keys.Select(k => new CreditRows(now, operations.GetValueOrDefault(k.OperationId), sellers))];
    }

    private static async Task<Dictionary<string, SellerSetting>> ReadSellers(NpgsqlDataReader reader)
    {
        var sellers = new Dictionary<string, SellerSetting>();
        while (await reader.ReadAsync(CancellationToken.None))
        {
            var currencies = reader.IsDBNull(2) ? null : reader.GetFieldValue<string[]>(2);
            sellers.Add(reader.GetString(0), new SellerSetting(reader.GetBoolean(1), currencies));
        }

        return sellers;
    }
}
