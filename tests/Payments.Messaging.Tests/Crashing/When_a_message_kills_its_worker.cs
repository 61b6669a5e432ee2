using Payments.Contracts;
using Payments.Messaging.Tests.Toy;
using Payments.Testing;

namespace Payments.Messaging.Tests.Crashing;

/// <summary>
/// A message that kills every worker it comes to ends in the dead letters, and none of those that were on their way beside it
/// does. The limit is the topology's own policy with a smaller number, so that fewer workers have to die.
/// </summary>
[Collection(nameof(ToyCollection))]
public sealed class When_a_message_kills_its_worker(ToyService toy) : IAsyncLifetime
{
    private const int Neighbours = 20;

    /// <summary>Three times beside everybody else, and then alone: after those before it, after those behind it, and once more.</summary>
    private const int DeliveryLimit = 5;

    private const string Policy = "api/policies/%2F/deadly";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly string _run = Ulid.NewUlid().ToString();

    public async Task InitializeAsync()
    {
        await ToyService.CreateTable(FaultyWorker.Schema);
        // What a test that failed left.
        await toy.Broker.Empty(FaultyWorker.Queue);
        await ManagementApi.Send(HttpMethod.Put, Policy, $$$"""
            {"pattern": "^{{{FaultyWorker.Queue}}}$", "apply-to": "queues", "priority": 10, "definition": {
                "delivery-limit": {{{DeliveryLimit}}}, "dead-letter-exchange": "", "dead-letter-routing-key": "{{{Routes.DeadLetters}}}",
                "dead-letter-strategy": "at-least-once", "overflow": "reject-publish"}}
            """);
    }

    public Task DisposeAsync() => ManagementApi.Send(HttpMethod.Delete, Policy);

    [Fact]
    public async Task Should_arrive_by_the_delivery_limit_without_its_neighbours()
    {
        for (var n = 0; n < Neighbours; n++)
        {
            if (n == Neighbours / 2)
                await Send($"{ToyCounter.Deadly}{_run}");
            await Send($"{_run}-{n}");
        }

        for (var death = 0; death <= DeliveryLimit; death++)
        {
            await using var victim = FaultyWorker.Start();
            await victim.Died();
        }

        var letter = await toy.Broker.Take(Routes.DeadLetters, IsOurs);

        letter.ShouldContain($"{ToyCounter.Deadly}{_run}");
        await Eventually.Async("every neighbour to have been answered", Deadline, () => Answered().Length == Neighbours);
        (await toy.Broker.CountOf(FaultyWorker.Queue)).ShouldBe(0u);
        (await toy.Broker.TryTake(Routes.DeadLetters, IsOurs)).ShouldBeNull("a neighbour went with it");
    }

    private bool IsOurs(string body) => body.Contains(_run, StringComparison.Ordinal);

    private Task Send(string seller) => toy.Broker.Send(
        FaultyWorker.Queue, Ulid.NewUlid().ToGuid(), new UpdateSeller { SellerId = seller, Closed = false });

    private string[] Answered() =>
        [.. toy.Broker.Heard<SellerUpdated>(e => e.SellerId.StartsWith(_run, StringComparison.Ordinal)).Select(s => s.Message.SellerId).Distinct()];
}
