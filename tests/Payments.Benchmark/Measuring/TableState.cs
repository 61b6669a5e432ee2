using Npgsql;
using Payments.Benchmark.Instance;

namespace Payments.Benchmark.Measuring;

/// <summary>One of the largest tables at the end, and what vacuum had to do there.</summary>
internal sealed record TableState(string Name, double SizeMb, long LiveRows, long DeadRows, long Autovacuums, long Autoanalyzes)
{
    private const int Largest = 8;
    private const double BytesPerMega = 1024 * 1024;

    public static async Task<IReadOnlyList<TableState>> ReadLargest()
    {
        await using var database = Database.OpenInside();
        await using var command = database.CreateCommand(
            $"""
            SELECT schemaname || '.' || relname, pg_total_relation_size(relid), n_live_tup, n_dead_tup, autovacuum_count,
                   autoanalyze_count
            FROM pg_stat_user_tables
            ORDER BY 2 DESC
            LIMIT {Largest}
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var tables = new List<TableState>();
        while (await reader.ReadAsync())
        {
            tables.Add(new TableState(
                reader.GetString(0), reader.GetInt64(1) / BytesPerMega, reader.GetInt64(2), reader.GetInt64(3),
                reader.GetInt64(4), reader.GetInt64(5)));
        }

        return tables;
    }
}
