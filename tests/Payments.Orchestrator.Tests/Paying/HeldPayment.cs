using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Testing;

namespace Payments.Orchestrator.Tests.Paying;

/// <summary>A payment's row, locked by a transaction: the group that is to write it waits. Disposing lets go of it, too.</summary>
internal sealed class HeldPayment : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly Ulid _payment;

    private HeldPayment(NpgsqlConnection connection, NpgsqlTransaction transaction, Ulid payment)
    {
        _connection = connection;
        _transaction = transaction;
        _payment = payment;
    }

    public static async Task<HeldPayment> Hold(NpgsqlDataSource dataSource, Ulid payment)
    {
        var connection = await dataSource.OpenConnectionAsync();
        var held = new HeldPayment(connection, await connection.BeginTransactionAsync(), payment);
        await held.Ask<string>("SELECT state FROM payment WHERE payment_id = $1 FOR UPDATE");
        return held;
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    /// <summary>The first column of the first row, in the transaction; <c>$1</c> is the payment.</summary>
    public Task<T> Ask<T>(string sql) => _connection.Ask<T>(sql, _payment);

    /// <summary>Waits until a group waits for the row.</summary>
    public Task AwaitWaiting() => Eventually.Async(
        "the saga to be decided and to wait for its row",
        TimeSpan.FromSeconds(30),
        () => Ask<long>("SELECT count(*), $1::uuid FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"),
        waiting => waiting > 0);

    /// <summary>Lets go of the row; what was done to it stays.</summary>
    public Task Release() => _transaction.CommitAsync();
}

internal static class Asking
{
    public static async Task<T> Ask<T>(this NpgsqlConnection connection, string sql, Ulid id)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(Sql.Value(id.ToGuid()));
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
