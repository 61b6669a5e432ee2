using Npgsql;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Operations.Handling.Editing;

/// <summary>What a letter holds; it never changes.</summary>
/// <param name="LetterId">The letter.</param>
/// <param name="Endpoint">Where it failed.</param>
/// <param name="MessageType">As the letter says itself, or the exchange it was published to.</param>
/// <param name="CardNumbers">How many were masked.</param>
/// <param name="Body">Null where it is too large to be edited.</param>
internal sealed record StoredLetter(Ulid LetterId, string Endpoint, string? MessageType, int CardNumbers, byte[]? Body);

/// <summary>Reads the content of letters whole.</summary>
internal sealed class LetterContent(NpgsqlDataSource dataSource)
{
    public const int MaxBytes = 1024 * 1024;

    private const string Read = """
        SELECT letter_id, endpoint, message_type, card_numbers,
               CASE WHEN body_bytes <= $2 THEN coalesce(body, (
                   SELECT string_agg(bytes, ''::bytea ORDER BY position)
                   FROM dead_letter_part p
                   WHERE p.letter_id = l.letter_id)) END
        FROM dead_letter l
        WHERE letter_id = $1
        """;

    /// <summary>Null when there is no such letter.</summary>
    public async Task<StoredLetter?> Find(Ulid letterId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Read);
        command.Parameters.Add(Sql.Value(letterId.ToGuid()));
        command.Parameters.Add(Sql.Value((long)MaxBytes));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new StoredLetter(
                Ulid.FromGuid(reader.GetGuid(0)), reader.GetString(1), reader.GetText(2), reader.GetInt32(3),
                reader.IsDBNull(4) ? null : reader.GetFieldValue<byte[]>(4))
            : null;
    }
}
