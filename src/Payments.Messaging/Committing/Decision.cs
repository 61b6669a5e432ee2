using Npgsql;
using Payments.Contracts;

namespace Payments.Messaging;

/// <summary>
/// Work whose effects depend on rows: the key of the rows to lock, and a pure function from the locked rows to effects.
/// </summary>
/// <param name="GateKey">The payment.</param>
/// <param name="Key">Which rows; an <see cref="ILoader{TKey,TRows}"/> knows how.</param>
/// <param name="Decide">Pure: it may run more than once.</param>
public sealed record Decision<TKey, TRows>(Ulid GateKey, TKey Key, Func<TRows, Effects> Decide);

/// <summary>Gathers the loads of any number of members of a group, and locks what they may change.</summary>
public interface ILoader<TKey, TRows>
{
    /// <summary>One result per key, in the order of the keys. Runs inside the commit's transaction.</summary>
    Task<IReadOnlyList<TRows>> Load(NpgsqlConnection connection, IReadOnlyList<TKey> keys);
}
