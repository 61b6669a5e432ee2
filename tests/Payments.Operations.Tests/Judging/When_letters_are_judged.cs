using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Payments.Contracts;
using Payments.Operations.Judging;

namespace Payments.Operations.Tests.Judging;

/// <summary>Letters beside inboxes, sagas and operations in the real schemas, read as the role that may only read.</summary>
public sealed class When_letters_are_judged(OperationsApp app) : IClassFixture<OperationsApp>, IAsyncLifetime
{
    private JudgingSeed _seed = null!;

    public Task InitializeAsync()
    {
        _seed = JudgingSeed.Open();
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _seed.DisposeAsync().AsTask();

    [Fact]
    public async Task Should_judge_many_at_once_and_leave_out_the_unknown()
    {
        var settled = await _seed.Credit(await _seed.Payment("Crediting", "credit/1"));
        await _seed.Settled(settled, TimeSpan.FromMinutes(1));
        var carriedOut = await _seed.Credit(await _seed.Payment("Recording"));
        await _seed.CarriedOut(carriedOut, TimeSpan.FromMinutes(1));
        var awaited = await _seed.Credit(await _seed.Payment("Crediting", "credit/1"));
        var unwanted = await _seed.Credit(await _seed.Payment("Failed"));
        var foreign = await _seed.Credit(await _seed.Payment("Crediting", "credit/1"), "toy_error");

        var verdicts = await app.Services.GetRequiredService<VerdictQuery>().Judge(
            [foreign.LetterId, Ulid.NewUlid(), settled.LetterId, unwanted.LetterId, carriedOut.LetterId, awaited.LetterId],
            CancellationToken.None);

        verdicts.Select(v => (v.LetterId, v.Verdict)).ShouldBe(
        [
            (foreign.LetterId, Verdicts.Unknown), (settled.LetterId, Verdicts.NoOp), (unwanted.LetterId, Verdicts.Dangerous),
            (carriedOut.LetterId, Verdicts.NoOp), (awaited.LetterId, Verdicts.Safe),
        ]);
        verdicts[1].Evidence.ShouldContain(e => e.Source == "inbox" && e.Sentence.EndsWith("answered with WalletsCredited."));
        verdicts[3].Evidence.Single(e => e.Source == "wallets").Data["answer"].GetProperty("credited")[0].GetString().ShouldBe("o-1");
        verdicts[4].Evidence.Single(e => e.Source == "saga").Data["stepOperationId"].GetString().ShouldBe($"{awaited.PaymentId}/credit/1");
    }

    [Fact]
    public async Task Should_show_one_without_what_the_message_holds()
    {
        var credit = await _seed.Credit(await _seed.Payment("Crediting", "credit/1"), token: "tok_secret");
        await _seed.Settled(credit, TimeSpan.FromMinutes(1));

        var answer = await app.Http.GetStringAsync(new Uri($"/v1/dead-letters/{credit.LetterId}/verdict", UriKind.Relative));

        answer.ShouldContain("\"verdict\":\"no_op\"");
        answer.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Should_sum_the_open_letters_of_a_group()
    {
        var awaited = await _seed.Payment("Crediting", "credit/1");
        var first = await _seed.Credit(awaited);
        var second = await _seed.Credit(awaited);
        var unwanted = await _seed.Credit(await _seed.Payment("Failed"));
        await _seed.Published(await _seed.Credit(awaited), "toy", TimeSpan.FromMinutes(1));

        var group = await Get<DeadLetterGroupVerdict>($"/v1/dead-letters/groups/{first.GroupId}/verdict");

        (group.GroupId, group.Letters, group.Through).ShouldBe((first.GroupId, 3, unwanted.LetterId));
        group.Verdicts.Select(v => (v.Verdict, v.Letters, v.Example)).ShouldBe(
            [(Verdicts.Safe, 2, second.LetterId), (Verdicts.Dangerous, 1, unwanted.LetterId)]);
        group.Verdicts[0].Because.ShouldBe("The saga waits for exactly this operation.");
    }

    [Fact]
    public async Task Should_refuse_what_is_unknown_or_malformed()
    {
        using var letter = await Answer($"/v1/dead-letters/{Ulid.NewUlid()}/verdict");
        await letter.Problem(HttpStatusCode.NotFound, "dead-letter-unknown");
        using var group = await Answer($"/v1/dead-letters/groups/{Ulid.NewUlid()}/verdict");
        await group.Problem(HttpStatusCode.NotFound, "dead-letter-group-unknown");
        using var malformed = await Answer("/v1/dead-letters/7/verdict");
        (await malformed.BrokenRules()).ShouldBe(["id ulid"]);
        using var malformedGroup = await Answer("/v1/dead-letters/groups/7/verdict");
        (await malformedGroup.BrokenRules()).ShouldBe(["id ulid"]);
    }

    private async Task<T> Get<T>(string path)
        where T : class =>
        (await app.Http.GetFromJsonAsync<T>(path, ContractJson.Options)).ShouldNotBeNull();

    private Task<HttpResponseMessage> Answer(string path) => app.Http.GetAsync(new Uri(path, UriKind.Relative));
}
