using Payments.Contracts;
using Payments.Flow.Tests.Chaos;
using Payments.Flow.Tests.Kit;
using Xunit.Abstractions;

namespace Payments.Flow.Tests.Triage;

/// <summary>
/// The wallets' worker is broken, payments pile up as letters, and a ramp brings them on when it is mended: each step only after
/// the outcome of the one before.
/// </summary>
[Collection(TriageCollection.Name)]
public sealed class When_a_broken_worker_is_mended(TriageSystem triage, ITestOutputHelper output) : IAsyncLifetime
{
    private const int Many = 500;
    private const int Some = 40;
    private const string Alice = "alice";

    /// <summary>The group of what fails by it, as a filter.</summary>
    private const string Kind = "endpoint=wallets&exception=Npgsql.PostgresException%2042501";

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Also after a failure: other journeys are to find it well.</summary>
    public Task DisposeAsync() => Databases.GiveRightOfWallets();

    [Fact]
    public async Task Should_bring_five_hundred_payments_to_their_end()
    {
        var (requests, group) = await PileUp(Many);

        (group.Reason, group.MessageType).ShouldBe(("fault", "Payments.Contracts:CreditWallets"));
        group.Frame.ShouldNotBeNull().ShouldStartWith("Payments.");
        group.LastMessage.ShouldNotBeNull().ShouldContain("permission denied for table lot");
        group.AtRisk.ShouldBe([new Money(Many * 10_000, Currency.Eur)]);
        foreach (var letter in await triage.System.Http.DeadLetters($"group={group.GroupId}&state=open&limit=200"))
        {
            (letter.PaymentState, letter.AtRisk).ShouldBe(("Crediting", new Money(10_000, Currency.Eur)));
            letter.WaitsFor.ShouldNotBeNull();
        }

        var verdict = await triage.System.Http.GroupVerdict(group.GroupId);
        verdict.Verdicts.Where(v => v.Verdict != Verdicts.Safe).ShouldBeEmpty();
        await Databases.GiveRightOfWallets();
        var ramp = await Ramp(verdict, "wallets may write again");

        var ended = await Await(ramp.RampId, "its end", r => r.State is not "running");
        ended.State.ShouldBe("finished", ended.Because);
        Failures(ended).ShouldBe(0);
        (ended.Succeeded + ended.NoOp).ShouldBe(verdict.Letters);
        await ShouldBePaid(requests);
        (await triage.System.Http.DeadLetters($"group={group.GroupId}&state=open")).ShouldBeEmpty();
        await Aftermath.ShouldBeClean(output);
    }

    [Fact]
    public async Task Should_stop_by_itself_when_the_fault_comes_back()
    {
        var (requests, group) = await PileUp(Some);
        var verdict = await triage.System.Http.GroupVerdict(group.GroupId);
        await Databases.GiveRightOfWallets();
        var ramp = await Ramp(verdict, "wallets may write again, they say", maxStep: 4);
        await Await(ramp.RampId, "its first outcomes", r => r.Succeeded >= 3);

        await Databases.TakeRightOfWallets();

        var stopped = await Await(ramp.RampId, "its stop", r => r.State is not "running");
        stopped.State.ShouldBe("stopped");
        Failures(stopped).ShouldBeGreaterThan(0);
        stopped.Because.ShouldNotBeNull().ShouldContain("The failure has returned");
        (stopped.Succeeded + stopped.NoOp + Failures(stopped)).ShouldBeLessThan(verdict.Letters);

        // The first failure stops it: the other replays of its last step are still out, and may come back as letters.
        await triage.System.Await(
            "the outcome of each replay",
            async () => (await triage.System.Http.DeadLetters($"group={group.GroupId}&state=replaying")).Count == 0);
        await Databases.GiveRightOfWallets();
        var rest = await triage.System.Http.GroupVerdict(group.GroupId);
        var again = await Ramp(rest, "mended for good");
        (await Await(again.RampId, "its end", r => r.State is not "running")).State.ShouldBe("finished");
        await ShouldBePaid(requests);
        (await triage.System.Http.DeadLetters($"group={group.GroupId}&state=open")).ShouldBeEmpty();
        await Aftermath.ShouldBeClean(output);
    }

    [Fact]
    public async Task Should_go_on_when_operations_is_killed_meanwhile()
    {
        var (requests, group) = await PileUp(Some);
        var verdict = await triage.System.Http.GroupVerdict(group.GroupId);
        await Databases.GiveRightOfWallets();
        var ramp = await Ramp(verdict, "wallets may write again", maxStep: 4);
        await Await(ramp.RampId, "its first outcomes", r => r.Succeeded >= 3);

        await triage.System.Kill("operations");
        await triage.System.Start("operations");

        var ended = await Await(ramp.RampId, "its end", r => r.State is not "running");
        ended.State.ShouldBe("finished", ended.Because);
        Failures(ended).ShouldBe(0);
        (ended.Succeeded + ended.NoOp).ShouldBe(verdict.Letters);
        await ShouldBePaid(requests);
        await Aftermath.ShouldBeClean(output);
    }

    /// <summary>Payments whose credits fail, until each has a letter; those of this fault are one group.</summary>
    private async Task<(Request[] Requests, DeadLetterGroup Group)> PileUp(int payments)
    {
        var system = triage.System;
        await Databases.TakeRightOfWallets();
        Request[] requests = [.. Enumerable.Range(0, payments).Select(_ => Request.OfOne())];
        foreach (var request in requests)
            await system.FrontDoor.Publish(request);

        await system.Await(
            "a letter of each payment",
            async () => (await Databases.PaymentsWithLetters()).IsSupersetOf(requests.Select(r => r.PaymentId)),
            seconds: 180);
        return (requests, (await system.Http.DeadLetterGroups(Kind)).ShouldHaveSingleItem());
    }

    private Task<DeadLetterRamp> Ramp(DeadLetterGroupVerdict verdict, string reason, int? maxStep = null) =>
        triage.System.Http.StartRamp(new
        {
            verdict.GroupId,
            verdict.Letters,
            verdict.Through,
            MaxStep = maxStep,
            RequestedBy = Alice,
            Reason = reason,
        });

    private async Task<DeadLetterRamp> Await(Ulid rampId, string step, Func<DeadLetterRamp, bool> until)
    {
        DeadLetterRamp? last = null;
        await triage.System.Await(
            $"ramp {rampId}: {step}",
            async () =>
            {
                last = await triage.System.Http.Ramp(rampId);
                return until(last);
            },
            seconds: 180);
        return last!;
    }

    private static int Failures(DeadLetterRamp ramp) => ramp.FailedAgain + ramp.NotSent + ramp.Uncertain;

    private async Task ShouldBePaid(IEnumerable<Request> requests)
    {
        foreach (var request in requests)
            (await triage.System.AwaitEnd(request.PaymentId)).State.ShouldBe("Completed");
    }
}
