namespace Payments.Messaging;

/// <summary>
/// Makes effects durable: business writes, inbox row, remembered messages or outbox rows, in one transaction. Lost
/// infrastructure is waited for, for as long as it takes; what the database refuses for good is thrown. Never throws
/// <see cref="OperationCanceledException"/>.
/// </summary>
public interface ICommitter
{
    /// <summary>Commits effects that were decided already, under the guards their writers carry.</summary>
    Task<CommitResult> Commit(Origin origin, Effects effects);

    /// <summary>Loads the decision's rows, decides and commits. The inbox is looked up before the decision is made.</summary>
    Task<CommitResult> Commit<TKey, TRows>(Origin origin, Decision<TKey, TRows> decision);

    /// <summary>
    /// The same for a decision whose making is asynchronous. It may be made more than once, on rows loaded anew: nothing of an
    /// earlier time counts. It waits for nothing outside: the whole group would wait for it, in its transaction.
    /// </summary>
    Task<CommitResult> Commit<TKey, TRows>(Origin origin, TKey key, Func<TRows, ValueTask<Effects>> decide);
}
