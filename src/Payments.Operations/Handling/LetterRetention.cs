using System.Globalization;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Auditing;
using Payments.Operations.Collecting;

namespace Payments.Operations.Handling;

/// <summary>
/// Deletes letters whose time is over, with their parts, replays, edits and notes, and groups that have none left. Event ids
/// 7190 to 7199.
/// </summary>
internal sealed partial class LetterRetention(
    NpgsqlDataSource dataSource, RetentionOptions options, TimeProvider time, ILogger<LetterRetention> logger)
    : BackgroundService
{
    private const int SetLetters = 100;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    // What belongs to a letter goes with it by its foreign key.
    private const string Delete = """
        WITH due AS (
            SELECT letter_id
            FROM dead_letter
            WHERE state IN ('resolved', 'discarded') AND changed_at < now() - $1
            ORDER BY changed_at, letter_id
            LIMIT $2
            FOR UPDATE SKIP LOCKED)
        DELETE FROM dead_letter l
        USING due
        WHERE l.letter_id = due.letter_id
        RETURNING l.letter_id, l.group_id, jsonb_build_object(
            'groupId', l.group_id, 'state', l.state, 'outcome', l.outcome, 'changedAt', l.changed_at, 'queue', l.queue,
            'endpoint', l.endpoint, 'reason', l.reason, 'failedAt', l.failed_at, 'messageId', l.message_id,
            'messageType', l.message_type, 'paymentId', l.payment_id, 'orderIds', l.order_ids, 'amountMinor', l.amount_minor,
            'currency', l.currency, 'exceptionType', l.exception_type, 'bodySha256', encode(l.body_sha256, 'hex'),
            'discardedBy', l.discarded_by, 'discardReason', l.discard_reason, 'moneyStatement', l.money_statement,
            'moneyReference', l.money_reference, 'predecessorId', l.predecessor_id, 'successorId', l.successor_id)::text
        """;

    private const string DeleteEmptyGroups = """
        DELETE FROM dead_letter_group g
        WHERE group_id = ANY ($1) AND NOT EXISTS (SELECT FROM dead_letter l WHERE l.group_id = g.group_id)
        RETURNING group_id, group_id, to_jsonb(g)::text
        """;

    private const string CountDown = """
        UPDATE dead_letter_group g SET letters = g.letters - gone.letters
        FROM unnest($1, $2) AS gone (group_id, letters)
        WHERE g.group_id = gone.group_id
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await DeleteSet(stoppingToken) == SetLetters)
                {
                }
            }
            catch (Exception exception) when (exception is PostgresException || Persistence.MayPass(exception))
            {
                LogFailed(logger, exception.Message);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Deletes a small set of letters in one transaction; returns how many there were.</summary>
    internal async Task<int> DeleteSet(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // The collector counts letters of the same groups up.
        await LetterTable.Execute(connection, LetterTable.TakeTurn, cancellationToken);
        var deleted = await Remove(
            connection, Delete, cancellationToken, Sql.Value(options.Retention), Sql.Value(SetLetters));
        if (deleted.Count == 0)
            return 0;

        var counted = deleted.CountBy(d => d.GroupId).ToArray();
        var groups = counted.Select(c => c.Key).ToArray();
        var empty = await Remove(connection, DeleteEmptyGroups, cancellationToken, Sql.Value(groups));
        await LetterTable.Execute(
            connection, CountDown, cancellationToken, Sql.Value(groups), Sql.Value(counted.Select(c => (long)c.Value).ToArray()));
        OperatorAction[] actions =
        [
            .. deleted.Select(d => Record("delete_letter", d, $"It was resolved or discarded more than {Days} days ago.")),
            .. empty.Select(d => Record("delete_group", d, "Its last letter was deleted.")),
        ];
        await OperatorActionWriter.Record(connection, actions, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogDeleted(logger, deleted.Count);
        return deleted.Count;
    }

    private string Days => options.Retention.TotalDays.ToString("0.##", CultureInfo.InvariantCulture);

    private static async Task<List<Deleted>> Remove(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var deleted = new List<Deleted>();
        while (await reader.ReadAsync(cancellationToken))
            deleted.Add(new Deleted(Ulid.FromGuid(reader.GetGuid(0)), reader.GetGuid(1), reader.GetString(2)));
        return deleted;
    }

    private static OperatorAction Record(string action, Deleted deleted, string reason) =>
        new(Ulid.NewUlid(), OperatorAction.System, action, deleted.Id.ToString(), reason, deleted.Summary);

    [LoggerMessage(7190, LogLevel.Information, "Deleted {Letters} dead letters whose time was over.")]
    private static partial void LogDeleted(ILogger logger, int letters);

    [LoggerMessage(7191, LogLevel.Warning, "Dead letters whose time is over cannot be deleted ({Reason}); trying again later.")]
    private static partial void LogFailed(ILogger logger, string reason);

    private sealed record Deleted(Ulid Id, Guid GroupId, string Summary);
}
