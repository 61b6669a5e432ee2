using MassTransit;

namespace Payments.Messaging;

/// <summary>
/// Hears of what messages did to sagas once it is durable, and before what they said is published: for logs and metrics. A crash
/// at this moment loses it, and so does a commit whose answer is lost; the saga's history does not. A message that was known
/// already changes nothing, and is not heard of.
/// </summary>
public interface ISagaChangeObserver<TSaga>
    where TSaga : class, ISaga
{
    /// <summary>What it throws is logged and goes no further: the commit stands, and its messages are still owed.</summary>
    void Committed<T>(SagaChange<TSaga, T> change)
        where T : class;
}
