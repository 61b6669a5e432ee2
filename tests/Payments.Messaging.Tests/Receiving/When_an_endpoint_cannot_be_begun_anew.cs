using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Payments.Messaging.Tests.Sending;
using Payments.Messaging.Tests.Toy;

namespace Payments.Messaging.Tests.Receiving;

/// <summary>The watch beside an endpoint of MassTransit's that neither consumes nor stops; the broker that answers is real.</summary>
[Collection(nameof(ToyCollection))]
public sealed class When_an_endpoint_cannot_be_begun_anew
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Should_end_the_process_and_name_the_endpoint()
    {
        var options = new BrokerOptions { Uri = PublisherOnWire.Broker, IdleLimit = TimeSpan.FromSeconds(1) };
        var bus = Stub.Of<IBusControl>(_ => BusHealthResult.Unhealthy("", new IOException(), new Dictionary<string, EndpointHealthResult>
        {
            ["wallets"] = EndpointHealthResult.Unhealthy(Stub.Of<IReceiveEndpoint>(Stuck), "faulted", new IOException()),
        }));
        using var watch = new ConsumptionWatch(bus, Options.Create(options), TimeProvider.System, NullLogger<ConsumptionWatch>.Instance);

        await watch.StartAsync(CancellationToken.None);
        var failure = await Should.ThrowAsync<InvalidOperationException>(() => watch.ExecuteTask!.WaitAsync(Deadline));

        failure.Message.ShouldContain("rabbitmq://127.0.0.1/wallets");
        failure.InnerException.ShouldBeOfType<TimeoutException>();
    }

    private static object Stuck(string member) => member switch
    {
        "get_InputAddress" => new Uri("rabbitmq://127.0.0.1/wallets"),
        nameof(IReceiveEndpoint.Stop) => throw new TimeoutException("It does not stop."),
        _ => throw new NotSupportedException(member),
    };

    /// <summary>Answers the few members of a wide interface that are asked.</summary>
    [SuppressMessage("Performance", "CA1852", Justification = "The proxy is made as its subtype.")]
    private class Stub : DispatchProxy
    {
        private Func<string, object> _answer = null!;

        public static T Of<T>(Func<string, object> answer)
            where T : class
        {
            var stub = Create<T, Stub>();
            ((Stub)(object)stub)._answer = answer;
            return stub;
        }

        protected override object Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!.Name);
    }
}
