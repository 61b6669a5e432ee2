using Npgsql;
using Payments.Contracts;
using Payments.Testing;

namespace Payments.Messaging.Tests.Committing;

/// <summary>Looks at the books and disturbs whoever writes them, on connections of its own.</summary>
internal sealed class BooksObserver : IAsyncDisposable
{
    private const int MostConnections = 20;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly NpgsqlDataSource _dataSource = NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(ToyBooks.Connection("observer").ConnectionString) { MaxPoolSize = MostConnections });

    /// <summary>The name of the connections that are observed.</summary>
    public string Observed { get; } = $"committer {Ulid.NewUlid()}";

    public static async Task<BooksObserver> Open()
    {
        await using var owner = NpgsqlDataSource.Create(ToyBooks.Connection("observer", "Owner"));
        await using var command = owner.CreateCommand(ToyBooks.Create);
        await command.ExecuteNonQueryAsync();
        return new BooksObserver();
    }

    public ValueTask DisposeAsync() => _dataSource.DisposeAsync();

    public async Task<string[]> OpenAccounts(int count)
    {
        var names = Enumerable.Range(0, count).Select(_ => Ulid.NewUlid().ToString()).ToArray();
        await Execute("INSERT INTO toy_account (name, sum, version) SELECT unnest($1::text[]), 0, 1", (object)names);
        return names;
    }

    public async Task<Account> Read(string account) =>
        (await Rows(r => new Account(r.GetInt64(0), r.GetInt32(1)), "SELECT sum, version FROM toy_account WHERE name = $1", account)).Single();

    /// <summary>Holds an account's row until it is disposed of: whoever wants it waits.</summary>
    public Task<IAsyncDisposable> Hold(string account) =>
        Hold("SELECT FROM toy_account WHERE name = $1 FOR UPDATE", Sql.Value(account));

    /// <summary>Holds a mark that nobody has made yet.</summary>
    public Task<IAsyncDisposable> HoldMark(Guid work) =>
        Hold("INSERT INTO toy_mark (work) VALUES ($1)", Sql.Value(work));

    /// <summary>Waits until so many groups wait for a row.</summary>
    public Task AwaitWaiting(int groups = 1) => Eventually.Async($"{groups} groups to wait for a row", Deadline, async () =>
        await Ask<long>("SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'", Observed) >= groups);

    /// <summary>The server breaks the connections that are open; how many.</summary>
    public Task<long> Break() =>
        Ask<long>("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = $1", Observed);

    public async Task<T> Ask<T>(string sql, params object[] values) =>
        (await Rows(r => r.GetFieldValue<T>(0), sql, values)).Single();

    public async Task<List<T>> Rows<T>(Func<NpgsqlDataReader, T> read, string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }

    public async Task Execute(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Undone when the connection is closed.</summary>
    private async Task<IAsyncDisposable> Hold(string sql, NpgsqlParameter parameter)
    {
        var connection = await _dataSource.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        command.Parameters.Add(parameter);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private NpgsqlCommand Command(string sql, object[] values)
    {
        var command = _dataSource.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
