using System.Reflection;
using MassTransit;
using MassTransit.RabbitMqTransport;

namespace Payments.Messaging.Tests.Receiving;

public sealed class TimeoutIsNoCancellationTests : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    public void Dispose() => _stopping.Dispose();

    [Fact]
    public async Task A_call_that_timed_out_is_a_failure()
    {
        var timeout = new OperationCanceledException();
        var exception = await Assert.ThrowsAsync<TransportUnavailableException>(() => Send(timeout));
        Assert.Same(timeout, exception.InnerException);
    }

    [Fact]
    public async Task The_end_of_the_endpoint_is_a_cancellation()
    {
        await _stopping.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => Send(new OperationCanceledException()));
    }

    [Fact]
    public async Task Other_failures_stay_as_they_are() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Send(new InvalidOperationException()));

    private Task Send(Exception failure) => new TimeoutIsNoCancellation().Send(
        Endpoint.With(_stopping.Token), Pipe.ExecuteAsync<ChannelContext>(_ => Task.FromException(failure)));

    /// <summary>Of a channel only its end is asked for here.</summary>
#pragma warning disable CA1852 // The proxy is a type derived from it.
    private class Endpoint : DispatchProxy
#pragma warning restore CA1852
    {
        private CancellationToken _end;

        public static ChannelContext With(CancellationToken end)
        {
            var channel = Create<ChannelContext, Endpoint>();
            ((Endpoint)(object)channel)._end = end;
            return channel;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == $"get_{nameof(ChannelContext.CancellationToken)}"
                ? _end
                : throw new NotSupportedException(targetMethod.Name);
    }
}
