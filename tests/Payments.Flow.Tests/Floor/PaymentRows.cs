using System.Text;
using System.Text.RegularExpressions;
using Npgsql;
using Payments.Contracts;
using Payments.Testing;

namespace Payments.Flow.Tests.Floor;

/// <summary>
/// Every row of the services' tables that names a payment, its seller, or an id that stands in such a row. Made comparable:
/// ids, moments, hashes and ciphertexts are replaced by what they are, and by their length where it may differ.
/// </summary>
internal static partial class PaymentRows
{
    private const string Tables = """
        SELECT relname::text FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
        ORDER BY relname
        """;

    public static async Task<bool> IsCompleted(Ulid paymentId)
    {
        await using var database = await Open("orchestrator");
        await using var command = new NpgsqlCommand(
            "SELECT count(*) FROM payment WHERE payment_id = $1 AND state = 'Completed'", database)
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = paymentId.ToGuid() } },
        };
        return (long)(await command.ExecuteScalarAsync())! == 1;
    }

    /// <returns>One line per row, as <c>service.table {column: value}</c> with every column, sorted.</returns>
    public static async Task<IReadOnlyList<string>> Of(Ulid paymentId, string sellerId, IEnumerable<string> services)
    {
        var rows = new List<string>();
        foreach (var service in services)
        {
            await using var database = await Open(service);
            var tables = await Read(database, Tables);
            string[] names = [.. Spellings(paymentId), sellerId];
            var direct = await Rows(database, tables, names);
            var ids = direct.SelectMany(row => Uuids().Matches(row).Select(m => m.Value)).Distinct();
            rows.AddRange((await Rows(database, tables, [.. names, .. ids])).Select(row => $"{service}.{Comparable(row)}"));
        }

        return [.. rows.Order(StringComparer.Ordinal)];
    }

    /// <summary>As text, as <c>uuid</c>, and as text within <c>bytea</c>.</summary>
    private static string[] Spellings(Ulid id) =>
        [$"{id}", $"{id.ToGuid()}", Convert.ToHexStringLower(Encoding.UTF8.GetBytes($"{id}"))];

    private static async Task<IReadOnlyList<string>> Rows(NpgsqlConnection database, IEnumerable<string> tables, string[] names)
    {
        var rows = new List<string>();
        foreach (var table in tables)
        {
            rows.AddRange(await Read(
                database,
                $"SELECT '{table} ' || to_jsonb(t)::text FROM \"{table}\" AS t WHERE to_jsonb(t)::text LIKE ANY ($1)",
                [.. names.Select(n => $"%{n}%")]));
        }

        return rows;
    }

    private static async Task<IReadOnlyList<string>> Read(NpgsqlConnection database, string sql, string[]? names = null)
    {
        await using var command = new NpgsqlCommand(sql, database);
        if (names is not null)
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = names });
        var texts = new List<string>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            texts.Add(reader.GetString(0));
        return texts;
    }

    private static string Comparable(string row)
    {
        // What bytes hold is text, but for hashes.
        row = Bytes().Replace(row, m => TextOf(Convert.FromHexString(m.Groups[1].ValueSpan)));
        row = Ciphertexts().Replace(row, m => $"<{m.Length} of ciphertext>");
        row = Ulids().Replace(row, "<ulid>");
        row = Uuids().Replace(row, "<uuid>");
        row = Moments().Replace(row, "<moment>");
        return Numbers().Replace(row, "$1<number>");
    }

    private static string TextOf(byte[] bytes) =>
        bytes.Length == 32 ? "<hash>" : Encoding.UTF8.GetString(bytes);

    private static async Task<NpgsqlConnection> Open(string service)
    {
        var connection = new NpgsqlConnection(RunDirectory.ConnectionString(service, "Owner"));
        await connection.OpenAsync();
        return connection;
    }

    [GeneratedRegex("""\\\\x([0-9a-f]*)""")]
    private static partial Regex Bytes();

    [GeneratedRegex("enc:[A-Za-z0-9_:-]+")]
    private static partial Regex Ciphertexts();

    [GeneratedRegex("[0-7][0-9A-HJKMNP-TV-Z]{25}")]
    private static partial Regex Ulids();

    /// <summary>A table counts its entries.</summary>
    [GeneratedRegex("(\"entry_id\": )[0-9]+")]
    private static partial Regex Numbers();

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Uuids();

    [GeneratedRegex("""\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)""")]
    private static partial Regex Moments();
}
