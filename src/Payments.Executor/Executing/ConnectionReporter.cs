using System.Text.Json;
using Npgsql;
using Payments.Contracts;
using Payments.Executor.Psp;
using Payments.Messaging;

namespace Payments.Executor.Executing;

/// <summary>
/// Writes how this process's connections are, every few seconds and when a breaker changes, and publishes the changes. A
/// change that the process takes to its grave is not missed: its breakers are gone with it.
/// </summary>
internal sealed class ConnectionReporter(
    NpgsqlDataSource dataSource,
    ICommitter committer,
    Persistence persistence,
    PspConnections connections,
    TimeProvider time) : BackgroundService
{
    private const string Upsert = """
        INSERT INTO psp_connection (connection, process, adapter, breakers, in_flight, max_in_flight, max_per_second,
            max_control_per_second, recent, updated_at)
        SELECT connection, process, adapter, breakers::jsonb, in_flight, max_in_flight, max_per_second,
            max_control_per_second, recent::jsonb, now()
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::int[], $7::int[], $8::int[], $9::text[])
            AS c (connection, process, adapter, breakers, in_flight, max_in_flight, max_per_second,
            max_control_per_second, recent)
        ON CONFLICT (connection, process) DO UPDATE SET adapter = EXCLUDED.adapter, breakers = EXCLUDED.breakers,
            in_flight = EXCLUDED.in_flight, max_in_flight = EXCLUDED.max_in_flight,
            max_per_second = EXCLUDED.max_per_second, max_control_per_second = EXCLUDED.max_control_per_second,
            recent = EXCLUDED.recent, updated_at = EXCLUDED.updated_at
        """;

    private const string Forget = "DELETE FROM psp_connection WHERE updated_at < now() - interval '1 hour'";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly string Process = $"{Environment.MachineName}/{Environment.ProcessId}";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            while (connections.BreakerChanges.TryRead(out var change))
                await Announce(change);
            await persistence.Persist(Report);

            using var pause = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(
                connections.BreakerChanges.WaitToReadAsync(pause.Token).AsTask(), Task.Delay(Interval, time, pause.Token));
            await pause.CancelAsync();
        }
    }

    private Task<CommitResult> Announce(BreakerChange change) => committer.Commit(
        Origin.Local,
        new Effects(Ulid.NewUlid()).Publish(new PspBreakerChanged
        {
            Connection = change.Connection,
            Step = Words.Of(change.Step),
            State = change.State,
            Process = Process,
            ChangedAt = change.At,
        }));

    private async Task<int> Report()
    {
        PspConnection[] all = [.. connections.All];
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Upsert)
        {
            Parameters =
            {
                Column(all, c => c.Name),
                Column(all, _ => Process),
                Column(all, c => c.Format),
                Column(all, BreakersOf),
                Column(all, c => c.Guard.InFlight),
                Column(all, c => c.Guard.Limits.MaxInFlight),
                Column(all, c => c.Guard.Limits.MaxPerSecond),
                Column(all, c => c.Guard.Limits.MaxControlPerSecond),
                Column(all, c => JsonSerializer.Serialize(c.Guard.Recent.Read())),
            },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Forget));
        return await batch.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private static string BreakersOf(PspConnection connection) => JsonSerializer.Serialize(
        connection.Guard.Breakers.ToDictionary(
            b => Words.Of(b.Step), b => JsonNamingPolicy.SnakeCaseLower.ConvertName(b.Breaker.State.ToString())));

    private static NpgsqlParameter Column<T>(PspConnection[] all, Converter<PspConnection, T> value) =>
        Sql.Value(Array.ConvertAll(all, value));
}
