using Npgsql;

namespace Payments.Benchmark.Instance;

/// <summary>The instance's database, as its superuser. Its own statements run in another database, so they are not counted.</summary>
internal sealed class Database : IAsyncDisposable
{
    private const string Name = "payments";
    private const string Clean = "payments_clean";

    private static readonly string[] Settings =
    [
        "server_version", "shared_buffers", "effective_cache_size", "max_wal_size", "min_wal_size", "checkpoint_timeout",
        "checkpoint_completion_target", "fsync", "synchronous_commit", "full_page_writes", "wal_level", "wal_compression",
        "wal_buffers", "data_checksums", "autovacuum", "autovacuum_naptime", "autovacuum_vacuum_scale_factor",
        "autovacuum_vacuum_insert_scale_factor", "autovacuum_analyze_scale_factor",
        "max_connections", "jit",
    ];

    private readonly NpgsqlDataSource _outside;

    public Database()
    {
        _outside = NpgsqlDataSource.Create(ConnectionString("postgres"));
    }

    /// <summary>For what has to be read inside the database of the payments.</summary>
    /// <param name="options">Settings of its sessions, as <c>-c name=value</c>.</param>
    public static NpgsqlDataSource OpenInside(string? options = null) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(ConnectionString(Name)) { Options = options }.ConnectionString);

    public ValueTask DisposeAsync() => _outside.DisposeAsync();

    /// <summary>What the migrations left becomes the template of every scenario's database, unless it is already.</summary>
    public async Task KeepClean()
    {
        await using var find = _outside.CreateCommand($"SELECT count(*) FROM pg_database WHERE datname = '{Clean}'");
        if ((long)(await find.ExecuteScalarAsync())! > 0)
            return;
        await Execute($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{Name}'");
        await Execute($"ALTER DATABASE {Name} RENAME TO {Clean}");
    }

    /// <summary>Empty tables again. Nothing may be connected that matters.</summary>
    public async Task Renew()
    {
        await Execute($"DROP DATABASE IF EXISTS {Name} WITH (FORCE)");
        await Execute($"CREATE DATABASE {Name} TEMPLATE {Clean}");
        // Who may connect belongs to a database, not to its template.
        await Execute(
            $"""
            REVOKE ALL ON DATABASE {Name} FROM PUBLIC;
            DO $$ DECLARE role text; BEGIN
                FOR role IN SELECT rolname FROM pg_roles WHERE rolcanlogin AND NOT rolsuper LOOP
                    EXECUTE format('GRANT CONNECT ON DATABASE {Name} TO %I', role);
                END LOOP;
            END $$
            """);
        await Execute("CHECKPOINT");
    }

    public async Task<DatabaseCounters> ReadCounters()
    {
        await using var command = _outside.CreateCommand(
            $"""
            SELECT d.xact_commit + d.xact_rollback, pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
                   (pg_current_wal_insert_lsn() - '0/0')::bigint, w.wal_sync, w.wal_write,
                   b.checkpoints_timed + b.checkpoints_req
            FROM pg_stat_database d, pg_stat_wal w, pg_stat_bgwriter b
            WHERE d.datname = '{Name}'
            """);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new DatabaseCounters(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
            reader.GetInt64(5));
    }

    public async Task<SortedDictionary<string, string>> ReadSettings()
    {
        await using var command = _outside.CreateCommand(
            "SELECT name, current_setting(name) FROM unnest($1) AS name");
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = Settings });
        await using var reader = await command.ExecuteReaderAsync();
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
            settings.Add(reader.GetString(0), reader.GetString(1));
        return settings;
    }

    private static string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = int.Parse(Layout.Value("ports.env", "PAYMENTS_POSTGRES_PORT")),
        Database = database,
        Username = "postgres",
        Password = Layout.Value("secrets.env", "PAYMENTS_POSTGRES_PASSWORD"),
        Pooling = true,
        CommandTimeout = 0,
    }.ConnectionString;

    private async Task Execute(string sql)
    {
        await using var command = _outside.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>Counters that only grow.</summary>
/// <param name="Transactions">Committed or rolled back in the payments' database. Idle sessions report up to 10 s late.</param>
/// <param name="TransactionIds">Of every transaction that wrote; exact at once, over the whole server.</param>
/// <param name="WalBytes">Written to the write-ahead log.</param>
/// <param name="WalSyncs">Reported as late as transactions.</param>
/// <param name="WalWrites">Reported as late as transactions.</param>
/// <param name="Checkpoints">Finished or begun.</param>
internal sealed record DatabaseCounters(
    long Transactions, long TransactionIds, long WalBytes, long WalSyncs, long WalWrites, long Checkpoints)
{
    public static DatabaseCounters operator -(DatabaseCounters after, DatabaseCounters before) => new(
        after.Transactions - before.Transactions,
        after.TransactionIds - before.TransactionIds,
        after.WalBytes - before.WalBytes,
        after.WalSyncs - before.WalSyncs,
        after.WalWrites - before.WalWrites,
        after.Checkpoints - before.Checkpoints);
}
