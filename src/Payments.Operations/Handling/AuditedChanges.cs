using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Payments.Contracts;
using Payments.Operations.Auditing;

namespace Payments.Operations.Handling;

/// <summary>Locks, looks, changes, and records who did it, in one transaction.</summary>
internal sealed class AuditedChanges(NpgsqlDataSource dataSource)
{
    // Recorded is also what is not there.
    private static readonly JsonSerializerOptions Whole =
        new(ContractJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    public static string Json(object value) => JsonSerializer.Serialize(value, Whole);

    /// <summary>Null when it is done; otherwise nothing has changed.</summary>
    public async Task<ProblemHttpResult?> Commit<T>(Ulid id, Change<T> change, CancellationToken cancellationToken)
        where T : IHandled<T> =>
        (await Commit([id], change, cancellationToken)).GetValueOrDefault(id);

    /// <summary>Those that were refused and have not changed; all others are done.</summary>
    public async Task<IReadOnlyDictionary<Ulid, ProblemHttpResult>> Commit<T>(
        IReadOnlyList<Ulid> ids, Change<T> change, CancellationToken cancellationToken)
        where T : IHandled<T>
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (accepted, refused) = await Judge(connection, ids, change, cancellationToken);
        if (accepted.Count == 0)
            return refused;

        if (await change.Apply(connection, accepted, cancellationToken) is { } refusal)
        {
            foreach (var it in accepted)
                refused.Add(it.Id, refusal);
            return refused;
        }

        await OperatorActionWriter.Record(connection, [.. accepted.Select(a => Record(a, change))], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return refused;
    }

    /// <summary>Whether it would be refused; nothing changes.</summary>
    public async Task<ProblemHttpResult?> Try<T>(Ulid id, Change<T> change, CancellationToken cancellationToken)
        where T : IHandled<T>
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        return (await Judge(connection, [id], change, cancellationToken)).Refused.GetValueOrDefault(id);
    }

    private static async Task<(List<T> Accepted, Dictionary<Ulid, ProblemHttpResult> Refused)> Judge<T>(
        NpgsqlConnection connection, IReadOnlyList<Ulid> ids, Change<T> change, CancellationToken cancellationToken)
        where T : IHandled<T>
    {
        var known = (await T.Lock(connection, ids, cancellationToken)).ToDictionary(t => t.Id);
        var accepted = new List<T>();
        var refused = new Dictionary<Ulid, ProblemHttpResult>();
        foreach (var id in ids.Distinct())
        {
            var it = known.GetValueOrDefault(id);
            if ((it is null ? T.Unknown(id) : change.Refuse(it)) is { } refusal)
                refused.Add(id, refusal);
            else
                accepted.Add(it!);
        }

        return (accepted, refused);
    }

    private static OperatorAction Record<T>(T it, Change<T> change)
        where T : IHandled<T> => new(
            Ulid.NewUlid(), change.By.RequestedBy, change.Action, it.Id.ToString(), change.By.Reason, Json(it.Standing),
            Json(change.After(it)));
}
