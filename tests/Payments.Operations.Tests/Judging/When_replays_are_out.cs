using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Judging;
using Payments.Testing;

namespace Payments.Operations.Tests.Judging;

/// <summary>Published replays, and what wallets' inbox and operations tell of them; the reader is the running one.</summary>
public sealed class When_replays_are_out(OperationsApp app) : IClassFixture<OperationsApp>, IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private JudgingSeed _seed = null!;

    public Task InitializeAsync()
    {
        _seed = JudgingSeed.Open();
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _seed.DisposeAsync().AsTask();

    [Fact]
    public async Task Should_settle_each_by_its_evidence()
    {
        var done = await _seed.Credit(await _seed.Payment("Recording"));
        var known = await _seed.Credit(await _seed.Payment("Recording"));
        await _seed.Settled(known, TimeSpan.FromMinutes(5));
        await _seed.CarriedOut(known, TimeSpan.FromMinutes(5));
        await _seed.Published(known, "wallets", TimeSpan.FromMinutes(1));
        var replay = await _seed.Published(done, "wallets", TimeSpan.FromMinutes(1));
        await _seed.Settled(done, TimeSpan.Zero);
        await _seed.CarriedOut(done, TimeSpan.Zero);

        var after = await AwaitEnd(done);
        (after.Letter.State, after.Letter.Outcome).ShouldBe(("resolved", "succeeded"));
        (await AwaitEnd(known)).Letter.Outcome.ShouldBe("no_op");

        var shown = after.Replays.ShouldHaveSingleItem();
        (shown.ReplayId, shown.State, shown.Outcome, shown.RequestedBy).ShouldBe((replay, "settled", "succeeded", "ann"));
        shown.OutcomeBecause.ShouldNotBeNull().ShouldStartWith("Wallets carried it out at ");
        (await app.Http.GetFromJsonAsync<DeadLetterReplay>($"/v1/dead-letters/replays/{replay}", ContractJson.Options)).ShouldBe(shown);
        var audit = await _seed.Ask<string>(
            "operations",
            "SELECT actor || ' ' || action || ' ' || (before->>'state') || ' ' || (after->>'outcome') FROM operator_action WHERE subject = $1",
            $"{done.LetterId}");
        audit.ShouldBe("system settle_replay replaying succeeded");
    }

    [Fact]
    public async Task Should_show_on_the_payment_what_was_done_with_its_letter()
    {
        var credit = await _seed.Credit(await _seed.Payment("Recording"));
        await _seed.Published(credit, "wallets", TimeSpan.FromMinutes(1));
        await _seed.Settled(credit, TimeSpan.Zero);
        await AwaitEnd(credit);

        var payment = (await app.Http.GetFromJsonAsync<PaymentDetails>(
            $"/v1/payments/{credit.PaymentId}", ContractJson.Options)).ShouldNotBeNull();

        var letter = payment.Letters.ShouldHaveSingleItem();
        (letter.LetterId, letter.Endpoint, letter.MessageType).ShouldBe(
            (credit.LetterId, "wallets", "Payments.Contracts:CreditWallets"));
        (letter.State, letter.Outcome, letter.Action, letter.By, letter.Why).ShouldBe(
            ("resolved", "succeeded", "replay", "ann", "mended"));
    }

    [Fact]
    public async Task Should_leave_what_nobody_can_know_and_say_so()
    {
        var credit = await _seed.Credit(await _seed.Payment("Recording"), "toy_error");
        await _seed.Published(credit, "toy", TimeSpan.FromMinutes(1));
        await _seed.Settled(credit, TimeSpan.Zero);

        await app.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<OutcomeReader>().Single()
            .ReadAll(CancellationToken.None);

        var letter = await Letter(credit);
        letter.Letter.State.ShouldBe("replaying");
        var replay = letter.Replays.ShouldHaveSingleItem();
        (replay.State, replay.Outcome).ShouldBe(("published", null));
        replay.OutcomeBecause.ShouldNotBeNull().ShouldStartWith("No outcome can be known");
    }

    [Fact]
    public async Task Should_say_of_a_question_that_nobody_learns_whether_it_was_answered()
    {
        var question = await _seed.Letter(
            nameof(ExplainRoute), $"{Routes.Routing}_error", _seed.UnknownPayment(), new ExplainRoute { Request = "{}" });
        var id = await _seed.Published(question, Routes.Routing, TimeSpan.FromMinutes(1));

        var replay = (await Letter(question)).Replays.ShouldHaveSingleItem();

        (replay.State, replay.Outcome).ShouldBe(("published", null));
        replay.OutcomeBecause.ShouldNotBeNull().ShouldStartWith("No outcome can be known: a question");
        (await app.Http.GetFromJsonAsync<DeadLetterReplay>($"/v1/dead-letters/replays/{id}", ContractJson.Options)).ShouldBe(replay);
    }

    [Fact]
    public async Task Should_not_touch_what_somebody_else_has_settled()
    {
        var credit = await _seed.Credit(await _seed.Payment("Recording"));
        var replay = new PublishedReplay(
            await _seed.Published(credit, "wallets", TimeSpan.FromMinutes(1)), credit.LetterId, Destination.Of("wallets", false), default);
        var table = app.Services.GetRequiredService<OutcomeTable>();

        (await table.Settle([(replay, LearntOutcome.Superseded("First."))], CancellationToken.None)).ShouldBe(1);
        (await table.Settle([(replay, LearntOutcome.Succeeded("Second."))], CancellationToken.None)).ShouldBe(0);

        var letter = await Letter(credit);
        (letter.Letter.Outcome, letter.Replays.ShouldHaveSingleItem().OutcomeBecause).ShouldBe(("superseded", "First."));
        var audited = await _seed.Ask<long>("operations", "SELECT count(*) FROM operator_action WHERE subject = $1", $"{credit.LetterId}");
        audited.ShouldBe(1);
    }

    private Task<DeadLetterDetails> AwaitEnd(Seeded credit) => Eventually.Async(
        $"the outcome of {credit.LetterId}", Deadline, () => Letter(credit), letter => letter.Letter.State == "resolved");

    private async Task<DeadLetterDetails> Letter(Seeded credit) =>
        (await app.Http.GetFromJsonAsync<DeadLetterDetails>($"/v1/dead-letters/{credit.LetterId}", ContractJson.Options)).ShouldNotBeNull();
}
