using Npgsql;
using Payments.Contracts;
using Payments.Testing;

namespace Payments.Flow.Tests.Triage;

/// <summary>A switch that breaks the wallets' worker: it may not write lots any more.</summary>
internal static class BrokenWallets
{
    /// <summary>The group of what fails by it, as a filter.</summary>
    public const string Kind = "endpoint=wallets&exception=Npgsql.PostgresException%2042501";

    public static Task Break() => Execute("REVOKE INSERT ON lot FROM wallets_runtime");

    public static Task Mend() => Execute("GRANT INSERT ON lot TO wallets_runtime");

    /// <summary>Whose letters of this kind are collected.</summary>
    public static async Task<HashSet<Ulid>> PaymentsWithLetters()
    {
        await using var connection = new NpgsqlConnection(RunDirectory.ConnectionString("operations", "OpsReader"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT DISTINCT payment_id FROM operations.ops_dead_letter_v1 WHERE endpoint = 'wallets' AND payment_id IS NOT NULL", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var payments = new HashSet<Ulid>();
        while (await reader.ReadAsync())
            payments.Add(Ulid.FromGuid(reader.GetGuid(0)));
        return payments;
    }

    private static async Task Execute(string sql)
    {
        await using var connection = new NpgsqlConnection(RunDirectory.ConnectionString("wallets", "Owner"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
