using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Npgsql;
using Payments.Messaging;

namespace Payments.Hosting;

/// <summary>The assemblies whose embedded <c>*.sql</c> files are the schema, in order of application.</summary>
public sealed record MigrationSources(IReadOnlyList<Assembly> Assemblies);

/// <summary>
/// Applies numbered SQL files, each once, each in a transaction of its own, as the owner of the schema. A file that was
/// applied and then edited is an error: write a new one.
/// </summary>
public sealed partial class Migrator(
    MigrationSources sources, OwnerConnection owner, NpgsqlDataSource runtime, ILogger<Migrator> logger)
{
    private const string CreateJournal = """
        CREATE TABLE IF NOT EXISTS schema_migration
        (
            name       text        NOT NULL PRIMARY KEY,
            checksum   text        NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        );
        DO $$ BEGIN EXECUTE format('GRANT SELECT ON schema_migration TO %I', current_schema() || '_runtime'); END $$;
        """;

    /// <summary>Applies what is missing.</summary>
    public async Task Migrate()
    {
        await using var connection = new NpgsqlConnection(owner.ConnectionString);
        await Open(connection, CancellationToken.None);
        await Execute(connection, "SELECT pg_advisory_lock(hashtext('schema_migration:' || current_schema()))");
        await Execute(connection, CreateJournal);
        var applied = await ReadApplied(connection, CancellationToken.None);
        foreach (var migration in Missing(applied))
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await Execute(connection, migration.Sql);
            await using var journal = new NpgsqlCommand(
                "INSERT INTO schema_migration (name, checksum) VALUES ($1, $2)", connection, transaction);
            journal.Parameters.Add(Sql.Value(migration.Name));
            journal.Parameters.Add(Sql.Value(migration.Checksum));
            await journal.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
            LogApplied(logger, migration.Name);
        }
    }

    /// <summary>Throws when the database is out of reach or lacks a migration.</summary>
    public async Task Verify(CancellationToken cancellationToken)
    {
        await using var connection = runtime.CreateConnection();
        await Open(connection, cancellationToken);
        if (Missing(await ReadApplied(connection, cancellationToken)).FirstOrDefault() is { } missing)
            throw new DependencyMissingException($"Migration {missing.Name} is not applied. Run this program with 'migrate' first (infra/up does).");
    }

    private static async Task Open(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.OpenAsync(cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            throw new DependencyMissingException(
                $"PostgreSQL at {connection.Host}:{connection.Port} does not let us in: {exception.Message}", exception);
        }
    }

    private static async Task<Dictionary<string, string>> ReadApplied(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = new Dictionary<string, string>();
        try
        {
            await using var command = new NpgsqlCommand("SELECT name, checksum FROM schema_migration", connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                applied.Add(reader.GetString(0), reader.GetString(1));
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // Nothing was ever applied: every migration is missing, which is what an empty answer says.
        }

        return applied;
    }

    private IEnumerable<Migration> Missing(Dictionary<string, string> applied)
    {
        foreach (var migration in sources.Assemblies.SelectMany(Read))
        {
            if (!applied.TryGetValue(migration.Name, out var checksum))
                yield return migration;
            else if (checksum != migration.Checksum)
                throw new DependencyMissingException($"Migration {migration.Name} was edited after it was applied.");
        }
    }

    private static IEnumerable<Migration> Read(Assembly assembly) =>
        assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                var sql = reader.ReadToEnd();
                return new Migration(name, sql, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(sql))));
            });

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    [LoggerMessage(1001, LogLevel.Information, "Applied migration {Name}.")]
    private static partial void LogApplied(ILogger logger, string name);

    private sealed record Migration(string Name, string Sql, string Checksum);
}
