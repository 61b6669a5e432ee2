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
    /// <summary>
    /// Keys of the same rows get the same object, and each decision changes it for the next one. If one of them throws, the others
    /// clash: they have to load and decide again.
    /// </summary>
    bool SharesRows => false;

    /// <summary>
    /// Rows that loads of another kind may lock in the same group. Where several kinds do, they are locked together, in one
    /// order, before anything is loaded: two groups never hold what the other one waits for.
    /// </summary>
    RowLock? LockFirst(IReadOnlyList<TKey> keys) => null;

    /// <summary>Adds the statements; each must have a result set.</summary>
    void AddCommands(NpgsqlBatch batch, IReadOnlyList<TKey> keys);

    /// <summary>
    /// Reads the results of the statements. The reader stands on the first one, and is left on the last one.
    /// </summary>
    /// <returns>One per key, in the order of the keys.</returns>
    Task<IReadOnlyList<TRows>> Read(NpgsqlDataReader reader, IReadOnlyList<TKey> keys);
}

/// <summary>Rows to be locked in the order of their keys.</summary>
/// <param name="Sql">Locks those whose keys are in <c>$1</c>, a <c>text[]</c>, sorted. The same text locks the same kind of rows.</param>
/// <param name="Keys">Any order; may repeat.</param>
public sealed record RowLock(string Sql, IEnumerable<string> Keys);
