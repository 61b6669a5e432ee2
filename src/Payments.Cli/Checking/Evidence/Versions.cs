using Npgsql;
using Payments.Contracts;

namespace Payments.Cli.Checking.Evidence;

/// <summary>Payments' versions, over a connection that says of when.</summary>
internal sealed class Versions(NpgsqlConnection connection)
{
    private const int Most = 10_000;

    /// <summary>Of every payment with an id above the first and up to the last.</summary>
    public async Task<IReadOnlyDictionary<Ulid, int>> Read(Guid above, Guid last, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT payment_id, version FROM orchestrator.ops_payment_v1 WHERE payment_id > $1 AND payment_id <= $2",
            connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = above });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = last });
        var versions = new Dictionary<Ulid, int>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            versions.Add(Ulid.FromGuid(reader.GetGuid(0)), reader.GetInt32(1));
        return versions;
    }

    /// <summary>Those of the ids that are payments.</summary>
    public async Task<IReadOnlySet<Ulid>> Known(IEnumerable<Ulid> ids, CancellationToken cancellationToken)
    {
        var known = new HashSet<Ulid>();
        foreach (var some in ids.Select(id => id.ToGuid()).Chunk(Most))
        {
            await using var command = new NpgsqlCommand(
                "SELECT payment_id FROM orchestrator.ops_payment_v1 WHERE payment_id = ANY($1)", connection);
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = some });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                known.Add(Ulid.FromGuid(reader.GetGuid(0)));
        }

        return known;
    }
}
