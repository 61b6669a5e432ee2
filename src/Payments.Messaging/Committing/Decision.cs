using Npgsql;
using Payments.Contracts;

namespace Payments.Messaging;

/// <summary>
/// Work whose effects depend on rows: the key of the rows, and a pure function from the rows to effects.
/// </summary>
/// <param name="GateKey">Work of one key is done one after the other: the payment, or what else is changed.</param>
/// <param name="Key">Which rows; an <see cref="ILoader{TKey,TRows}"/> knows how.</param>
/// <param name="Decide">Pure: it may run more than once.</param>
public sealed record Decision<TKey, TRows>(Ulid GateKey, TKey Key, Func<TRows, Effects> Decide);

/// <summary>
/// Gathers the loads of any number of members of a group, and locks what they may change, sorted by key, unless the writes
/// guard it. All loads of a group are one round trip, at the beginning of its transaction.
/// </summary>
public interface ILoader<TKey, TRows>
{
    /// <summary>Adds the statements; each must have a result set.</summary>
    void AddCommands(NpgsqlBatch batch, IReadOnlyList<TKey> keys);

    /// <summary>
    /// Reads the results of the statements. The reader stands on the first one, and is left on the last one.
    /// </summary>
    /// <returns>
    /// One per key, in the order of the keys. Keys whose work may change the same rows can get the same object: the decisions are
    /// made one after the other, each on what the one before has left. If one of them fails none counts, and the group is parted.
    /// </returns>
    Task<IReadOnlyList<TRows>> Read(NpgsqlDataReader reader, IReadOnlyList<TKey> keys);
}
