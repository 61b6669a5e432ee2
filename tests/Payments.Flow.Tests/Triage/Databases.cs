using Npgsql;
using Payments.Contracts;
using Payments.Testing;

namespace Payments.Flow.Tests.Triage;

/// <summary>What breaks a worker from outside, and what makes a deadline come sooner.</summary>
internal static class Databases
{
    /// <summary>From now on wallets can credit nobody.</summary>
    public static Task BreakWallets() => Execute(
        "wallets",
        """
        CREATE OR REPLACE FUNCTION break_credits() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'Broken on purpose.'; END $$;
        CREATE OR REPLACE TRIGGER broken BEFORE INSERT ON lot FOR EACH ROW EXECUTE FUNCTION break_credits();
        """);

    public static Task MendWallets() => Execute(
        "wallets", "DROP TRIGGER IF EXISTS broken ON lot; DROP FUNCTION IF EXISTS break_credits();");

    /// <summary>The same by another fault, whose letters are another group.</summary>
    public static Task TakeRightOfWallets() => Execute("wallets", "REVOKE INSERT ON lot FROM wallets_runtime");

    public static Task GiveRightOfWallets() => Execute("wallets", "GRANT INSERT ON lot TO wallets_runtime");

    /// <summary>From now on the saga can do nothing.</summary>
    public static Task BreakSaga() => Execute("orchestrator", "REVOKE INSERT ON payment_history FROM orchestrator_runtime");

    public static Task MendSaga() => Execute("orchestrator", "GRANT INSERT ON payment_history TO orchestrator_runtime");

    /// <summary>The deadline that is armed now is reached now: the first one sends what is awaited again.</summary>
    public static Task HurryDeadline(Ulid paymentId) =>
        Execute("orchestrator", "UPDATE payment SET deadline_at = now() WHERE payment_id = $1", paymentId.ToGuid());

    /// <summary>Whose letters of the wallets are collected.</summary>
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

    private static async Task Execute(string service, string sql, params object[] parameters)
    {
        await using var connection = new NpgsqlConnection(RunDirectory.ConnectionString(service, "Owner"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        await command.ExecuteNonQueryAsync();
    }
}
