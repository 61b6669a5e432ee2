using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Payments.Contracts;
using Payments.Hosting;
using Payments.Messaging;
using Payments.Testing;

namespace Payments.Orchestrator.Tests.Upgrading;

/// <summary>
/// A database of its own with the orchestrator's tables as they were up to some migration, for rows as they were then; the
/// service's own migrator brings it up to date.
/// </summary>
internal sealed class OldDatabase : IAsyncDisposable
{
    private static readonly MigrationSources Sources = new([typeof(ICommitter).Assembly, typeof(Program).Assembly]);

    private readonly string _name = $"old_{Ulid.NewUlid()}".ToLowerInvariant();
    private readonly NpgsqlDataSource _superuser;
    private readonly NpgsqlDataSource _owner;
    private readonly NpgsqlDataSource _runtime;

    private OldDatabase()
    {
        _superuser = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(RunDirectory.ConnectionString("orchestrator", "Owner"))
            {
                Database = "postgres",
                SearchPath = null,
                Username = "postgres",
                Password = RunDirectory.Secret("PAYMENTS_POSTGRES_PASSWORD"),
            });
        _owner = NpgsqlDataSource.Create(ConnectionString("Owner"));
        _runtime = NpgsqlDataSource.Create(ConnectionString("Database"));
    }

    /// <param name="last">The last migration that is applied, by the beginning of its name.</param>
    public static async Task<OldDatabase> Create(string last)
    {
        var database = new OldDatabase();
        await Execute(database._superuser, $"CREATE DATABASE {database._name} OWNER orchestrator_owner");
        await database.Execute(
            """
            CREATE SCHEMA orchestrator;
            GRANT USAGE ON SCHEMA orchestrator TO orchestrator_runtime, ops_reader;
            """);
        await database.ApplyUpTo(last);
        return database;
    }

    /// <summary>As the program does with the argument <c>migrate</c>.</summary>
    public async Task Upgrade()
    {
        var migrator = new Migrator(
            Sources, new OwnerConnection(ConnectionString("Owner")), _runtime, NullLogger<Migrator>.Instance);
        await migrator.Migrate();
        await migrator.Verify(CancellationToken.None);
    }

    public Task Execute(string sql) => Execute(_owner, sql);

    public async Task<object?> Query(string sql)
    {
        await using var command = _owner.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _owner.DisposeAsync();
        await _runtime.DisposeAsync();
        await Execute(_superuser, $"DROP DATABASE {_name} WITH (FORCE)");
        await _superuser.DisposeAsync();
    }

    private static async Task Execute(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task ApplyUpTo(string last)
    {
        var isReached = false;
        var scripts = Sources.Assemblies.SelectMany(a => a.GetManifestResourceNames()
            .Where(n => n.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(n => (Name: n, Assembly: a)));
        await Execute("CREATE TABLE schema_migration (name text PRIMARY KEY, checksum text NOT NULL)");
        foreach (var (name, assembly) in scripts.TakeWhile(_ => !isReached))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var sql = await reader.ReadToEndAsync();
            var checksum = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
            await Execute(sql);
            await Execute($"INSERT INTO schema_migration VALUES ('{name}', '{checksum}')");
            isReached = name.StartsWith(last, StringComparison.Ordinal);
        }
    }

    private string ConnectionString(string name) =>
        new NpgsqlConnectionStringBuilder(RunDirectory.ConnectionString("orchestrator", name)) { Database = _name }
            .ConnectionString;
}
