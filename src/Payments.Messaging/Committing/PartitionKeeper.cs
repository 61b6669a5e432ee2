using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Payments.Messaging;

/// <summary>How long what was settled is remembered; bound from the section <c>Inbox</c>.</summary>
public sealed class InboxOptions
{
    public const string Section = "Inbox";

    /// <summary>Days an inbox row lives. Longer than dead letters can be replayed (30). Default 45.</summary>
    public int RowDays { get; set; } = 45;

    /// <summary>
    /// Days the bodies of what was said live. A message of before then cannot be settled any more if it says something, so
    /// it is longer than dead letters can be replayed. Default 31.
    /// </summary>
    public int MessageDays { get; set; } = 31;

    /// <summary>Days ahead for which partitions exist. Default 7.</summary>
    public int AheadDays { get; set; } = 7;
}

/// <summary>Makes the inbox's daily partitions ahead of time and drops those past their horizon. Connects as the owner.</summary>
internal sealed partial class PartitionKeeper(
    OwnerConnection owner,
    InboxOptions options,
    TimeProvider time,
    ILogger<PartitionKeeper> logger) : BackgroundService
{
    private const string Expired = """
        SELECT c.relname, p.relname, i.inhdetachpending
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
        WHERE c.relnamespace = current_schema()::regnamespace
          AND ((p.relname = 'inbox' AND c.relname < 'inbox_' || to_char($1::date, 'YYYYMMDD'))
            OR (p.relname = 'inbox_message' AND c.relname < 'inbox_message_' || to_char($2::date, 'YYYYMMDD')))
        ORDER BY i.inhdetachpending DESC, c.relname
        """;

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Before the bus starts: without today's partition every delivery would be dead-lettered.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Keep(cancellationToken);
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
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
            {
                // The days ahead are the slack: the next hour tries again, long before a partition is missed.
                LogFailed(logger, exception.Message);
            }

            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal async Task Keep(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(owner.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        await using (var ensure = new NpgsqlCommand("SELECT ensure_partitions($1, $2)", connection))
        {
            ensure.Parameters.Add(Sql.Value(today.AddDays(-1)));
            ensure.Parameters.Add(Sql.Value(today.AddDays(options.AheadDays)));
            await ensure.ExecuteNonQueryAsync(cancellationToken);
        }

        foreach (var (partition, parent, isPending) in await FindExpired(connection, today, cancellationToken))
        {
            // Concurrently, and so outside a transaction: readers and writers of the other days do not wait. It waits for
            // every transaction that is open; one that was broken off blocks all others until it is finished.
            await using var detach = new NpgsqlCommand(
                $"""ALTER TABLE "{parent}" DETACH PARTITION "{partition}" {(isPending ? "FINALIZE" : "CONCURRENTLY")}""",
                connection);
            detach.CommandTimeout = 0;
            await detach.ExecuteNonQueryAsync(CancellationToken.None);
            await using var drop = new NpgsqlCommand($"""DROP TABLE "{partition}" """, connection);
            await drop.ExecuteNonQueryAsync(cancellationToken);
            LogDropped(logger, partition);
        }
    }

    private async Task<List<(string Partition, string Parent, bool IsPending)>> FindExpired(
        NpgsqlConnection connection, DateOnly today, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Expired, connection);
        command.Parameters.Add(Sql.Value(today.AddDays(-options.RowDays)));
        command.Parameters.Add(Sql.Value(today.AddDays(-options.MessageDays)));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var expired = new List<(string, string, bool)>();
        while (await reader.ReadAsync(cancellationToken))
            expired.Add((reader.GetString(0), reader.GetString(1), reader.GetBoolean(2)));
        return expired;
    }

    [LoggerMessage(2401, LogLevel.Information, "Dropped partition {Partition}.")]
    private static partial void LogDropped(ILogger logger, string partition);

    [LoggerMessage(2402, LogLevel.Warning, "Partitions could not be kept ({Reason}); trying again in an hour.")]
    private static partial void LogFailed(ILogger logger, string reason);
}

/// <summary>The connection of the role that owns the schema: migrations and partitions, nothing else.</summary>
public sealed record OwnerConnection(string ConnectionString)
{
    public override string ToString() => nameof(OwnerConnection);
}
