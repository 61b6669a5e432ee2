using System.Net;
using Payments.Contracts;
using Payments.Operations.Tests.Collecting;

namespace Payments.Operations.Tests.Handling;

[Collection(CollectingCollection.Name)]
public sealed class When_letters_are_discarded(OperationsApp app) : IAsyncLifetime
{
    private static readonly object Compensated = new
    {
        RequestedBy = "ada",
        Reason = "the shop took it back",
        Money = new { Statement = "compensated", Reference = "PAY-7" },
    };

    private HandledLetters _letters = null!;

    public async Task InitializeAsync() => _letters = await HandledLetters.Open(app);

    public async Task DisposeAsync() => await _letters.DisposeAsync();

    [Fact]
    public async Task Should_keep_who_why_and_what_became_of_the_money_and_restore_it()
    {
        var id = await _letters.CreditWallets();

        var discarded = await _letters.Done<DeadLetterDetails>($"{id}/discard", Compensated);

        discarded.Letter.State.ShouldBe("discarded");
        (discarded.Discard!.DiscardedBy, discarded.Discard.Reason, discarded.Discard.Money).ShouldBe(
            ("ada", "the shop took it back", new MoneyStatement("compensated", "PAY-7")));
        (await HandledLetters.Actions(id)).ShouldBe(
            """
            ada discard_letter "the shop took it back" {"money": null, "state": "open", "outcome": null, "discardedBy": null, "discardReason": null} {"money": {"reference": "PAY-7", "statement": "compensated"}, "state": "discarded", "atStake": {"amount": 700, "currency": "EUR"}, "discardedBy": "ada", "discardReason": "the shop took it back"}
            """);

        await _letters.Refuses(
            id, $"{id}/discard", Compensated, HttpStatusCode.Conflict, "letter-not-open", $"{id}", "discarded", "by ada");
        var restored = await _letters.Done<DeadLetterDetails>($"{id}/restore", new { RequestedBy = "rosa", Reason = "wrong one" });

        (restored.Letter.State, restored.Discard).ShouldBe(("open", null));
        (await HandledLetters.Actions(id)).ShouldEndWith(
            """
            rosa restore_letter "wrong one" {"money": {"reference": "PAY-7", "statement": "compensated"}, "state": "discarded", "outcome": null, "discardedBy": "ada", "discardReason": "the shop took it back"} {"state": "open"}
            """);
        await _letters.Refuses(
            id, $"{id}/restore", new { RequestedBy = "rosa", Reason = "again" }, HttpStatusCode.Conflict, "letter-not-discarded", "open");
    }

    [Fact]
    public async Task Should_ask_what_became_of_the_money_where_there_is_any()
    {
        var id = await _letters.CreditWallets();
        var path = $"{id}/discard";

        await _letters.Breaks(id, path, new { RequestedBy = "ada", Reason = "gone" }, "money required");
        await _letters.Breaks(id, path, Said(new { Statement = "lost" }), "money.statement unknown");
        await _letters.Breaks(id, path, Said(new { }), "money.statement unknown");
        await _letters.Breaks(id, path, Said("compensated"), "money.statement unknown");
        await _letters.Breaks(id, path, Said(new { Statement = "written_off" }), "money.reference required");
        await _letters.Breaks(
            id, path, Said(new { Statement = "written_off", Reference = new string('x', 129) }), "money.reference format");
        await _letters.Breaks(id, path, new { }, "requestedBy required", "reason required");
        await _letters.Done<DeadLetterDetails>(path, Said(new { Statement = "written_off", Reference = new string('x', 128) }));

        var other = await _letters.WithoutMoney();
        (await _letters.Done<DeadLetterDetails>($"{other}/discard", new { RequestedBy = "ada", Reason = "noise" }))
            .Discard!.Money.ShouldBeNull();

        static object Said(object money) => new { RequestedBy = "ada", Reason = "gone", Money = money };
    }

    [Fact]
    public async Task Should_refuse_what_is_under_way_or_done()
    {
        var id = await _letters.CreditWallets();
        await Refused(HttpStatusCode.NotFound, "dead-letter-unknown", Ulid.NewUlid());
        await _letters.Breaks(id, "7/discard", Compensated, "id ulid");

        var replay = await HandledLetters.Replay(id, "awaiting_approval");
        await Refused(HttpStatusCode.Conflict, "awaiting-approval", id, "rosa", "awaits approval");

        await OperationsApp.Sql("UPDATE dead_letter_replay SET state = 'published' WHERE replay_id = $1", replay.ToGuid());
        await HandledLetters.SetState(id, "replaying");
        await Refused(HttpStatusCode.Conflict, "letter-not-open", id, "replaying", "rosa");

        await OperationsApp.Sql(
            "UPDATE dead_letter_replay SET state = 'settled', outcome = 'succeeded' WHERE replay_id = $1", replay.ToGuid());
        await HandledLetters.SetState(id, "resolved", "succeeded");
        await Refused(HttpStatusCode.Conflict, "letter-not-open", id, "resolved (succeeded)", "rosa");

        Task Refused(HttpStatusCode status, string type, Ulid letter, params string[] words) =>
            _letters.Refuses(letter, $"{letter}/discard", Compensated, status, type, [.. words, $"{letter}"]);
    }

    [Fact]
    public async Task Should_be_held_to_it_by_the_database()
    {
        var id = await _letters.CreditWallets();

        (await Should.ThrowAsync<Npgsql.PostgresException>(() => HandledLetters.SetState(id, "discarded")))
            .SqlState.ShouldBe("23514");
        (await Should.ThrowAsync<Npgsql.PostgresException>(() => OperationsApp.Sql(
            "UPDATE dead_letter SET state = 'discarded', discarded_by = 'a', discard_reason = 'b', money_statement = 'written_off' WHERE letter_id = $1",
            id.ToGuid()))).SqlState.ShouldBe("23514");
    }

    [Fact]
    public async Task Should_answer_for_each_of_a_selection()
    {
        var (first, second, gone) = (await _letters.CreditWallets(), await _letters.WithoutMoney(), Ulid.NewUlid());
        var (third, money) = (await _letters.CreditWallets(), new { Statement = "not_ours" });
        await _letters.Done<DeadLetterDetails>($"{third}/discard", Compensated);

        var answer = await _letters.Done<DeadLetterDiscards>(
            "discards",
            new { LetterIds = new[] { first, second, gone, third, first }, RequestedBy = "ada", Reason = "test data", Money = money });

        (answer.Discarded, answer.Refused).ShouldBe((2, 2));
        answer.Letters.Select(l => (l.LetterId, l.Discarded)).ShouldBe([(first, true), (second, true), (gone, false), (third, false)]);
        answer.Letters[2].Refusal.ShouldBe($"No dead letter {gone} is known.");
        answer.Letters[3].Refusal.ShouldBe($"Letter {third} is discarded, by ada.");
        (await _letters.Get<DeadLetterDetails>($"{second}")).Discard!.Money.ShouldBe(new MoneyStatement("not_ours"));
        (await HandledLetters.Actions(second)).ShouldContain("discard_letter \"test data\"");

        var fourth = await _letters.CreditWallets();
        var unsaid = await _letters.Done<DeadLetterDiscards>(
            "discards", new { LetterIds = new[] { fourth }, RequestedBy = "ada", Reason = "test data" });
        unsaid.Letters.ShouldHaveSingleItem().Refusal!.ShouldContain($"the 7.00 EUR of letter {fourth}");
        (await HandledLetters.Actions(fourth)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_take_a_group_only_as_it_was_seen()
    {
        var (first, second) = (await _letters.CreditWallets(), await _letters.CreditWallets());
        var group = await HandledLetters.GroupOf(first);
        var seen = await _letters.Get<DeadLetterGroupDetails>($"groups/{group}");
        (seen.Group.Open, seen.Through).ShouldBe((2L, second));
        var later = await _letters.CreditWallets();

        await _letters.Refuses(
            first, "discards", Group(group, 3, second), HttpStatusCode.Conflict, "group-changed", "2 open letters", "not 3");
        var answer = await _letters.Done<DeadLetterDiscards>("discards", Group(group, 2, second));

        answer.Letters.Select(l => (l.LetterId, l.Discarded)).ShouldBe([(first, true), (second, true)]);
        (await _letters.Get<DeadLetterDetails>($"{later}")).Letter.State.ShouldBe("open");
        (await _letters.Get<DeadLetterGroupDetails>($"groups/{group}")).Counts.ShouldBe(
            [new DeadLetterCount("discarded", 2), new DeadLetterCount("open", 1)]);
        await _letters.Refuses(
            first, "discards", Group(group, 2, second), HttpStatusCode.Conflict, "group-changed", "0 open letters", "not 2");

        static object Group(Ulid group, int letters, Ulid through) => new
        {
            GroupId = group,
            Letters = letters,
            Through = through,
            RequestedBy = "ada",
            Reason = "test data",
            Money = new { Statement = "not_ours" },
        };
    }

    [Theory]
    [InlineData("""{"requestedBy":"a","reason":"b"}""", "letterIds one_of")]
    [InlineData("""{"letterIds":[],"groupId":"x","requestedBy":"a","reason":"b"}""", "letterIds one_of")]
    [InlineData("""{"letterIds":[],"requestedBy":"a","reason":"b"}""", "letterIds range")]
    [InlineData("""{"letterIds":["x",7],"requestedBy":"a","reason":"b"}""", "letterIds[0] ulid", "letterIds[1] ulid")]
    [InlineData("""{"groupId":"x","requestedBy":"a","reason":"b"}""", "groupId ulid", "letters range", "through ulid")]
    [InlineData("""{"groupId":"01JDA5V9R0ZB3T6M8Q2X4Y7W1K","letters":10001,"through":"01JDA5V9R0ZB3T6M8Q2X4Y7W1K"}""", "letters range", "requestedBy required", "reason required")]
    public Task Should_name_what_is_wrong_with_a_selection(string body, params string[] rules) =>
        _letters.Breaks(Ulid.NewUlid(), "discards", body, rules);
}
