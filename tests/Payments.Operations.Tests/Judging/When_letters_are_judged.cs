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
    public async Task Should_ask_the_executor_for_the_operation_and_for_other_refunds()
    {
        var payment = await _seed.Payment("Refunding");
        await Operation(payment, "charge/1", "charge", "settled", "approved");
        await Operation(payment, "refund/1", "refund", "open", "in_doubt");
        var charge = await _seed.Letter("ChargeOrder", "executor-stripe-a_error", payment, OfOrder(payment, "charge/1"));
        var refund = await _seed.Letter("RefundOrder", "executor-stripe-a-control_error", payment, OfOrder(payment, "refund/2"));
        var late = await _seed.Letter(
            "CaptureOrder", "executor-stripe-a_error", payment, OfOrder(payment, "capture/1", DateTimeOffset.UtcNow.AddMinutes(-1)));

        var verdicts = await Judge(charge, refund, late);

        verdicts.Select(v => v.Verdict).ShouldBe([Verdicts.NoOp, Verdicts.Dangerous, Verdicts.Stale]);
        verdicts[0].Evidence.Single(e => e.Source == "executor").Data["outcome"].GetString().ShouldBe("approved");
        verdicts[1].Evidence.ShouldContain(e => e.Sentence.StartsWith($"Another refund of the order, {payment}/o-1/refund/1,"));

        Task Operation(Ulid of, string step, string kind, string state, string outcome) => _seed.Execute(
            "executor",
            """
            INSERT INTO operation (operation_id, version, payment_id, order_id, kind, connection, amount_minor, currency, state,
                                   forward, tries, outcome)
            VALUES ($1, 1, $2, 'o-1', $3, 'stripe-a', 1000, 'EUR', $4, true, 1, $5)
            """,
            $"{of}/o-1/{step}", of.ToGuid(), kind, state, outcome);

        static object OfOrder(Ulid of, string step, DateTimeOffset? notAfter = null) =>
            new { PaymentId = of, OrderId = "o-1", OperationId = $"{of}/o-1/{step}", NotAfter = notAfter };
    }

    [Fact]
    public async Task Should_ask_the_ledger_for_the_operation()
    {
        var payment = await _seed.Payment("Recording");
        var operation = $"{payment}/journal-capture/2";
        await _seed.Execute(
            "ledger",
            """
            INSERT INTO operation (operation_id, payment_id, kind, request, answer)
            VALUES ($1, $2, 'Capture', '\x00', '{"recorded":["o-1"],"rejected":[]}')
            """,
            operation, payment.ToGuid());
        var letter = await _seed.Letter("RecordJournal", "ledger_error", payment, new { PaymentId = payment, OperationId = operation });

        var verdict = (await Judge(letter)).ShouldHaveSingleItem();

        verdict.Verdict.ShouldBe(Verdicts.NoOp);
        verdict.Evidence.Single(e => e.Source == "ledger").Data["answer"].GetProperty("recorded")[0].GetString().ShouldBe("o-1");
    }

    [Fact]
    public async Task Should_ask_intake_for_requests()
    {
        var (accepted, alias, rejected, sameKey, fresh) = (_seed.UnknownPayment(), _seed.UnknownPayment(), _seed.UnknownPayment(),
            _seed.UnknownPayment(), _seed.UnknownPayment());
        await _seed.Execute(
            "orchestrator",
            """
            INSERT INTO intake (merchant_id, idempotency_key, payment_id, request_hash, start_message_id)
            VALUES ('m-judged', $1, $2, decode(repeat('00', 32), 'hex'), gen_random_uuid())
            """,
            $"key-{accepted}", accepted.ToGuid());
        await _seed.Execute(
            "orchestrator",
            "INSERT INTO payment_alias (payment_id, original_payment_id, merchant_id) VALUES ($1, $2, 'm-judged')",
            alias.ToGuid(), accepted.ToGuid());
        await _seed.Execute(
            "orchestrator",
            """
            INSERT INTO intake_rejection (payment_id, request_hash, reject_message_id)
            VALUES ($1, decode(repeat('00', 32), 'hex'), gen_random_uuid())
            """,
            rejected.ToGuid());

        var verdicts = await Judge(
            await Request(accepted), await Request(alias), await Request(rejected), await Request(sameKey, accepted), await Request(fresh));

        verdicts.Select(v => v.Because.Split(':')[0]).ShouldBe(
        [
            "Its payment was accepted", "Its payment was accepted under another id", "Its payment was rejected",
            "The merchant's key has its payment", "No payment was started for this request, and it is fresh.",
        ]);

        Task<Seeded> Request(Ulid payment, Ulid? keyOf = null) => _seed.Letter(
            "PaymentRequested", "payment-requested_error", payment,
            new { PaymentId = payment, MerchantId = "m-judged", IdempotencyKey = $"key-{keyOf ?? payment}" });
    }

    [Fact]
    public async Task Should_ask_for_the_notification_and_the_sellers_setting()
    {
        var webhook = Ulid.NewUlid();
        var seller = $"s-{Ulid.NewUlid()}";
        await _seed.Execute(
            "executor", "INSERT INTO webhook_body (body_id, connection, headers, body) VALUES ($1, 'stripe-a', '{}', '')", webhook.ToGuid());
        await _seed.Execute(
            "executor",
            """
            INSERT INTO webhook (webhook_id, body_id, connection, event_id, type, notification, state)
            VALUES ($1, $1, 'stripe-a', $2, 'x', '{}', 'applied')
            """,
            webhook.ToGuid(), $"{webhook}");
        var update = await _seed.Letter("UpdateSeller", "wallets_error", default, new { SellerId = seller, Closed = false });
        await _seed.Execute("wallets", "INSERT INTO seller (seller_id, closed) VALUES ($1, true)", seller);
        var apply = await _seed.Letter(
            "ApplyWebhook", "executor-stripe-a-control_error", default, new { WebhookId = webhook, Connection = "stripe-a" });

        var verdicts = await Judge(apply, update);

        verdicts.Select(v => v.Because).ShouldBe(
        [
            "The PSP's notification was applied.",
            "The seller has a newer setting, which it would replace: a wallet that was closed might be credited.",
        ]);
    }

    [Fact]
    public async Task Should_let_only_the_newest_of_a_sellers_settings_go()
    {
        var seller = $"s-{Ulid.NewUlid()}";
        var (old, newer, foreign, others) = (
            await Setting(seller), await Setting(seller), await Setting(seller), await Setting($"s-{Ulid.NewUlid()}"));
        await _seed.Execute(
            "operations", "UPDATE dead_letter SET message_id = 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6' WHERE letter_id = $1",
            foreign.LetterId.ToGuid());

        var verdicts = await Judge(newer, old, others);

        verdicts.Select(v => v.Verdict).ShouldBe([Verdicts.Safe, Verdicts.Dangerous, Verdicts.Safe]);
        verdicts[1].Because.ShouldStartWith("A newer setting of the seller is a letter");
        verdicts[1].Evidence.ShouldContain(e => e.Data.ContainsKey("newerLetterId") && e.Sentence.Contains($"{newer.LetterId}"));

        await _seed.Published(newer, "wallets", TimeSpan.Zero);
        (await Judge(old)).Single().Verdict.ShouldBe(Verdicts.Dangerous, "it is on its way");

        await _seed.Execute(
            "operations",
            "UPDATE dead_letter SET state = 'discarded', discarded_by = 'ann', discard_reason = 'mistaken' WHERE letter_id = $1",
            newer.LetterId.ToGuid());
        (await Judge(old)).Single().Verdict.ShouldBe(Verdicts.Safe);

        Task<Seeded> Setting(string of) => _seed.Letter("UpdateSeller", "wallets_error", default, new { SellerId = of, Closed = false });
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

        (group.GroupId, group.Letters, group.Left, group.Next, group.Through).ShouldBe((first.GroupId, 3, 0, null, unwanted.LetterId));
        group.Verdicts.Select(v => (v.Verdict, v.Letters, v.Example)).ShouldBe(
            [(Verdicts.Safe, 2, second.LetterId), (Verdicts.Dangerous, 1, unwanted.LetterId)]);
        group.Verdicts[0].Because.ShouldBe("The saga waits for exactly this operation.");
    }

    [Fact]
    public async Task Should_sum_a_group_in_parts_to_the_same_as_at_once()
    {
        var awaited = await _seed.Payment("Crediting", "credit/1");
        var unwanted = await _seed.Payment("Failed");
        var group = (await _seed.Credit(awaited)).GroupId;
        foreach (var payment in (Ulid[])[unwanted, awaited, awaited, unwanted, awaited, awaited])
            await _seed.Credit(payment);
        var whole = await Get<DeadLetterGroupVerdict>($"/v1/dead-letters/groups/{group}/verdict");

        var parts = await Parts(group, 3);

        parts.Select(p => (p.Letters, p.Left, p.Through)).ShouldBe([(3, 4, whole.Through), (3, 1, whole.Through), (1, 0, whole.Through)]);
        Sum(parts).ShouldBe(whole.Verdicts.Select(v => (v.Verdict, v.Because, v.Letters, v.Example)));
        (await Parts(group, 7)).Count.ShouldBe(1, "nothing is left after the last letter");
    }

    [Fact]
    public async Task Should_leave_out_of_all_parts_what_comes_and_what_is_dealt_with_between_them()
    {
        var awaited = await _seed.Payment("Crediting", "credit/1");
        var letters = new List<Seeded>();
        for (var i = 0; i < 5; i++)
            letters.Add(await _seed.Credit(awaited));

        var parts = await Parts(letters[0].GroupId, 2, async judged =>
        {
            if (judged > 2)
                return;
            await _seed.Credit(awaited);
            await _seed.Published(letters[3], "toy", TimeSpan.FromMinutes(1));
        });

        parts.Select(p => (p.Letters, p.Left)).ShouldBe([(2, 3), (2, 0)]);
        parts.ShouldAllBe(p => p.Through == letters[4].LetterId);
        parts[1].Verdicts.ShouldHaveSingleItem().Example.ShouldBe(letters[4].LetterId);
        (await Get<DeadLetterGroupVerdict>($"/v1/dead-letters/groups/{letters[0].GroupId}/verdict")).Letters.ShouldBe(5);
    }

    [Fact]
    public async Task Should_judge_a_group_that_has_no_open_letter()
    {
        var letter = await _seed.Credit(await _seed.Payment("Failed"));
        await _seed.Published(letter, "toy", TimeSpan.FromMinutes(1));

        var group = await Get<DeadLetterGroupVerdict>($"/v1/dead-letters/groups/{letter.GroupId}/verdict");

        (group.Letters, group.Left, group.Through, group.Next).ShouldBe((0, 0, null, null));
        group.Verdicts.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("cursor=x", "cursor malformed")]
    [InlineData("cursor=", "cursor malformed")]
    [InlineData("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "cursor malformed")]
    [InlineData("limit=0", "limit range")]
    [InlineData("limit=2001", "limit range")]
    [InlineData("after=1", "after unknown")]
    [InlineData("limit=1&limit=2", "limit given_once")]
    public async Task Should_refuse_a_part_that_is_none(string query, string broken)
    {
        using var answer = await Answer($"/v1/dead-letters/groups/{Ulid.NewUlid()}/verdict?{query}");

        (await answer.BrokenRules()).ShouldBe([broken]);
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

    /// <summary>All parts, one after the other; between them something may happen.</summary>
    private async Task<IReadOnlyList<DeadLetterGroupVerdict>> Parts(Ulid group, int limit, Func<int, Task>? between = null)
    {
        var path = $"/v1/dead-letters/groups/{group}/verdict?limit={limit}";
        var parts = new List<DeadLetterGroupVerdict> { await Get<DeadLetterGroupVerdict>(path) };
        while (parts[^1].Next is { } cursor)
        {
            if (between is not null)
                await between(parts.Sum(p => p.Letters));
            parts.Add(await Get<DeadLetterGroupVerdict>($"{path}&cursor={cursor}"));
        }

        return parts;
    }

    private static IEnumerable<(string Verdict, string Because, int Letters, Ulid Example)> Sum(IEnumerable<DeadLetterGroupVerdict> parts) =>
        parts.SelectMany(p => p.Verdicts).GroupBy(v => (v.Verdict, v.Because))
            .Select(v => (v.Key.Verdict, v.Key.Because, v.Sum(one => one.Letters), v.Max(one => one.Example)))
            .OrderByDescending(v => v.Item3).ThenBy(v => v.Because, StringComparer.Ordinal);

    private Task<IReadOnlyList<DeadLetterVerdict>> Judge(params IEnumerable<Seeded> letters) =>
        app.Services.GetRequiredService<VerdictQuery>().Judge([.. letters.Select(l => l.LetterId)], CancellationToken.None);

    private async Task<T> Get<T>(string path)
        where T : class =>
        (await app.Http.GetFromJsonAsync<T>(path, ContractJson.Options)).ShouldNotBeNull();

    private Task<HttpResponseMessage> Answer(string path) => app.Http.GetAsync(new Uri(path, UriKind.Relative));
}
