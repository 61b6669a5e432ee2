using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Payments.Contracts;
using Payments.Operations.Auditing;

namespace Payments.Operations.Handling;

/// <summary>A letter or a group as it is while nobody else can change it.</summary>
internal interface IHandled<TSelf>
    where TSelf : IHandled<TSelf>
{
    /// <summary>As actions and columns call it.</summary>
    static abstract string Name { get; }

    Ulid Id { get; }

    /// <summary>What an operator acts upon, as it is recorded.</summary>
    object Standing { get; }

    /// <summary>Locks them in order of their ids; those that are not known are left out.</summary>
    static abstract Task<IReadOnlyList<TSelf>> Lock(
        NpgsqlConnection connection, IReadOnlyList<Ulid> ids, CancellationToken cancellationToken);

    static abstract ProblemHttpResult Unknown(Ulid id);
}

/// <summary>What an operator wants done to letters or groups.</summary>
/// <param name="By">Who, and why.</param>
internal abstract record Change<T>(OperatorRequest By)
    where T : IHandled<T>
{
    /// <summary>As it is recorded, snake_case.</summary>
    public abstract string Action { get; }

    /// <summary>Null where it may be done.</summary>
    public virtual ProblemHttpResult? Refuse(T it) => null;

    /// <summary>
    /// Does it to those that were not refused, of which there is one at least. Null when it is done; otherwise nothing is committed.
    /// </summary>
    public abstract Task<ProblemHttpResult?> Apply(
        NpgsqlConnection connection, IReadOnlyList<T> all, CancellationToken cancellationToken);

    /// <summary>What it is then, as it is recorded.</summary>
    public abstract object After(T it);

    /// <summary>Executes a statement that must meet every one of them: they are locked, and were looked at.</summary>
    protected static async Task<ProblemHttpResult?> Execute(
        NpgsqlConnection connection, string sql, IReadOnlyList<T> all, CancellationToken cancellationToken,
        params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. all.Select(a => a.Id.ToGuid())] });
        command.Parameters.AddRange(parameters);
        var met = await command.ExecuteNonQueryAsync(cancellationToken);
        if (met != all.Count)
            throw new InvalidOperationException($"{met} rows changed, and not {all.Count}: nothing is committed.");
        return null;
    }
}
