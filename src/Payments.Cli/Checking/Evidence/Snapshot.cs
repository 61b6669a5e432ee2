using System.Data;
using Npgsql;

namespace Payments.Cli.Checking.Evidence;

/// <summary>A connection that sees the database as it was at one moment, for as long as it is open.</summary>
internal sealed class Snapshot : IAsyncDisposable
{
    private readonly NpgsqlTransaction _transaction;

    private Snapshot(NpgsqlConnection connection, NpgsqlTransaction transaction, string name)
    {
        Connection = connection;
        _transaction = transaction;
        Name = name;
    }

    public NpgsqlConnection Connection { get; }

    /// <summary>By which another connection can see the same moment.</summary>
    public string Name { get; }

    /// <summary>The moment is fixed when this returns.</summary>
    /// <param name="database">Which database.</param>
    /// <param name="same">The moment of another one; null: now.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<Snapshot> Take(NpgsqlDataSource database, Snapshot? same, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            if (same is not null)
            {
                await using var set = new NpgsqlCommand($"SET TRANSACTION SNAPSHOT '{same.Name}'", connection);
                await set.ExecuteNonQueryAsync(cancellationToken);
                return new Snapshot(connection, transaction, same.Name);
            }

            await using var export = new NpgsqlCommand("SELECT pg_export_snapshot()", connection);
            return new Snapshot(connection, transaction, (string)(await export.ExecuteScalarAsync(cancellationToken))!);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
