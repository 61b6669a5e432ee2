using MassTransit;

namespace Payments.Messaging;

/// <summary>
/// How one kind of saga lies in the database. Loading locks nothing: the writes are guarded by the version. Keys of one saga get
/// one object, with the rows that any of them asks for.
/// </summary>
public interface ISagaStore<TSaga> : ILoader<SagaKey, Loaded<TSaga>>
    where TSaga : class, ISaga
{
    bool ILoader<SagaKey, Loaded<TSaga>>.SharesRows => true;

    /// <summary>The saga, and those of its rows that the message may touch.</summary>
    SagaKey Key<T>(Guid correlationId, T message)
        where T : class;

    /// <summary>
    /// The writes that make the change durable, guarded by the version that was loaded. Called once per change, before the next
    /// message changes the same saga. Written when the whole group is decided: what refers to the saga is read only then.
    /// </summary>
    IReadOnlyList<IWrite> Writes<T>(SagaChange<TSaga, T> change)
        where T : class;
}

/// <summary>Which saga, and which of its rows; null: all of them.</summary>
public readonly record struct SagaKey(Guid CorrelationId, string? Part = null);

/// <summary>What one message did to a saga.</summary>
/// <param name="Saga">As the message left it; an observer finds it as the last message of the same commit left it.</param>
/// <param name="From">The state before.</param>
/// <param name="Message">What was consumed.</param>
/// <param name="MessageId">Its id.</param>
/// <param name="Sent">What was said in answer.</param>
public sealed record SagaChange<TSaga, T>(
    TSaga Saga, string From, T Message, Guid MessageId, IReadOnlyList<PendingMessage> Sent)
    where TSaga : class, ISaga
    where T : class;

/// <summary>Payload of the context a state machine sees: the database's clock when its saga was loaded.</summary>
public sealed record DatabaseClock(DateTimeOffset Now);

/// <summary>What was found of a saga; shared by all messages of a group that are about it.</summary>
/// <param name="saga">As it lies in the database.</param>
/// <param name="now">The database's clock.</param>
public sealed class Loaded<TSaga>(TSaga? saga, DateTimeOffset now)
    where TSaga : class, ISaga
{
    /// <summary>As the message before left it; null while there is none.</summary>
    public TSaga? Saga { get; internal set; } = saga;

    public DateTimeOffset Now { get; } = now;
}
