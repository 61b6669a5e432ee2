using Npgsql;
using Payments.Contracts;

namespace Payments.Cli.Checking.Evidence;

/// <summary>Every payment's version at one moment.</summary>
internal static class Versions
{
    public static async Task<IReadOnlyDictionary<Ulid, int>> Read(
        NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT payment_id, version FROM orchestrator.ops_payment_v1");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var versions = new Dictionary<Ulid, int>();
        while (await reader.ReadAsync(cancellationToken))
            versions.Add(Ulid.FromGuid(reader.GetGuid(0)), reader.GetInt32(1));
        return versions;
    }
}
