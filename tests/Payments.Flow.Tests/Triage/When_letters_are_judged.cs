using Payments.Contracts;
using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests.Triage;

/// <summary>Each verdict on a message that failed in a worker, or found none; what it rests on is what the system did.</summary>
[Collection(TriageCollection.Name)]
public sealed class When_letters_are_judged(TriageSystem triage) : IAsyncLifetime
{
    private readonly SystemUnderTest _system = triage.System;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Also after a failure: other journeys are to find it well.</summary>
    public Task DisposeAsync() => TriageSystem.Mend();

    [Fact]
    public async Task Should_be_safe_while_the_saga_waits_and_no_op_once_it_was_carried_out()
    {
        var (request, letter) = await triage.BreakAtCrediting();

        var before = await _system.Http.Verdict(letter.LetterId);
        before.Verdict.ShouldBe(Verdicts.Safe);
        before.Because.ShouldBe("The saga waits for exactly this operation.");
        before.Evidence.Single(e => e.Source == "saga").Data["stepOperationId"].GetString().ShouldBe($"{request.PaymentId}/credit/1");
        (await _system.Http.GroupVerdict(letter.GroupId)).Verdicts.ShouldContain(v => v.Verdict == Verdicts.Safe);

        await triage.Complete(request.PaymentId);

        var after = await _system.Http.Verdict(letter.LetterId);
        after.Verdict.ShouldBe(Verdicts.NoOp);
        var inbox = after.Evidence.Single(e => e.Source == "inbox");
        inbox.Data["answers"].EnumerateArray().Select(a => a.GetString()).ShouldBe(["WalletsCredited"]);
    }

    [Fact]
    public async Task Should_be_stale_when_the_saga_has_moved_on()
    {
        var (request, letter) = await triage.BreakAtDeadline();
        var before = await _system.Http.Verdict(letter.LetterId);
        before.Verdict.ShouldBe(Verdicts.Safe, "nothing has happened since");

        await triage.Complete(request.PaymentId);

        var verdict = await _system.Http.Verdict(letter.LetterId);
        verdict.Verdict.ShouldBe(Verdicts.Stale);
        verdict.Because.ShouldBe("The payment has ended: the saga ignores its deadlines.");
    }

    [Fact]
    public async Task Should_be_dangerous_when_it_would_credit_again()
    {
        var request = Request.OfOne();
        await _system.FrontDoor.Publish(request);
        (await _system.AwaitEnd(request.PaymentId)).State.ShouldBe("Completed");
        await Databases.BreakWallets();
        await _system.Broker.Send("wallets", Ulid.NewUlid().ToGuid(), new CreditWallets
        {
            PaymentId = request.PaymentId,
            OperationId = $"{request.PaymentId}/credit/9",
            Atomic = true,
            Lines = [new WalletLine("order-9", request.Sellers[0], new Money(9_000, Currency.Eur))],
        });

        var letter = await triage.Letter("endpoint=wallets", request.PaymentId, nameof(CreditWallets));

        var verdict = await _system.Http.Verdict(letter.LetterId);
        verdict.Verdict.ShouldBe(Verdicts.Dangerous);
        verdict.Because.ShouldStartWith("It would credit sellers");
        verdict.Evidence.Single(e => e.Source == "saga").Data["state"].GetString().ShouldBe("Completed");
    }

    [Fact]
    public async Task Should_be_unknown_when_nobody_takes_its_type()
    {
        var request = Request.OfOne();
        await _system.Broker.Send("wallets", Ulid.NewUlid().ToGuid(), new PaymentNotFound { PaymentId = request.PaymentId });

        var letter = await triage.Letter("endpoint=wallets&reason=skipped", request.PaymentId, nameof(PaymentNotFound));

        var verdict = await _system.Http.Verdict(letter.LetterId);
        verdict.Verdict.ShouldBe(Verdicts.Unknown);
        verdict.Because.ShouldBe("Its queue has no consumer for its type: it is missing who would take it.");
    }
}
