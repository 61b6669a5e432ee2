using Npgsql;
using Payments.Testing;

namespace Payments.Messaging.Tests.Committing;

/// <summary>An entry in the books, made once for each delivery; neither negative nor zero.</summary>
internal sealed record Post(Guid Work, string Account, int Amount, string Note = "") : IWrite
{
    /// <summary>This note keeps the commit itself waiting.</summary>
    public const string Slow = "slow";

    /// <summary>This one is refused by the commit itself, when everything has been written.</summary>
    public const string Late = "late";
}

/// <summary>Adds to an account, whatever it has.</summary>
internal sealed record Add(string Account, int Amount) : IWrite;

/// <summary>Sets an account that is as it was when it was read.</summary>
internal sealed record Set(string Account, int Version, long Sum) : IWrite;

/// <summary>Saves an account as those who shared it left it, if it is as it was when it was read.</summary>
internal sealed record Save(CommonAccount Account) : IWrite;

/// <summary>Is the same however often it is made.</summary>
internal sealed record Mark(Guid Work) : IWrite;

/// <summary>Nobody knows how to write it.</summary>
internal sealed record Unwritable : IWrite;

internal sealed record Account(long Sum, int Version);

/// <summary>Accounts and their entries: an effect that is lost or doubled shows, and who wrote it together with whom.</summary>
internal static class ToyBooks
{
    public const string Create = """
        CREATE TABLE IF NOT EXISTS toy_account (name text NOT NULL PRIMARY KEY, sum bigint NOT NULL, version integer NOT NULL);
        CREATE TABLE IF NOT EXISTS toy_entry (
            work uuid NOT NULL, account text NOT NULL, amount integer NOT NULL CHECK (amount > 0), note text NOT NULL);
        CREATE TABLE IF NOT EXISTS toy_mark (work uuid NOT NULL PRIMARY KEY);
        CREATE OR REPLACE FUNCTION toy_commit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.note = 'late' THEN
                RAISE check_violation USING MESSAGE = 'late', CONSTRAINT = 'toy_entry_late';
            END IF;
            PERFORM pg_sleep(0.02);
            RETURN NULL;
        END $$;
        DROP TRIGGER IF EXISTS toy_commit ON toy_entry;
        CREATE CONSTRAINT TRIGGER toy_commit AFTER INSERT ON toy_entry DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW WHEN (NEW.note IN ('late', 'slow')) EXECUTE FUNCTION toy_commit();
        GRANT SELECT, INSERT, UPDATE ON toy_account, toy_entry, toy_mark TO ledger_runtime;
        """;

    public const string Schema = "ledger";

    public static NpgsqlConnectionStringBuilder Connection(string name, string role = "Database") =>
        new(RunDirectory.ConnectionString(Schema, role)) { ApplicationName = name };
}

internal sealed class PostWriter : Writer<Post>
{
    protected override void Add(WriteBatch batch, Post[] writes) => batch.Add(
        "INSERT INTO toy_entry (work, account, amount, note) SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::text[])",
        Sql.Value(Array.ConvertAll(writes, w => w.Work)),
        Sql.Value(Array.ConvertAll(writes, w => w.Account)),
        Sql.Value(Array.ConvertAll(writes, w => w.Amount)),
        Sql.Value(Array.ConvertAll(writes, w => w.Note)));
}

internal sealed class AddWriter : Writer<Add>
{
    private const string Update = """
        WITH added AS (SELECT name, sum(amount) AS amount FROM unnest($1::text[], $2::int[]) AS a (name, amount) GROUP BY name),
        locked AS (SELECT name FROM toy_account WHERE name = ANY($1) ORDER BY name FOR UPDATE)
        UPDATE toy_account t SET sum = t.sum + a.amount, version = t.version + 1
        FROM added a JOIN locked l ON l.name = a.name WHERE t.name = a.name
        """;

    protected override void Add(WriteBatch batch, Add[] writes) => batch.AddGuarded(
        writes.Select(w => w.Account).Distinct().Count(),
        Update,
        Sql.Value(Array.ConvertAll(writes, w => w.Account)),
        Sql.Value(Array.ConvertAll(writes, w => w.Amount)));
}

internal sealed class SetWriter : Writer<Set>
{
    private const string Update = """
        UPDATE toy_account t SET sum = s.sum, version = t.version + 1
        FROM unnest($1::text[], $2::int[], $3::bigint[]) AS s (name, version, sum)
        WHERE t.name = s.name AND t.version = s.version
        """;

    /// <summary>Two of one account update it once: the guard counts.</summary>
    protected override void Add(WriteBatch batch, Set[] writes) => batch.AddGuarded(
        writes.Length,
        Update,
        Sql.Value(Array.ConvertAll(writes, w => w.Account)),
        Sql.Value(Array.ConvertAll(writes, w => w.Version)),
        Sql.Value(Array.ConvertAll(writes, w => w.Sum)));
}

internal sealed class SaveWriter : Writer<Save>
{
    private const string Update = """
        UPDATE toy_account t SET sum = s.sum, version = t.version + 1
        FROM unnest($1::text[], $2::int[], $3::bigint[]) AS s (name, version, sum)
        WHERE t.name = s.name AND t.version = s.version
        """;

    protected override void Add(WriteBatch batch, Save[] writes)
    {
        var accounts = writes.Select(w => w.Account).Distinct().OrderBy(a => a.Name, StringComparer.Ordinal).ToArray();
        batch.AddGuarded(
            accounts.Length,
            Update,
            Sql.Value(Array.ConvertAll(accounts, a => a.Name)),
            Sql.Value(Array.ConvertAll(accounts, a => a.Version)),
            Sql.Value(Array.ConvertAll(accounts, a => a.Sum)));
    }
}

internal sealed class MarkWriter : Writer<Mark>
{
    protected override void Add(WriteBatch batch, Mark[] writes) => batch.Add(
        "INSERT INTO toy_mark (work) SELECT * FROM unnest($1::uuid[]) ON CONFLICT DO NOTHING",
        Sql.Value(Array.ConvertAll(writes, w => w.Work)));
}

/// <summary>Locks the accounts, in order.</summary>
internal sealed class AccountLoader : ILoader<string, Account>
{
    public static RowLock Lock(IEnumerable<string> names) =>
        new("SELECT FROM toy_account WHERE name = ANY($1) ORDER BY name FOR UPDATE", names);

    public RowLock? LockFirst(IReadOnlyList<string> keys) => Lock(keys);

    public void AddCommands(NpgsqlBatch batch, IReadOnlyList<string> keys) => AddLocking(batch, keys);

    public Task<IReadOnlyList<Account>> Read(NpgsqlDataReader reader, IReadOnlyList<string> keys) =>
        Read(reader, keys.AsEnumerable());

    public static void AddLocking(NpgsqlBatch batch, IEnumerable<string> names) =>
        Add(batch, "SELECT name, sum, version FROM toy_account WHERE name = ANY($1) ORDER BY name FOR UPDATE", names);

    public static void Add(NpgsqlBatch batch, string sql, IEnumerable<string> names) =>
        batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { Sql.Value(names.ToArray()) } });

    public static async Task<IReadOnlyList<Account>> Read(NpgsqlDataReader reader, IEnumerable<string> names)
    {
        var accounts = new Dictionary<string, Account>();
        while (await reader.ReadAsync())
            accounts.Add(reader.GetString(0), new Account(reader.GetInt64(1), reader.GetInt32(2)));
        return [.. names.Select(n => accounts[n])];
    }
}

/// <summary>An account that is locked as well, by another kind of work.</summary>
internal sealed record OtherAccount(string Account);

internal sealed class OtherAccountLoader : ILoader<OtherAccount, Account>
{
    public RowLock? LockFirst(IReadOnlyList<OtherAccount> keys) => AccountLoader.Lock(keys.Select(k => k.Account));

    public void AddCommands(NpgsqlBatch batch, IReadOnlyList<OtherAccount> keys) =>
        AccountLoader.AddLocking(batch, keys.Select(k => k.Account));

    public Task<IReadOnlyList<Account>> Read(NpgsqlDataReader reader, IReadOnlyList<OtherAccount> keys) =>
        AccountLoader.Read(reader, keys.Select(k => k.Account));
}

/// <summary>An account that is read and not locked: who writes it must guard the version.</summary>
internal sealed record Glance(string Account);

/// <summary>Locks nothing, as the loads of sagas do.</summary>
internal sealed class GlanceLoader : ILoader<Glance, Account>
{
    public void AddCommands(NpgsqlBatch batch, IReadOnlyList<Glance> keys) => AccountLoader.Add(
        batch, "SELECT name, sum, version FROM toy_account WHERE name = ANY($1)", keys.Select(k => k.Account));

    public Task<IReadOnlyList<Account>> Read(NpgsqlDataReader reader, IReadOnlyList<Glance> keys) =>
        AccountLoader.Read(reader, keys.Select(k => k.Account));
}

/// <summary>An account on which all members of a group decide that ask for it.</summary>
internal sealed record Common(string Account);

/// <summary>An account that changes in memory.</summary>
internal sealed class CommonAccount(string name, Account read)
{
    public string Name { get; } = name;

    public int Version { get; } = read.Version;

    public long Sum { get; private set; } = read.Sum;

    public void Add(int amount) => Sum += amount;
}

/// <summary>Locks nothing, and gives one object to all who ask for the same.</summary>
internal sealed class CommonLoader : ILoader<Common, CommonAccount>
{
    public bool SharesRows => true;

    public void AddCommands(NpgsqlBatch batch, IReadOnlyList<Common> keys) => AccountLoader.Add(
        batch, "SELECT name, sum, version FROM toy_account WHERE name = ANY($1)", keys.Select(k => k.Account));

    public async Task<IReadOnlyList<CommonAccount>> Read(NpgsqlDataReader reader, IReadOnlyList<Common> keys)
    {
        string[] names = [.. keys.Select(k => k.Account).Distinct()];
        var accounts = names.Zip(await AccountLoader.Read(reader, names), (name, read) => new CommonAccount(name, read))
            .ToDictionary(a => a.Name);
        return [.. keys.Select(k => accounts[k.Account])];
    }
}
