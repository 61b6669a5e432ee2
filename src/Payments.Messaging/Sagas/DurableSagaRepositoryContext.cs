using MassTransit;
using MassTransit.Context;
using MassTransit.Saga;

namespace Payments.Messaging;

/// <summary>Hands the loaded saga to the state machine, and notes a new one and whether it was changed.</summary>
internal sealed class DurableSagaRepositoryContext<TSaga, T>(ConsumeContext<T> context, Loaded<TSaga> loaded)
    : ConsumeContextScope<T>(context), SagaRepositoryContext<TSaga, T>
    where TSaga : class, ISaga
    where T : class
{
    private readonly ConsumeContext<T> _context = context;

    public bool IsChanged { get; private set; }

    public Task<SagaConsumeContext<TSaga, T>> Add(TSaga instance) => Create(instance);

    public async Task<SagaConsumeContext<TSaga, T>> Insert(TSaga instance) =>
        loaded.Saga is null ? await Create(instance) : null!;

    public async Task<SagaConsumeContext<TSaga, T>> Load(Guid correlationId) =>
        loaded.Saga is { } saga ? await Task.FromResult(new DefaultSagaConsumeContext<TSaga, T>(_context, saga)) : null!;

    public Task Save(SagaConsumeContext<TSaga> context) => Note(context);

    public Task Update(SagaConsumeContext<TSaga> context) => Note(context);

    public Task Delete(SagaConsumeContext<TSaga> context) =>
        throw new NotSupportedException("Finished sagas are kept: late answers, auditors and operators will ask for them.");

    public Task Discard(SagaConsumeContext<TSaga> context) => Task.CompletedTask;

    public Task Undo(SagaConsumeContext<TSaga> context) => Task.CompletedTask;

    public Task<SagaConsumeContext<TSaga, TMessage>> CreateSagaConsumeContext<TMessage>(
        ConsumeContext<TMessage> consumeContext, TSaga instance, SagaConsumeContextMode mode)
        where TMessage : class =>
        Task.FromResult<SagaConsumeContext<TSaga, TMessage>>(
            new DefaultSagaConsumeContext<TSaga, TMessage>(consumeContext, instance));

    private Task<SagaConsumeContext<TSaga, T>> Create(TSaga instance) =>
        Task.FromResult<SagaConsumeContext<TSaga, T>>(new DefaultSagaConsumeContext<TSaga, T>(_context, instance));

    private Task Note(SagaConsumeContext<TSaga> context)
    {
        loaded.Saga = context.Saga;
        IsChanged = true;
        return Task.CompletedTask;
    }
}
