using System.Diagnostics;
using MassTransit;
using Payments.Contracts;
using Payments.Messaging.Tests.Toy;

namespace Payments.Messaging.FaultWorker;

/// <summary>Counts as the toy does; a seller that is to be persisted first is counted in a step before, as the executor does it.</summary>
internal sealed class PersistingConsumer(ICommitter committer, Deliveries deliveries) : IConsumer<UpdateSeller>
{
    public async Task Consume(ConsumeContext<UpdateSeller> context)
    {
        var command = context.Message;
        if (command.SellerId.StartsWith(ToyCounter.Deadly, StringComparison.Ordinal))
            Process.GetCurrentProcess().Kill();
        if (command.SellerId.StartsWith(ToyCounter.Persisted, StringComparison.Ordinal))
            await committer.Commit(Origin.Step(context), ToyCounter.Begin(command));
        await deliveries.Settle(context, ToyCounter.Increment(command));
    }
}
