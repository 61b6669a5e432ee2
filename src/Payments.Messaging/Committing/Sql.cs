using Npgsql;
using NpgsqlTypes;
using Payments.Contracts;

namespace Payments.Messaging;

/// <summary>Typed positional parameters, and the row shape that inbox and outbox share.</summary>
public static class Sql
{
    /// <summary>Text that may be null, typed as text either way.</summary>
    public static NpgsqlParameter Text(string? value) =>
        new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)value ?? DBNull.Value };

    public static string? GetText(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    public static Ulid? GetUlid(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : Ulid.FromGuid(reader.GetGuid(column));

    public static NpgsqlParameter Value<T>(T value) =>
        value is null ? new NpgsqlParameter { Value = DBNull.Value } : new NpgsqlParameter<T> { TypedValue = value };

    internal static OutgoingMessage ReadMessage(NpgsqlDataReader reader, int column) => new(
        reader.GetGuid(column),
        reader.GetString(column + 1),
        reader.GetString(column + 2),
        reader.IsDBNull(column + 3) ? null : reader.GetString(column + 3),
        reader.GetFieldValue<byte[]>(column + 4));
}
