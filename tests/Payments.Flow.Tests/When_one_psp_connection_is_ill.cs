using Payments.Contracts;
using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests;

/// <summary>Its breaker opens: payments go straight to the other connection, and say why.</summary>
[Collection(FlowCollection.Name)]
public sealed class When_one_psp_connection_is_ill(SystemUnderTest system) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => system.Recover();

    [Fact]
    public async Task Should_not_be_tried_while_another_is_well()
    {
        List<Request> requests = [];
        PaymentDetails? straight = null;
        await using (await system.Sandbox.Fault("stripe-a", new { refuse = true }))
        {
            await system.Await(
                "a payment that goes straight to stripe-b",
                async () =>
                {
                    var batch = Enumerable.Range(0, 5).Select(_ => Request.OfOne()).ToArray();
                    requests.AddRange(batch);
                    foreach (var request in batch)
                        await system.FrontDoor.Publish(request);
                    foreach (var request in batch)
                    {
                        var payment = await system.AwaitEnd(request.PaymentId);
                        if (Choices(payment) is [{ Connection: "stripe-b" }])
                            straight = payment;
                    }

                    return straight is not null;
                });
        }

        var choice = Choices(straight!).ShouldHaveSingleItem();
        choice.Cause.ShouldBe("first_choice");
        choice.Candidates.Single(c => c.Connection == "stripe-a").ShouldBe(new RouteCandidate
        {
            Connection = "stripe-a",
            Psp = "stripe",
            Share = 1,
            Standing = "in_reserve",
            Unhealthy = true,
        });
        choice.Sentence.ShouldContain("stripe-a (unhealthy)");
        foreach (var request in requests)
            (await system.Sandbox.Charges(request.PaymentId)).ShouldHaveSingleItem().Account.ShouldBe("stripe-b");
    }

    private static RouteChoice[] Choices(PaymentDetails payment) =>
        [.. payment.History.SelectMany(h => h.Evidence?.Routes ?? [])];
}
