using MassTransit;
using MassTransit.RabbitMqTransport;

namespace Payments.Messaging;

/// <summary>
/// The broker's client ends a call that is not answered in time as if it had been cancelled. MassTransit 8.4 takes that for
/// the wish to stop, and never consumes from the queue again. Here it becomes a failure, upon which MassTransit begins anew.
/// </summary>
internal sealed class TimeoutIsNoCancellation : IFilter<ChannelContext>
{
    public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
    {
        try
        {
            await next.Send(context);
        }
        catch (OperationCanceledException exception) when (!context.CancellationToken.IsCancellationRequested)
        {
            throw new TransportUnavailableException("The broker did not answer in time while consuming was set up.", exception);
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("timeout-is-no-cancellation");
}
