using Payments.Contracts;
using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests.Triage;

[Collection(TriageCollection.Name)]
public sealed class When_a_worker_is_broken(TriageSystem triage) : IAsyncLifetime
{
    private const int Payments = 20;
    private const string Kind = "endpoint=wallets&exception=Npgsql.PostgresException%20P0001";

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Also after a failure: other journeys are to find it well.</summary>
    public Task DisposeAsync() => Databases.MendWallets();

    [Fact]
    public async Task Should_show_one_group_with_the_money_in_it_until_the_payments_have_ended()
    {
        var system = triage.System;
        await Databases.BreakWallets();
        Request[] requests = [.. Enumerable.Range(0, Payments).Select(_ => Request.OfOne())];
        foreach (var request in requests)
            await system.FrontDoor.Publish(request);

        await system.Await("a letter of each payment", async () =>
            (await Letters()).Select(l => l.PaymentId).Distinct().Count() == Payments);

        var group = (await system.Http.DeadLetterGroups(Kind)).ShouldHaveSingleItem();
        (group.Reason, group.MessageType).ShouldBe(("fault", "Payments.Contracts:CreditWallets"));
        group.Frame.ShouldNotBeNull().ShouldStartWith("Payments.");
        group.LastMessage.ShouldNotBeNull().ShouldContain("Broken on purpose.");
        group.AtRisk.ShouldBe([new Money(Payments * 10_000, Currency.Eur)]);
        foreach (var letter in await Letters())
        {
            (letter.GroupId, letter.PaymentState, letter.AtRisk).ShouldBe((group.GroupId, "Crediting", new Money(10_000, Currency.Eur)));
            letter.WaitsFor.ShouldNotBeNull();
        }

        await Databases.MendWallets();
        foreach (var request in requests)
            await Databases.HurryDeadline(request.PaymentId);
        foreach (var request in requests)
            (await system.AwaitEnd(request.PaymentId)).State.ShouldBe("Completed");

        var after = (await system.Http.DeadLetterGroups(Kind)).ShouldHaveSingleItem();
        after.AtRisk.ShouldBeEmpty();
        after.Letters.ShouldBeGreaterThanOrEqualTo(Payments);

        async Task<IReadOnlyList<DeadLetterSummary>> Letters() =>
            [.. (await system.Http.DeadLetters($"{Kind}&limit=200")).Where(l => requests.Any(r => r.PaymentId == l.PaymentId))];
    }
}
