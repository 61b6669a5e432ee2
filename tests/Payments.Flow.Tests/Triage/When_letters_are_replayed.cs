using Payments.Contracts;
using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests.Triage;

/// <summary>Each outcome of a replay, as inbox, saga and the collector tell it.</summary>
[Collection(TriageCollection.Name)]
public sealed class When_letters_are_replayed(TriageSystem triage) : IAsyncLifetime
{
    private readonly SystemUnderTest _system = triage.System;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Also after a failure: other journeys are to find it well.</summary>
    public Task DisposeAsync() => TriageSystem.Mend();

    [Fact]
    public async Task Should_succeed_and_let_the_payment_go_on()
    {
        var (request, letter) = await triage.BreakAtCrediting();
        await Databases.MendWallets();

        await _system.Http.Replay(letter.LetterId, "ann", "the wallet is mended");

        (await _system.AwaitEnd(request.PaymentId, seconds: 30)).State.ShouldBe("Completed", "long before its deadline");
        var replay = await Outcome(letter.LetterId);
        (replay.Verdict, replay.Outcome).ShouldBe((Verdicts.Safe, "succeeded"));
        replay.OutcomeBecause.ShouldNotBeNull().ShouldEndWith("answered with WalletsCredited.");
        var shown = (await _system.Http.Find(request.PaymentId))!.Letters.Single(l => l.LetterId == letter.LetterId);
        (shown.State, shown.Outcome, shown.By, shown.Why).ShouldBe(("resolved", "succeeded", "ann", "the wallet is mended"));
    }

    [Fact]
    public async Task Should_be_a_no_op_when_it_was_carried_out_before()
    {
        var (request, letter) = await triage.BreakAtCrediting();
        await triage.Complete(request.PaymentId);

        await _system.Http.Replay(letter.LetterId, "ann", "to be sure");

        var replay = await Outcome(letter.LetterId);
        (replay.Verdict, replay.Outcome).ShouldBe((Verdicts.NoOp, "no_op"));
        (await _system.Http.Balance(request.Sellers[0])).PendingMinor.ShouldBe(9_000, "it was credited once");
    }

    [Fact]
    public async Task Should_be_superseded_when_the_saga_does_not_wait_any_more()
    {
        var (request, letter) = await triage.BreakAtDeadline();
        await triage.Complete(request.PaymentId);

        await _system.Http.Replay(letter.LetterId, "ann", "to be sure");

        var replay = await Outcome(letter.LetterId);
        (replay.Verdict, replay.Outcome).ShouldBe((Verdicts.Stale, "superseded"));
    }

    [Fact]
    public async Task Should_fail_again_and_name_the_new_letter()
    {
        var (request, letter) = await triage.BreakAtCrediting();

        await _system.Http.Replay(letter.LetterId, "ann", "too early");

        var replay = await Outcome(letter.LetterId);
        replay.Outcome.ShouldBe("failed_again");
        var successor = await _system.Http.DeadLetter(replay.SuccessorId.ShouldNotBeNull());
        (successor.Letter.State, successor.Letter.PaymentId).ShouldBe(("open", request.PaymentId));
        await triage.Complete(request.PaymentId);
    }

    private async Task<DeadLetterReplay> Outcome(Ulid letterId)
    {
        await _system.Await("the outcome", async () => (await _system.Http.DeadLetter(letterId)).Letter.State == "resolved");
        return (await _system.Http.DeadLetter(letterId)).Replays.ShouldHaveSingleItem();
    }
}
