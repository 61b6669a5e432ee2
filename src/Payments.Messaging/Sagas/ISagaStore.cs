using MassTransit;

namespace Payments.Messaging;

/// <summary>How one kind of saga lies in the database. Loading locks nothing: the writes are guarded by the version.</summary>
public interface ISagaStore<TSaga> : ILoader<SagaKey, Loaded<TSaga>>
    where TSaga : class, ISaga
{
    /// <summary>The saga, and those of its rows that the message may touch.</summary>
    SagaKey Key<T>(Guid correlationId, T message)
        where T : class;

    /// <summary>The writes that make the change durable, guarded by the version that was loaded.</summary>
    IEnumerable<IWrite> Writes<T>(SagaChange<TSaga, T> change)
        where T : class;
}

/// <summary>Which saga, and which of its rows; null: all of them.</summary>
public readonly record struct SagaKey(Guid CorrelationId, string? Part = null);

/// <summary>What one message did to a saga.</summary>
/// <param name="Saga">As it is now.</param>
/// <param name="IsNew">It was created by this message.</param>
/// <param name="From">The state before.</param>
/// <param name="Message">What was consumed.</param>
/// <param name="MessageId">Its id.</param>
/// <param name="Sent">What was said in answer.</param>
public sealed record SagaChange<TSaga, T>(
    TSaga Saga, bool IsNew, string From, T Message, Guid MessageId, IReadOnlyList<PendingMessage> Sent)
    where TSaga : class, ISaga
    where T : class;

/// <summary>Payload of the context a state machine sees: the database's clock when its saga was loaded.</summary>
public sealed record DatabaseClock(DateTimeOffset Now);

/// <summary>A saga as it was found; null when there is none.</summary>
public sealed record Loaded<TSaga>(TSaga? Saga, DateTimeOffset Now)
    where TSaga : class, ISaga;
