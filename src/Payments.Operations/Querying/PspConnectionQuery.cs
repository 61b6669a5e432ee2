using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Payments.Contracts;
using Payments.Operations.Views;

namespace Payments.Operations.Querying;

/// <summary>How the accounts at PSPs are, as the executors say.</summary>
internal sealed class PspConnectionQuery(IDbContextFactory<OpsContext> contexts)
{
    public async Task<PspConnectionList> List(CancellationToken cancellationToken)
    {
        await using var ops = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await ops.PspConnections.ToListAsync(cancellationToken);
        return new PspConnectionList
        {
            Connections = [.. found.OrderBy(c => c.Connection, StringComparer.Ordinal)
                .ThenBy(c => c.Process, StringComparer.Ordinal).Select(Details)],
        };
    }

    private static PspConnectionDetails Details(PspConnectionView connection) => new()
    {
        Connection = connection.Connection,
        Adapter = connection.Adapter,
        Process = connection.Process,
        Breakers = Read<string>(connection.Breakers),
        InFlight = connection.InFlight,
        MaxInFlight = connection.MaxInFlight,
        MaxPerSecond = connection.MaxPerSecond,
        MaxControlPerSecond = connection.MaxControlPerSecond,
        Recent = Read<int>(connection.Recent),
        InDoubt = connection.InDoubt,
        Pending = connection.Pending,
        Waiting = connection.Waiting,
        UpdatedAt = connection.UpdatedAt,
        Stale = connection.Stale,
    };

    /// <summary>Ordered: jsonb keeps no order.</summary>
    private static SortedDictionary<string, T> Read<T>(string json) =>
        new(JsonSerializer.Deserialize<Dictionary<string, T>>(json)!, StringComparer.Ordinal);
}
