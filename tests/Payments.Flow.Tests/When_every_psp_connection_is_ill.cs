using Payments.Contracts;
using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests;

/// <summary>Long enough for breakers to open: what was not sent waits, nothing is dead-lettered, and it drains by itself.</summary>
[Collection(FlowCollection.Name)]
public sealed class When_every_psp_connection_is_ill(SystemUnderTest system)
{
    private static readonly string[] Connections = ["stripe-a", "stripe-b"];

    [Fact]
    public async Task Should_wait_behind_the_breakers_and_drain_by_itself()
    {
        var deadLetters = await DeadLetters();
        Request[] requests = [.. Enumerable.Range(0, 60).Select(_ => Request.OfOne())];
        await using (await system.Sandbox.Fault("stripe-a", new { refuse = true }))
        await using (await system.Sandbox.Fault("stripe-b", new { refuse = true }))
        {
            foreach (var request in requests)
                await system.FrontDoor.Publish(request);

            await system.Await("operations that wait at stripe-b, the last route", async () =>
                (await system.Http.PspConnections()).Any(c => c is { Connection: "stripe-b", Waiting: > 0, Stale: false }));
            foreach (var connection in Connections)
            {
                await system.Broker.Await<PspBreakerChanged>(
                    1, c => c.Connection == connection && c is { Step: "charge", State: BreakerState.Open });
            }
        }

        foreach (var request in requests)
        {
            var payment = await system.AwaitEnd(request.PaymentId);
            var charges = await system.Sandbox.Charges(request.PaymentId);
            if (payment.State == "Completed")
                charges.ShouldHaveSingleItem().Captured.ShouldBe(10_000);
            else
                charges.ShouldBeEmpty(SystemUnderTest.Describe(payment));
        }

        await Recover();
        (await DeadLetters()).ShouldBe(deadLetters);
    }

    /// <summary>Until a payment has probed each connection: other journeys are to find it well.</summary>
    private Task Recover() => system.Await("closed breakers", async () =>
    {
        var probe = Request.OfOne();
        await system.FrontDoor.Publish(probe);
        (await system.AwaitEnd(probe.PaymentId)).State.ShouldBe("Completed");
        return (await system.Http.PspConnections()).Where(c => !c.Stale)
            .All(c => c.Waiting == 0 && c.Breakers.Values.All(state => state == "closed"));
    });

    private async Task<uint> DeadLetters()
    {
        uint count = 0;
        foreach (var queue in Connections.Select(c => $"executor-{c}").Append("payment-saga"))
            count += await system.Broker.CountOf($"{queue}_error");
        return count + await system.Broker.CountOf("dead-letters");
    }
}
