using Npgsql;
using Payments.Contracts;

namespace Payments.Cli.Checking.Evidence;

/// <summary>Reads what the <c>ops</c> views say as a whole. The database adds up.</summary>
internal sealed class TotalsReader(NpgsqlConnection connection)
{
    private static readonly string[] CountedViews =
    [
        "executor.ops_operation_v1", "wallets.ops_lot_v1", "wallets.ops_entry_v1", "ledger.ops_journal_v1",
        "ledger.ops_posting_v1",
    ];

    public async Task<Totals> Read(CancellationToken cancellationToken)
    {
        await using (var memory = new NpgsqlCommand("SET LOCAL work_mem = '128MB'", connection))
            await memory.ExecuteNonQueryAsync(cancellationToken);
        var rows = new Dictionary<string, long>();
        foreach (var view in CountedViews)
            rows[view] = (await Read($"SELECT count(*) FROM {view}", r => r.GetInt64(0), cancellationToken))[0];
        return new Totals
        {
            Rows = rows,
            Accounts = await Read(
                "SELECT owner_id, currency, pending_minor, available_minor, held_minor FROM wallets.ops_account_v1",
                r => new AccountRow(r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4)),
                cancellationToken),
            Receivables = await Read(
                "SELECT owner_id, currency, owed_minor FROM wallets.ops_receivable_v1",
                r => new ReceivableRow(r.GetString(0), r.GetString(1), r.GetInt64(2)),
                cancellationToken),
            Balances = await Read(
                "SELECT account, currency, debit_minor, credit_minor FROM ledger.ops_balance_v1",
                r => new BalanceRow(r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3)),
                cancellationToken),
            Unbalanced = await Read(
                "SELECT journal_id, currency, debit_minor, credit_minor FROM ledger.ops_unbalanced_v1",
                r => $"The ledger itself lists journal {Ulid.FromGuid(r.GetGuid(0))} as unbalanced: {(r.IsDBNull(1)
                    ? "no postings"
                    : $"{r.GetString(1)}, debits {r.GetInt64(2)}, credits {r.GetInt64(3)}")}.",
                cancellationToken),
        };
    }

    private async Task<List<T>> Read<T>(
        string sql, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken)
    {
        // Adding up millions of rows takes longer than any query is given otherwise.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(row(reader));
        return rows;
    }
}
