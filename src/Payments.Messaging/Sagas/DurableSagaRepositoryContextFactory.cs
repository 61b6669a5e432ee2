using MassTransit;
using MassTransit.Middleware;
using MassTransit.Saga;
using Microsoft.Extensions.Logging;

namespace Payments.Messaging;

/// <summary>
/// MassTransit's saga repository on the committer. What the state machine does with a message is a decision over the saga
/// that the group has loaded: its sends are captured, and saga, history, inbox and messages are committed together. Messages
/// to one saga that meet in a group are decided one after the other, each on the saga as the one before left it. A decision
/// is made again, on a saga loaded anew, when somebody else was first, a neighbour in the group fails, or the connection breaks.
/// </summary>
internal sealed partial class DurableSagaRepositoryContextFactory<TSaga>(
    ISagaStore<TSaga> store,
    ICommitter committer,
    Deliveries deliveries,
    IEnumerable<ISagaChangeObserver<TSaga>> observers,
    ILogger<DurableSagaRepositoryContextFactory<TSaga>> logger,
    IServiceProvider services) : ISagaRepositoryContextFactory<TSaga>
    where TSaga : class, SagaStateMachineInstance, IStateOfSaga
{
    private static readonly OutboxConsumeOptions Options = new() { ConsumerType = typeof(TSaga).Name };

    public void Probe(ProbeContext context) => context.Add("persistence", "committer");

    public Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class
    {
        var correlationId = context.CorrelationId
            ?? throw new SagaException("A saga is found by correlation id only.", typeof(TSaga), typeof(T));
        return deliveries.SettleTogether(correlationId, () => Attempt(context, correlationId, next));
    }

    public Task SendQuery<T>(
        ConsumeContext<T> context, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class =>
        throw new NotSupportedException("A saga is found by correlation id only.");

    private async Task<CommitResult> Attempt<T>(
        ConsumeContext<T> context, Guid correlationId, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class
    {
        var origin = Origin.Delivery(context);
        SagaChange<TSaga, T>? change = null;
        var result = await committer.Commit<SagaKey, Loaded<TSaga>>(
            origin, store.Key(correlationId, context.Message), Decide);
        if (result.Kind == CommitKind.Committed && change is not null)
            Tell(change);
        return result;

        async ValueTask<Effects> Decide(Loaded<TSaga> loaded)
        {
            var from = loaded.Saga?.CurrentState ?? "Initial";
            var effects = new Effects(correlationId);
            var capturing = new CapturingConsumeContext<T>(context, Options, services, effects);
            capturing.AddOrUpdatePayload(() => new DatabaseClock(loaded.Now), _ => new DatabaseClock(loaded.Now));
            var repository = new DurableSagaRepositoryContext<TSaga, T>(capturing, loaded);
            await next.Send(repository);

            change = repository.IsChanged
                ? new SagaChange<TSaga, T>(loaded.Saga!, from, context.Message, origin.MessageId, effects.Messages)
                : null;
            foreach (var write in change is null ? [] : store.Writes(change))
                effects.Write(write);
            return effects;
        }
    }

    private void Tell<T>(SagaChange<TSaga, T> change)
        where T : class
    {
        foreach (var observer in observers)
        {
            try
            {
                observer.Committed(change);
            }
            catch (Exception exception)
            {
                // Past this point nothing may be thrown, whatever it is: the answers would be stranded.
                LogNotObserved(logger, observer.GetType().Name, typeof(T).Name, exception);
            }
        }
    }

    [LoggerMessage(2501, LogLevel.Error, "{Observer} failed to take note of what {Message} did to a saga.")]
    private static partial void LogNotObserved(ILogger logger, string observer, string message, Exception exception);
}

/// <summary>A saga whose state is kept as text.</summary>
public interface IStateOfSaga
{
    string CurrentState { get; }
}
