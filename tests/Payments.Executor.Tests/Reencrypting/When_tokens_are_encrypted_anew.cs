using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Payments.Contracts;
using Payments.Executor.Executing;
using Payments.Hosting;
using Payments.Messaging;
using Payments.Testing;

namespace Payments.Executor.Tests.Reencrypting;

/// <summary>On the real database, in a table of its own.</summary>
public sealed class When_tokens_are_encrypted_anew : IAsyncLifetime
{
    private const int Rows = (2 * Reencryptor.BatchSize) + 7;

    private static readonly string OldKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private static readonly string NewKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private readonly string _table = $"reencrypted_{Ulid.NewUlid().ToString().ToLowerInvariant()}";
    private readonly TokenCipher _old = Cipher("k1", ("k1", OldKey));
    private readonly TokenCipher _both = Cipher("k2", ("k1", OldKey), ("k2", NewKey));
    private readonly TokenCipher _new = Cipher("k2", ("k2", NewKey));
    private readonly NpgsqlDataSource _owner = NpgsqlDataSource.Create(RunDirectory.ConnectionString("executor", "Owner"));

    private EncryptedRows Table => RequestWriter.Encrypted with { Table = _table };

    public async Task InitializeAsync()
    {
        await Execute($"CREATE TABLE {_table} (operation_id text NOT NULL PRIMARY KEY, request bytea NOT NULL)");
        string[] ids = [.. Enumerable.Range(0, Rows).Select(i => i.ToString("D6", CultureInfo.InvariantCulture))];
        await Execute(
            $"INSERT INTO {_table} SELECT * FROM unnest($1::text[], $2::bytea[])",
            Sql.Value(ids),
            Sql.Value(Array.ConvertAll(ids, id => _old.Encrypt(Encoding.UTF8.GetBytes($"token of {id}"), id))));
    }

    public async Task DisposeAsync()
    {
        await Execute($"DROP TABLE {_table}");
        await _owner.DisposeAsync();
    }

    [Fact]
    public async Task Should_leave_nothing_under_the_old_key_and_say_how_much_it_did()
    {
        await using var progress = new StringWriter();

        (await Run(_both, progress)).ShouldBe(Rows);

        progress.ToString().TrimEnd().ShouldBe($"{_table}: {Rows} rows read, {Rows} encrypted anew.");
        var rows = await Read();
        rows.Count.ShouldBe(Rows);
        rows.ShouldAllBe(row => Encoding.UTF8.GetString(_new.Decrypt(row.Request, row.Id)) == $"token of {row.Id}");
    }

    [Fact]
    public async Task Should_skip_what_is_done()
    {
        await Run(_both, TextWriter.Null);
        var before = await Read();

        (await Run(_both, TextWriter.Null)).ShouldBe(0);

        (await Read()).Select(r => Convert.ToHexString(r.Request)).ShouldBe(before.Select(r => Convert.ToHexString(r.Request)));
    }

    [Fact]
    public async Task Should_keep_whole_batches_when_it_is_broken_off_and_go_on_when_run_again()
    {
        var broken = $"{Reencryptor.BatchSize + 3:D6}";
        var whole = (await Read()).Single(r => r.Id == broken).Request;
        await Execute($"UPDATE {_table} SET request = $1 WHERE operation_id = $2", Sql.Value("enc:k9:AAAA"u8.ToArray()), Sql.Value(broken));

        (await Should.ThrowAsync<DependencyMissingException>(() => Run(_both, TextWriter.Null))).Message.ShouldContain(broken);

        (await Read()).Count(r => IsNew(r.Request)).ShouldBe(Reencryptor.BatchSize);
        await Execute($"UPDATE {_table} SET request = $1 WHERE operation_id = $2", Sql.Value(whole), Sql.Value(broken));
        (await Run(_both, TextWriter.Null)).ShouldBe(Rows - Reencryptor.BatchSize);
        (await Read()).ShouldAllBe(r => IsNew(r.Request));
    }

    [Fact]
    public async Task Should_understand_the_executors_own_table() =>
        (await new Reencryptor(
            new OwnerConnection(RunDirectory.ConnectionString("executor", "Owner")), SettingsOf("executor"), [RequestWriter.Encrypted])
            .Run(TextWriter.Null)).ShouldBe(0);

    private static bool IsNew(byte[] request) => request.AsSpan().StartsWith("enc:k2:"u8);

    private static TokenCipher SettingsOf(string service)
    {
        var settings = RunDirectory.Configuration(service).GetSection("Tokens");
        var active = settings["ActiveKey"]!;
        return Cipher(active, (active, settings[$"Keys:{active}"]!));
    }

    private static TokenCipher Cipher(string active, params (string Id, string Key)[] keys)
    {
        var options = new TokenOptions { ActiveKey = active };
        foreach (var (id, key) in keys)
            options.Keys.Add(id, key);
        return new TokenCipher(options);
    }

    private Task<long> Run(TokenCipher cipher, TextWriter progress) => new Reencryptor(
        new OwnerConnection(RunDirectory.ConnectionString("executor", "Owner")), cipher, [Table]).Run(progress);

    private async Task<List<(string Id, byte[] Request)>> Read()
    {
        await using var command = _owner.CreateCommand($"SELECT operation_id, request FROM {_table} ORDER BY 1");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(string, byte[])>();
        while (await reader.ReadAsync())
            rows.Add((reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
        return rows;
    }

    private async Task Execute(string sql, params NpgsqlParameter[] parameters)
    {
        await using var command = _owner.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync();
    }
}
