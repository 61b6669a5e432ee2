using Npgsql;
using Payments.Messaging;

namespace Payments.Orchestrator.Routing;

/// <summary>
/// Brings the states that any process of the orchestrator has stored to all of them. Only breakers of charges and
/// authorizations count: these are what is routed.
/// </summary>
internal sealed class HealthPoller(
    NpgsqlDataSource dataSource, ConnectionHealth health, RoutingOptions options, Persistence persistence, TimeProvider time)
    : BackgroundService
{
    private const string Select = """
        SELECT DISTINCT connection FROM connection_health
        WHERE state <> 'Closed' AND step IN ('charge', 'authorize') AND seen_at > now() - $1
        """;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            health.Replace(await persistence.Persist(() => Read()));
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<List<string>> Read()
    {
        await using var command = dataSource.CreateCommand(Select);
        command.Parameters.Add(Sql.Value(TimeSpan.FromSeconds(options.UnhealthySeconds)));
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        var unhealthy = new List<string>();
        while (await reader.ReadAsync(CancellationToken.None))
            unhealthy.Add(reader.GetString(0));
        return unhealthy;
    }
}
