using System.Security.Cryptography;
using Npgsql;
using Payments.Messaging;

namespace Payments.Hosting;

/// <summary>A table in which something rests encrypted.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Key">Its key: a column that is never changed.</param>
/// <param name="KeyType">The type of the key.</param>
/// <param name="Select">The encrypted column as text, such as <c>body::text</c>.</param>
/// <param name="Assign">The assignment of the text <c>n.value</c> to it, such as <c>body = n.value::jsonb</c>.</param>
/// <param name="Renew">
/// From a row's key, as text, and its value to the value under the active key; null where it is that already.
/// </param>
public sealed record EncryptedRows(
    string Table, string Key, string KeyType, string Select, string Assign, Func<TokenCipher, string, string, string?> Renew);

/// <summary>
/// Encrypts anew, under the active key, what rests under older ones: a batch of rows at a time, each in a transaction of its
/// own. What was done stays done: broken off, it is simply run again. Connects as the owner of the schema.
/// </summary>
public sealed class Reencryptor(OwnerConnection owner, TokenCipher cipher, IEnumerable<EncryptedRows> tables)
{
    /// <summary>Rows of one transaction; services wait for it no longer than for each other.</summary>
    public const int BatchSize = 500;

    private const int BatchesPerReport = 20;

    /// <summary>Does it, and says how far it is.</summary>
    /// <returns>How many rows were encrypted anew.</returns>
    /// <exception cref="DependencyMissingException">A row is under a key that is not among the settings.</exception>
    public async Task<long> Run(TextWriter progress)
    {
        var all = 0L;
        await using var connection = new NpgsqlConnection(owner.ConnectionString);
        await connection.OpenAsync();
        foreach (var table in tables)
        {
            var (read, renewed, batches) = (0L, 0L, 0);
            for (string? after = null; ;)
            {
                var batch = await RenewBatch(connection, table, after);
                (read, renewed) = (read + batch.Read, renewed + batch.Renewed);
                if (batch.Read < BatchSize)
                    break;
                after = batch.Last;
                if (++batches % BatchesPerReport == 0)
                    await progress.WriteLineAsync($"{table.Table}: {read} rows read, {renewed} encrypted anew ...");
            }

            await progress.WriteLineAsync($"{table.Table}: {read} rows read, {renewed} encrypted anew.");
            all += renewed;
        }

        return all;
    }

    private async Task<(int Read, int Renewed, string? Last)> RenewBatch(
        NpgsqlConnection connection, EncryptedRows table, string? after)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        var (keys, values) = await ReadBatch(connection, table, after);
        var renewed = keys.Zip(values, (key, value) => (Key: key, Value: Renew(table, key, value)))
            .Where(row => row.Value is not null)
            .ToArray();
        if (renewed.Length > 0)
        {
            await using var update = new NpgsqlCommand(
                $"""
                UPDATE {table.Table} AS t SET {table.Assign}
                FROM unnest($1::text[], $2::text[]) AS n (key, value) WHERE t.{table.Key} = n.key::{table.KeyType}
                """,
                connection);
            update.Parameters.Add(Sql.Value(Array.ConvertAll(renewed, row => row.Key)));
            update.Parameters.Add(Sql.Value(Array.ConvertAll(renewed, row => row.Value!)));
            await update.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync();
        return (keys.Count, renewed.Length, keys.LastOrDefault());
    }

    private static async Task<(List<string> Keys, List<string> Values)> ReadBatch(
        NpgsqlConnection connection, EncryptedRows table, string? after)
    {
        var (keys, values) = (new List<string>(), new List<string>());
        await using var select = new NpgsqlCommand(
            $"""
            SELECT {table.Key}::text, {table.Select} FROM {table.Table}
            WHERE {(after is null ? "$1 IS NULL" : $"{table.Key} > $1::{table.KeyType}")} ORDER BY {table.Key} LIMIT {BatchSize} FOR UPDATE
            """,
            connection);
        select.Parameters.Add(Sql.Text(after));
        await using var reader = await select.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            keys.Add(reader.GetString(0));
            values.Add(reader.IsDBNull(1) ? "" : reader.GetString(1));
        }

        return (keys, values);
    }

    private string? Renew(EncryptedRows table, string key, string value)
    {
        try
        {
            return value.Length == 0 ? null : table.Renew(cipher, key, value);
        }
        catch (CryptographicException exception)
        {
            throw new DependencyMissingException(
                $"{table.Table} {key} cannot be decrypted: its key is not among Tokens:Keys, or it was changed. Nothing of its batch was written.",
                exception);
        }
    }
}
