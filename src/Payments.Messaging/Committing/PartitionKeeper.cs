using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Payments.Messaging;

/// <summary>Makes the inbox's daily partitions ahead of time and drops those past their horizon. Connects as the owner.</summary>
internal sealed partial class PartitionKeeper(
    OwnerConnection owner,
    InboxOptions options,
    TimeProvider time,
    ILogger<PartitionKeeper> logger) : BackgroundService
{
    /// <summary>One that was detached when its keeper died has no parent any more.</summary>
    private const string Expired = """
        SELECT c.relname, p.relname, coalesce(i.inhdetachpending, false)
        FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = i.inhparent
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
          AND (c.relname ~ '^inbox_[0-9]{8}$' AND c.relname < 'inbox_' || to_char($1::date, 'YYYYMMDD')
            OR c.relname ~ '^inbox_message_[0-9]{8}$' AND c.relname < 'inbox_message_' || to_char($2::date, 'YYYYMMDD'))
        ORDER BY i.inhdetachpending DESC NULLS LAST, c.relname
        """;

    private const string NewestDay = """
        SELECT max(right(c.relname, 8))
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'inbox'::regclass AND c.relname ~ '^inbox_[0-9]{8}$'
        """;

    private const string LockMaking = "SELECT pg_advisory_xact_lock(hashtext('inbox partitions:' || current_schema()))";
    private const string TryLockDropping = "SELECT pg_try_advisory_lock(hashtext('inbox horizon:' || current_schema()))";
    private const string UnlockDropping = "SELECT pg_advisory_unlock(hashtext('inbox horizon:' || current_schema()))";

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>How long to wait for transactions that read the inbox; in the next hour it goes on with what was begun.</summary>
    private static readonly TimeSpan DetachLimit = TimeSpan.FromMinutes(5);

    private DateOnly _madeUntil;

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    /// <summary>Before the bus starts: without today's partition every delivery would be dead-lettered.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await Open(cancellationToken);
            await MakeAhead(connection, Today, cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            throw new DependencyMissingException($"The inbox's partitions could not be made: {exception.Message}", exception);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Keep(stoppingToken);
            }
            catch (Exception exception) when (exception is PostgresException || Persistence.MayPass(exception))
            {
                // The days ahead are the slack: the next hour tries again, long before a partition is missed.
                LogFailed(logger, exception.Message, _madeUntil);
            }

            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal async Task Keep(CancellationToken cancellationToken)
    {
        var today = Today;
        await using var connection = await Open(cancellationToken);
        await MakeAhead(connection, today, cancellationToken);
        await DropExpired(connection, today, cancellationToken);
    }

    /// <summary>Not from a pool: its end gives up what it has locked.</summary>
    private async Task<NpgsqlConnection> Open(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(owner.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <summary>
    /// One process after the other: two that start on the same new day would make the same tables. From the newest day on
    /// that there is: what was sent while no keeper ran waits in the queues.
    /// </summary>
    private async Task MakeAhead(NpgsqlConnection connection, DateOnly today, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await Execute(connection, LockMaking, cancellationToken);
        await using var newest = new NpgsqlCommand(NewestDay, connection);
        var missing = await newest.ExecuteScalarAsync(cancellationToken) is string day
            ? DateOnly.ParseExact(day, "yyyyMMdd", CultureInfo.InvariantCulture).AddDays(1)
            : today;
        var yesterday = today.AddDays(-1);
        var oldest = today.AddDays(1 - options.MessageDays);
        var first = missing > yesterday ? yesterday : missing < oldest ? oldest : missing;
        var last = today.AddDays(options.AheadDays);
        await Execute(connection, "SELECT ensure_partitions($1, $2)", cancellationToken, Sql.Value(first), Sql.Value(last));
        await transaction.CommitAsync(cancellationToken);
        _madeUntil = last;
    }

    /// <summary>
    /// Concurrently, and so outside a transaction: readers and writers of the other days do not wait. It waits for every
    /// transaction that reads the inbox, and whoever finds another process at it leaves it to that one. What was broken off
    /// has to be finished before another can be detached.
    /// </summary>
    private async Task DropExpired(NpgsqlConnection connection, DateOnly today, CancellationToken cancellationToken)
    {
        await using (var tryLock = new NpgsqlCommand(TryLockDropping, connection))
        {
            if (!(bool)(await tryLock.ExecuteScalarAsync(cancellationToken))!)
                return;
        }

        foreach (var (partition, parent, isPending) in await FindExpired(connection, today, cancellationToken))
        {
            if (parent is not null)
            {
                await using var detach = new NpgsqlCommand(
                    $"""ALTER TABLE "{parent}" DETACH PARTITION "{partition}" {(isPending ? "FINALIZE" : "CONCURRENTLY")}""",
                    connection);
                detach.CommandTimeout = (int)DetachLimit.TotalSeconds;
                await detach.ExecuteNonQueryAsync(cancellationToken);
            }

            await Execute(connection, $"""DROP TABLE "{partition}" """, cancellationToken);
            LogDropped(logger, partition);
        }

        // Else the session's end gives it up, a moment after the connection is closed.
        await Execute(connection, UnlockDropping, cancellationToken);
    }

    private async Task<List<(string Partition, string? Parent, bool IsPending)>> FindExpired(
        NpgsqlConnection connection, DateOnly today, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Expired, connection);
        command.Parameters.Add(Sql.Value(today.AddDays(-options.RowDays)));
        command.Parameters.Add(Sql.Value(today.AddDays(-options.MessageDays)));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var expired = new List<(string, string?, bool)>();
        while (await reader.ReadAsync(cancellationToken))
            expired.Add((reader.GetString(0), reader.GetText(1), reader.GetBoolean(2)));
        return expired;
    }

    private static async Task Execute(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(2401, LogLevel.Information, "Dropped partition {Partition}.")]
    private static partial void LogDropped(ILogger logger, string partition);

    [LoggerMessage(
        2402,
        LogLevel.Warning,
        "Partitions could not be kept ({Reason}); trying again in an hour. They are made until {MadeUntil:yyyy-MM-dd}.")]
    private static partial void LogFailed(ILogger logger, string reason, DateOnly madeUntil);
}

/// <summary>The connection of the role that owns the schema: migrations and partitions, nothing else.</summary>
public sealed record OwnerConnection(string ConnectionString)
{
    public override string ToString() => nameof(OwnerConnection);
}
