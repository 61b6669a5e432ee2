using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Auditing;
using Payments.Operations.Replaying;

namespace Payments.Operations.Collecting;

/// <summary>The tables of letters, as the collector writes them.</summary>
internal sealed class LetterTable(NpgsqlDataSource dataSource, CollectingOptions options)
{
    private const int PartBytes = 1024 * 1024;

    // Two collectors must not give one occurrence twice; they take turns, a commit long.
    public const string TakeTurn = "SELECT pg_advisory_xact_lock(hashtext('dead_letter'))";

    // A letter with a mark of its own is the same whenever it comes. One without is the same only when the broker says that
    // it was delivered before: two equal messages that arrive for the first time are two.
    private const string NextOccurrence = """
        SELECT CASE
            WHEN max(occurrence) IS NULL THEN 0
            WHEN $2 THEN NULL
            ELSE max(occurrence) + 1
        END
        FROM dead_letter
        WHERE identity = $1
        """;

    private const string UpsertGroup = """
        INSERT INTO dead_letter_group AS known
            (group_id, endpoint, reason, message_type, exception_type, frame, letters, first_seen, last_seen)
        VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7)
        ON CONFLICT (group_id) DO UPDATE
        SET letters = known.letters + 1,
            first_seen = least(known.first_seen, excluded.first_seen),
            last_seen = greatest(known.last_seen, excluded.last_seen)
        """;

    // Before its new letter is there: none is to be dealt with, so it was resolved, and whoever muted it did not mean this.
    private const string ReopenGroup = """
        WITH resolved AS (
            SELECT group_id, muted_until, mute_reason
            FROM dead_letter_group g
            WHERE group_id = $1
                AND NOT EXISTS (SELECT FROM dead_letter l WHERE l.group_id = g.group_id AND l.state IN ('open', 'replaying'))
            FOR UPDATE)
        UPDATE dead_letter_group g
        SET reopened_at = now(), muted_until = NULL, mute_reason = NULL
        FROM resolved
        WHERE g.group_id = resolved.group_id
        RETURNING resolved.muted_until, resolved.mute_reason, g.reopened_at
        """;

    private const string InsertLetter = """
        INSERT INTO dead_letter
            (letter_id, identity, occurrence, group_id, queue, endpoint, reason, failed_at, message_id, message_type,
             content_type, payment_id, order_ids, seller_ids, merchant_id, operation_id, amount_minor, currency,
             exception_type, exception_message, exceptions, stack_trace, consumer, host, retries, headers, body, body_bytes,
             body_sha256, body_kind, card_numbers, search, payment_known)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21::jsonb, $22,
                $23, $24, $25, $26, $27, $28, $29, $30, $31, to_tsvector('simple', $32), $33)
        """;

    private const string LinkPredecessor = """
        UPDATE dead_letter l
        SET predecessor_id = r.letter_id
        FROM dead_letter_replay r
        WHERE l.letter_id = $1 AND r.replay_id = $2
        """;

    private const string InsertPart = "INSERT INTO dead_letter_part (letter_id, position, bytes) VALUES ($1, $2, $3)";

    /// <summary>Stores those that are not there yet, all or none; when it returns, all of them are committed.</summary>
    /// <returns>How many were new.</returns>
    /// <exception cref="NpgsqlException">The database is away, or refuses a letter.</exception>
    public async Task<int> Store(IReadOnlyList<Letter> letters, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await Execute(connection, TakeTurn, cancellationToken);
        await ReplaySettlement.Lock(connection, letters.Select(l => l.ReplayId).OfType<Ulid>(), cancellationToken);
        var stored = 0;
        foreach (var letter in letters)
        {
            if (await Occurrence(connection, letter, cancellationToken) is not { } occurrence)
                continue;
            await Insert(connection, letter, occurrence, cancellationToken);
            if (letter.ReplayId is { } replayId)
                await Link(connection, letter, replayId, cancellationToken);
            stored++;
        }

        await transaction.CommitAsync(cancellationToken);
        return stored;
    }

    /// <summary>Whether the database can be written to.</summary>
    public async Task Probe(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await Execute(connection, "SELECT 1", cancellationToken);
    }

    /// <summary>Null for a letter that is stored already.</summary>
    private static async Task<int?> Occurrence(NpgsqlConnection connection, Letter letter, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(NextOccurrence, connection)
        {
            Parameters = { Sql.Value(letter.Identity), Sql.Value(letter.HasMark || letter.Redelivered) },
        };
        return await command.ExecuteScalarAsync(cancellationToken) as int?;
    }

    private async Task Insert(NpgsqlConnection connection, Letter letter, int occurrence, CancellationToken cancellationToken)
    {
        await Reopen(connection, letter, cancellationToken);
        await Execute(
            connection, UpsertGroup, cancellationToken,
            Sql.Value(letter.GroupId.ToGuid()), Sql.Value(letter.Endpoint), Sql.Value(letter.Reason),
            Sql.Text(letter.MessageType), Sql.Text(letter.ExceptionKind), Sql.Text(letter.Frame),
            Sql.Value(letter.FailedAt.UtcDateTime));
        var isLarge = letter.Body.Length > options.InlineBodyBytes;
        await Execute(
            connection, InsertLetter, cancellationToken,
            Sql.Value(letter.Id.ToGuid()), Sql.Value(letter.Identity), Sql.Value(occurrence),
            Sql.Value(letter.GroupId.ToGuid()), Sql.Value(letter.Queue), Sql.Value(letter.Endpoint),
            Sql.Value(letter.Reason), Sql.Value(letter.FailedAt.UtcDateTime), Sql.Text(letter.MessageId),
            Sql.Text(letter.MessageType), Sql.Text(letter.ContentType),
            Nullable(NpgsqlDbType.Uuid, letter.PaymentId?.ToGuid()), Sql.Value(letter.OrderIds.ToArray()),
            Sql.Value(letter.SellerIds.ToArray()), Sql.Text(letter.MerchantId), Sql.Text(letter.OperationId),
            Nullable(NpgsqlDbType.Bigint, letter.Amount?.Amount), Sql.Text(letter.Amount?.Currency.ToString()),
            Sql.Text(letter.ExceptionKind), Sql.Text(letter.Exceptions.Count > 0 ? letter.Exceptions[0].Message : null),
            Sql.Value(letter.ExceptionsJson()), Sql.Text(letter.StackTrace), Sql.Text(letter.Consumer), Sql.Text(letter.Host),
            Nullable(NpgsqlDbType.Integer, letter.Retries), Sql.Value(letter.Headers),
            Nullable(NpgsqlDbType.Bytea, isLarge ? null : letter.Body), Sql.Value((long)letter.Body.Length),
            Sql.Value(letter.BodyHash), Sql.Value(letter.BodyKind), Sql.Value(letter.CardNumbers), Sql.Value(letter.Words),
            Sql.Value(letter.PaymentIsKnown));
        if (!isLarge)
            return;
        foreach (var (position, bytes) in letter.Body.Chunk(PartBytes).Index())
        {
            await Execute(
                connection, InsertPart, cancellationToken,
                Sql.Value(letter.Id.ToGuid()), Sql.Value(position), Sql.Value(bytes));
        }
    }

    /// <summary>The replay has failed again, unless more is known of it already. An id that nobody knows means nothing.</summary>
    private static async Task Link(
        NpgsqlConnection connection, Letter letter, Ulid replayId, CancellationToken cancellationToken)
    {
        await Execute(
            connection, LinkPredecessor, cancellationToken, Sql.Value(letter.Id.ToGuid()), Sql.Value(replayId.ToGuid()));
        await ReplaySettlement.Settle(
            connection, replayId, ReplayOutcome.FailedAgain, $"It came back in {letter.Queue}, as letter {letter.Id}.",
            cancellationToken, successorId: letter.Id);
    }

    /// <summary>A group that was resolved is open again when it gets a letter.</summary>
    private static async Task Reopen(NpgsqlConnection connection, Letter letter, CancellationToken cancellationToken)
    {
        string before, after;
        await using (var command = new NpgsqlCommand(ReopenGroup, connection) { Parameters = { Sql.Value(letter.GroupId.ToGuid()) } })
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
                return;
            DateTimeOffset? mutedUntil = reader.IsDBNull(0) ? null : reader.GetFieldValue<DateTimeOffset>(0);
            before = Json(new { State = "resolved", MutedUntil = mutedUntil, MuteReason = reader.GetText(1) });
            after = Json(new { State = "open", ReopenedAt = reader.GetFieldValue<DateTimeOffset>(2) });
        }

        var reopened = new OperatorAction(
            Ulid.NewUlid(), OperatorAction.System, "reopen_group", letter.GroupId.ToString(),
            $"It was resolved, and letter {letter.Id} came.", before, after);
        await OperatorActionWriter.Record(connection, [reopened], cancellationToken);
    }

    private static string Json(object value) => JsonSerializer.Serialize(value, ContractJson.Options);

    private static NpgsqlParameter Nullable(NpgsqlDbType type, object? value) =>
        new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };

    public static async Task Execute(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
