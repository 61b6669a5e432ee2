using Npgsql;

namespace Payments.Benchmark.Floor.Storing;

/// <summary>A role's connection.</summary>
internal static class Database
{
    /// <summary>
    /// Every statement finds its rows by primary key: plans are made once, and must not be made for the size that the
    /// tables have now. Nothing here touches durability.
    /// </summary>
    private const string Planning =
        "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off";

    public static async Task<NpgsqlConnection> Open(string connectionString)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Options = Planning, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
