using Payments.Contracts;
using Payments.Flow.Tests.Kit;
using Payments.Testing;

namespace Payments.Flow.Tests;

/// <summary>Long enough for breakers to open: what was not sent waits, nothing is dead-lettered, and it drains by itself.</summary>
[Collection(FlowCollection.Name)]
public sealed class When_every_psp_connection_is_ill(SystemUnderTest system) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => system.Recover();

    [Fact]
    public async Task Should_wait_behind_the_breakers_and_drain_by_itself()
    {
        var deadLetters = await DeadLetters();
        var begun = DateTimeOffset.UtcNow;
        List<Request> requests = [];
        await using (await system.Sandbox.Fault("stripe-a", new { refuse = true }))
        await using (await system.Sandbox.Fault("stripe-b", new { refuse = true }))
        {
            // What the breakers saw of earlier journeys decides how many failures they want.
            await system.Await(
                "open breakers, and operations that wait at the last route",
                async () =>
                {
                    for (var i = 0; i < 20; i++)
                    {
                        requests.Add(Request.OfOne());
                        await system.FrontDoor.Publish(requests[^1]);
                    }

                    return Country.Connections.All(connection => system.Broker.HasHeard<PspBreakerChanged>(
                            c => c.Connection == connection && c.ChangedAt >= begun && c is { Step: "charge", State: BreakerState.Open }))
                        && (await system.Http.PspConnections()).Any(c => c is { Waiting: > 0, Stale: false });
                });
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

        (await DeadLetters()).ShouldBe(deadLetters);
    }

    private async Task<uint> DeadLetters()
    {
        RunDirectory.RequireDeadLettersInBroker();
        uint count = 0;
        foreach (var queue in Country.Connections.Select(c => $"executor-{c}").Append("payment-saga"))
            count += await system.Broker.CountOf($"{queue}_error");
        return count + await system.Broker.CountOf("dead-letters");
    }
}
