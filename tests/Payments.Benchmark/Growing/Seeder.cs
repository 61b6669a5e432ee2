using Npgsql;
using Payments.Benchmark.Instance;
using Payments.Benchmark.Loading;
using Payments.Benchmark.Running;
using Payments.Testing;

namespace Payments.Benchmark.Growing;

/// <summary>
/// Fills every table of every service with finished payments, as half a year of traffic would leave them: clones of
/// those that the product has made in this database, spread evenly over the time before. No worker may run.
/// </summary>
/// <remarks>
/// Indexes are built afterwards, in one go. Foreign keys and triggers do not look at clones: what they would look for, the
/// invariant checkers find.
/// </remarks>
internal sealed class Seeder(TimeProvider time, Progress progress)
{
    private const int Days = 180;

    /// <summary>As the workers keep them: rows, and bodies of what was said.</summary>
    private const int InboxDays = 45;
    private const int MessageDays = 31;

    /// <summary>Small enough that a vacuum finds the pages in memory.</summary>
    private const long Chunk = 250_000;

    private const int Lanes = 2;

    private const string AddUpAccounts = """
        INSERT INTO wallets.account (owner_id, currency, pending_minor, available_minor, held_minor)
        SELECT owner_id, currency, sum(pending_minor), sum(available_minor), sum(held_minor)
        FROM wallets.entry GROUP BY owner_id, currency
        ON CONFLICT (owner_id, currency) DO UPDATE
        SET pending_minor = EXCLUDED.pending_minor, available_minor = EXCLUDED.available_minor,
            held_minor = EXCLUDED.held_minor, updated_at = now()
        """;

    private static readonly string[] Services = ["orchestrator", "executor", "wallets", "ledger"];

    private static readonly string[] Settings =
        ["session_replication_role=replica", "maintenance_work_mem=1GB", "max_parallel_maintenance_workers=1", "jit=off"];

    /// <summary>Returns how many were made, by how they ended.</summary>
    /// <param name="wanted">How many.</param>
    /// <param name="cancellationToken">Ends it; the database is of no use then.</param>
    /// <exception cref="BenchmarkException">The disk is short.</exception>
    public async Task<IReadOnlyDictionary<PaymentEnd, long>> Seed(long wanted, CancellationToken cancellationToken)
    {
        await using var database = Database.OpenInside(string.Join(' ', Settings.Select(s => $"-c {s}")));
        var sizes = await CreateTemplates(database, cancellationToken);
        var need = await ReadNeed(database, sizes, cancellationToken);
        progress.Step(need.Describe(wanted));
        var payments = need.Choose(wanted);
        await CreateClones(database, payments, cancellationToken);
        // Of two that are filled together, one should not wait for the other.
        SeededTable[] tables = [.. sizes.OrderByDescending(s => s.Bytes).Select(s => s.Table)];
        await EnsurePartitions(database, cancellationToken);
        progress.Step($"Seeding {payments} payments into {tables.Length} tables");
        await SetTriggers(database, tables, "DISABLE", cancellationToken);
        var indexes = await DetachIndexes(database, tables, cancellationToken);
        await Fill(database, tables, payments, cancellationToken);
        progress.Step($"Building {indexes.Count} indexes");
        await BuildIndexes(database, indexes, cancellationToken);
        await SetTriggers(database, tables, "ENABLE ALWAYS", cancellationToken);
        await Execute(database, AddUpAccounts, cancellationToken);
        var ends = await ReadEnds(database, cancellationToken);
        await Execute(database, "DROP SCHEMA seed CASCADE", cancellationToken);
        await Execute(database, "VACUUM (ANALYZE)", cancellationToken);
        await Execute(database, "CHECKPOINT", cancellationToken);
        progress.Step($"{payments} payments seeded");
        return ends;
    }

    /// <summary>
    /// Some tables at a time, in step: a vacuum can only freeze rows that are older than every transaction under way.
    /// </summary>
    private async Task Fill(
        NpgsqlDataSource database, IReadOnlyList<SeededTable> tables, long payments, CancellationToken cancellationToken)
    {
        foreach (var together in tables.Chunk(Lanes))
        {
            for (var number = 0L; number < payments; number += Chunk)
            {
                await Task.WhenAll(together.Select(t => Insert(
                    database, t, Math.Max(number, FirstOf(t, payments)), Math.Min(payments, number + Chunk), cancellationToken)));
                // Old rows are frozen in a table of months; and no reader has to mark them for the first time.
                await Task.WhenAll(together.Select(t => Execute(
                    database, $"VACUUM (FREEZE, INDEX_CLEANUP OFF) {t.Name}", cancellationToken)));
            }

            progress.Step($"Filled {string.Join(" and ", together.Select(t => t.Name))}");
        }
    }

    private static async Task Insert(
        NpgsqlDataSource database, SeededTable table, long first, long end, CancellationToken cancellationToken)
    {
        if (first >= end)
            return;
        await using var insert = database.CreateCommand(table.Insert());
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = first });
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = end });
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// An index that is not ready takes no entries, and is whole again when it was built anew. A partitioned table's stay
    /// as they are: its rows come in the order of its key.
    /// </summary>
    private static Task<List<string>> DetachIndexes(
        NpgsqlDataSource database, IReadOnlyList<SeededTable> tables, CancellationToken cancellationToken) => Read(
        database,
        $"""
        UPDATE pg_index SET indisready = false, indisvalid = false
        WHERE indrelid IN ({Names(tables)}) AND (SELECT relkind FROM pg_class WHERE oid = indrelid) = 'r'
        RETURNING indexrelid::regclass::text
        """,
        r => r.GetString(0),
        cancellationToken);

    private static async Task BuildIndexes(
        NpgsqlDataSource database, IReadOnlyList<string> indexes, CancellationToken cancellationToken) =>
        await Parallel.ForEachAsync(
            indexes,
            new ParallelOptions { MaxDegreeOfParallelism = Lanes, CancellationToken = cancellationToken },
            async (index, stopping) => await Execute(database, $"REINDEX INDEX {index}", stopping));

    private static string Names(IEnumerable<SeededTable> tables) =>
        string.Join(", ", tables.Select(t => $"'{t.Name}'::regclass"));

    private static long FirstOf(SeededTable table, long payments) => payments - payments * DaysOf(table) / Days;

    private static int DaysOf(SeededTable table) => table.Name.Split('.')[1] switch
    {
        "inbox" => InboxDays,
        "inbox_message" => MessageDays,
        _ => Days,
    };

    private async Task CreateClones(NpgsqlDataSource database, long payments, CancellationToken cancellationToken)
    {
        var end = time.GetUtcNow().AddHours(-1);
        var start = end.AddDays(-Days).ToUnixTimeMilliseconds();
        var step = (end.ToUnixTimeMilliseconds() - start) / payments;
        await Execute(
            database,
            $"""
            CREATE UNLOGGED TABLE seed.clone AS
            SELECT n AS number, t.rank, at.ms - t.ms AS delta, (at.ms - t.ms) * interval '1 millisecond' AS shift,
                   t.text AS old, {UlidSql.TimeText("at.ms")} || substr(t.text, 11) AS new
            FROM generate_series(0, {payments - 1}::bigint) AS n
            JOIN seed.template t ON t.rank = n % (SELECT count(*) FROM seed.template)
            CROSS JOIN LATERAL (SELECT {start} + n * {step} AS ms) AS at;
            CREATE UNIQUE INDEX ON seed.clone (number);
            ANALYZE seed.clone;
            """,
            cancellationToken);
    }

    /// <summary>
    /// With the bytes of a template's rows, their part of the indexes included. A table without a template's row is left
    /// out: it is empty after finished payments.
    /// </summary>
    private static async Task<IReadOnlyList<(SeededTable Table, double Bytes)>> CreateTemplates(
        NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await Execute(
            database,
            $"""
            CREATE SCHEMA seed;
            CREATE UNLOGGED TABLE seed.template AS
            SELECT (row_number() OVER (ORDER BY md5(p.payment_id::text)) - 1)::integer AS rank, p.payment_id AS id,
                   r.body ->> 'paymentId' AS text, p.state, {UlidSql.Milliseconds("p.payment_id")} AS ms
            FROM orchestrator.payment p JOIN orchestrator.payment_request r USING (payment_id)
            WHERE p.deadline_at IS NULL;
            ANALYZE seed.template;
            """,
            cancellationToken);
        var tables = new List<(SeededTable Table, double Bytes)>();
        foreach (var (name, columns) in await ReadTables(database, cancellationToken))
        {
            var link = LinkOf(name, [.. columns.Select(c => c.Name)]);
            if (link is null)
                continue;
            var marked = new List<SeededColumn>();
            foreach (var column in columns)
                marked.Add(column with { NamesPayment = await NamesPayment(database, name, link, column, cancellationToken) });
            var table = new SeededTable(name, marked);
            await Execute(database, table.CreateTemplate(link), cancellationToken);
            await Execute(database, $"ANALYZE {table.Template}", cancellationToken);
            var bytes = await ReadOne<double>(
                database,
                $"""
                SELECT coalesce((pg_table_size('{table.Template}')
                           + coalesce((SELECT sum(pg_indexes_size(relid)) FROM pg_partition_tree('{name}') WHERE isleaf),
                                      pg_indexes_size('{name}')))
                       / nullif((SELECT count(DISTINCT rank) FROM {table.Template}), 0), 0)::float8
                """,
                cancellationToken);
            if (bytes > 0)
                tables.Add((table, bytes));
        }

        return tables;
    }

    /// <summary>How a row tells its payment; null for a table that is not a payment's.</summary>
    private static string? LinkOf(string table, IReadOnlyCollection<string> columns)
    {
        var schema = table.Split('.')[0];
        return columns.Contains("payment_id") ? "JOIN seed.template s ON s.id = t.payment_id"
            : columns.Contains("journal_id")
                ? $"JOIN {schema}.journal j USING (journal_id) JOIN seed.template s ON s.id = j.payment_id"
            : columns.Contains("operation_id") ? "JOIN seed.template s ON s.text = left(t.operation_id, 26)"
            : columns.Contains("consumer") ? LinkOfMessages(schema)
            : null;
    }

    /// <summary>
    /// A message does not say whose it is. Any payment will do, as long as all of a message's rows move together and each
    /// payment gets as many.
    /// </summary>
    private static string LinkOfMessages(string schema) =>
        $"""
        JOIN (
            SELECT m.message_id,
                   (m.number * (SELECT count(*) FROM seed.template)
                       / (SELECT count(DISTINCT message_id) FROM {schema}.inbox))::integer AS rank
            FROM (SELECT message_id, row_number() OVER (ORDER BY message_id) - 1 AS number
                  FROM {schema}.inbox GROUP BY message_id) AS m
        ) AS s USING (message_id)
        """;

    private static async Task<bool> NamesPayment(
        NpgsqlDataSource database, string table, string link, SeededColumn column, CancellationToken cancellationToken) =>
        column.Type is "text" or "jsonb" && await ReadOne<bool>(
            database,
            $"""
            SELECT EXISTS (
                SELECT FROM {table} t {link} JOIN seed.template p USING (rank)
                WHERE strpos(t."{column.Name}"::text, p.text) > 0)
            """,
            cancellationToken);

    private static async Task<IReadOnlyList<(string Name, IReadOnlyList<SeededColumn> Columns)>> ReadTables(
        NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var columns = await Read(
            database,
            $"""
            SELECT c.relnamespace::regnamespace || '.' || c.relname, a.attname, format_type(a.atttypid, NULL)
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace::regnamespace::text IN ({string.Join(", ", Services.Select(s => $"'{s}'"))})
              AND c.relkind IN ('r', 'p') AND NOT c.relispartition
              AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity = '' AND a.attgenerated = ''
            ORDER BY 1, a.attnum
            """,
            r => (Table: r.GetString(0), Column: new SeededColumn(r.GetString(1), r.GetString(2), NamesPayment: false)),
            cancellationToken);
        return [.. columns.GroupBy(c => c.Table, c => c.Column).Select(g => (g.Key, (IReadOnlyList<SeededColumn>)[.. g]))];
    }

    private static async Task EnsurePartitions(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        foreach (var service in Services)
        {
            await Execute(
                database,
                $"""
                BEGIN;
                SET LOCAL search_path = {service};
                SET LOCAL ROLE {service}_owner;
                SELECT ensure_partitions((now() AT TIME ZONE 'UTC')::date - {InboxDays + 1}, (now() AT TIME ZONE 'UTC')::date);
                COMMIT;
                """,
                cancellationToken);
        }
    }

    /// <summary>Triggers that fire whatever a session says: those of the ledger.</summary>
    private static async Task SetTriggers(
        NpgsqlDataSource database, IReadOnlyList<SeededTable> tables, string how, CancellationToken cancellationToken)
    {
        foreach (var trigger in await Read(
            database,
            $"""
            SELECT format('ALTER TABLE %s %s TRIGGER %I', tgrelid::regclass, '{how}', tgname)
            FROM pg_trigger
            WHERE tgrelid IN ({Names(tables)}) AND NOT tgisinternal AND tgtype & 4 = 4
              AND tgenabled = '{(how == "DISABLE" ? 'A' : 'D')}'
            """,
            r => r.GetString(0),
            cancellationToken))
        {
            await Execute(database, trigger, cancellationToken);
        }
    }

    private static async Task<DiskNeed> ReadNeed(
        NpgsqlDataSource database, IEnumerable<(SeededTable Table, double Bytes)> sizes, CancellationToken cancellationToken)
    {
        var bytes = sizes.Sum(s => s.Bytes * DaysOf(s.Table) / Days);
        var log = await ReadOne<long>(database, "SELECT pg_size_bytes(current_setting('max_wal_size'))", cancellationToken);
        var home = await File.ReadAllTextAsync(Path.Combine(RunDirectory.Location, "postgres.home"), cancellationToken);
        return new DiskNeed(bytes, log, new DriveInfo(home.Trim()).AvailableFreeSpace);
    }

    private static async Task<IReadOnlyDictionary<PaymentEnd, long>> ReadEnds(
        NpgsqlDataSource database, CancellationToken cancellationToken) =>
        (await Read(
            database,
            "SELECT t.state, count(*) FROM seed.clone JOIN seed.template t USING (rank) GROUP BY t.state",
            r => (End: Enum.Parse<PaymentEnd>(r.GetString(0)), Count: r.GetInt64(1)),
            cancellationToken)).ToDictionary(e => e.End, e => e.Count);

    private static async Task Execute(NpgsqlDataSource database, string sql, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<T> ReadOne<T>(NpgsqlDataSource database, string sql, CancellationToken cancellationToken) =>
        (await Read(database, sql, r => r.GetFieldValue<T>(0), cancellationToken))[0];

    private static async Task<List<T>> Read<T>(
        NpgsqlDataSource database, string sql, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(row(reader));
        return rows;
    }
}
