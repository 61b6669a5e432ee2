using System.Text.Json;
using Payments.Contracts;
using Payments.Operations.Tests.Collecting;
using Payments.Operations.Tests.Handling;

namespace Payments.Operations.Tests.Auditing;

[Collection(CollectingCollection.Name)]
public sealed class When_actions_are_listed(OperationsApp app) : IAsyncLifetime
{
    /// <summary>Nobody else in this database has the name.</summary>
    private readonly string _ada = $"ada {Ulid.NewUlid()}";

    private HandledLetters _letters = null!;

    public async Task InitializeAsync() => _letters = await HandledLetters.Open(app);

    public async Task DisposeAsync() => await _letters.DisposeAsync();

    [Fact]
    public async Task Should_find_each_with_who_when_why_before_and_after()
    {
        var letter = await _letters.CreditWallets();
        var group = await HandledLetters.GroupOf(letter);
        var begun = new DateTimeOffset((DateTime)(await OperationsApp.Sql("SELECT now()"))!);
        await _letters.Done<DeadLetterGroupDetails>(
            $"groups/{group}/assign", new { Assignee = "rosa", RequestedBy = _ada, Reason = "on call" });
        await _letters.Done<DeadLetterDetails>($"{letter}/notes", new { Text = "Asked\nthe shop.", Link = "PAY-42", RequestedBy = _ada });
        await Discard(letter);
        await _letters.Done<DeadLetterDetails>($"{letter}/restore", new { RequestedBy = _ada, Reason = "wrong one" });

        var actions = (await List($"by={Uri.EscapeDataString(_ada)}")).Actions;

        actions.Select(a => (a.Action, a.Subject, a.Reason)).ShouldBe(
        [
            ("restore_letter", $"{letter}", "wrong one"), ("discard_letter", $"{letter}", "it was a test"),
            ("note_letter", $"{letter}", "Asked\nthe shop."), ("assign_group", $"{group}", "on call"),
        ]);
        actions.ShouldAllBe(a => a.By == _ada && !a.ByVerified && a.At >= begun);
        var (restored, discarded, noted, assigned) = (actions[0], actions[1], actions[2], actions[3]);
        (Text(assigned.Before, "assignee"), Text(assigned.After, "assignee")).ShouldBe((null, "rosa"));
        (Text(noted.Before, "state"), Text(noted.After, "text"), Text(noted.After, "link")).ShouldBe(("open", "Asked\nthe shop.", "PAY-42"));
        (Text(discarded.Before, "state"), Text(discarded.After, "state")).ShouldBe(("open", "discarded"));
        discarded.After!.Value.GetProperty("money").GetProperty("statement").GetString().ShouldBe("not_ours");
        (Text(restored.Before, "state"), Text(restored.Before, "discardedBy"), Text(restored.After, "state")).ShouldBe(
            ("discarded", _ada, "open"));

        (await Kinds($"letter={letter}")).ShouldBe(["restore_letter", "discard_letter", "note_letter"]);
        (await Kinds($"group={group}")).ShouldBe(["assign_group"]);
        (await Kinds($"letter={letter}&action=note_letter")).ShouldBe(["note_letter"]);
        (await Kinds($"letter={letter}&by=rosa")).ShouldBeEmpty();
        (await Kinds($"letter={letter}&since={discarded.At:O}".Replace("+", "%2B", StringComparison.Ordinal)))
            .ShouldBe(["restore_letter", "discard_letter"]);
        (await Kinds($"letter={letter}&until={discarded.At:O}".Replace("+", "%2B", StringComparison.Ordinal))).ShouldBe(["note_letter"]);
    }

    [Fact]
    public async Task Should_find_those_of_a_payment_on_its_letters_also_on_deleted_ones()
    {
        var payment = Ulid.NewUlid();
        var old = await _letters.Envelope(nameof(CreditWallets), HandledLetters.Credit(payment));
        var young = await _letters.Envelope(nameof(CreditWallets), HandledLetters.Credit(payment));
        var other = await _letters.CreditWallets();
        foreach (var letter in new[] { old, young, other })
            await Discard(letter);
        await Insert("resume_payment", payment, "2026-01-31T13:00:00Z");
        await HandledLetters.Age(old, 31);
        await HandledLetters.DeleteOld();

        (await List($"payment={payment}")).Actions.Select(a => (a.Action, a.Subject)).ShouldBe(
        [
            ("delete_letter", $"{old}"), ("discard_letter", $"{young}"), ("discard_letter", $"{old}"),
            ("resume_payment", $"{payment}"),
        ]);
    }

    [Fact]
    public async Task Should_show_each_once_on_its_pages_newest_first()
    {
        var ramp = Ulid.NewUlid();
        var ids = new List<Ulid>();
        // Two at one moment, and not in the order of their ids.
        foreach (var second in new[] { 1, 4, 2, 2, 3 })
            ids.Add(await Insert("pause_ramp", ramp, $"2026-01-31T13:00:0{second}Z"));
        var shown = new List<Ulid>();
        var cursor = "";
        do
        {
            var page = await List($"ramp={ramp}&limit=2{cursor}");
            page.Actions.Count.ShouldBeInRange(1, 2);
            shown.AddRange(page.Actions.Select(a => a.ActionId));
            cursor = page.Next is null ? "" : $"&cursor={page.Next}";
        }
        while (cursor.Length > 0);

        shown.ShouldBe([ids[1], ids[4], ids[3], ids[2], ids[0]]);
    }

    [Theory]
    [InlineData("letter=7", "letter ulid")]
    [InlineData("group=7&limit=0", "group ulid", "limit range")]
    [InlineData("ramp=7", "ramp ulid")]
    [InlineData("payment=7", "payment ulid")]
    [InlineData("letter=01JDA5V9R0ZB3T6M8Q2X4Y7W1K&payment=01JDA5V9R0ZB3T6M8Q2X4Y7W1K", "letter one_of")]
    [InlineData("by=", "by format")]
    [InlineData("action=discard", "action unknown")]
    [InlineData("since=yesterday&until=2026-01-31T13:00:00", "since time", "until time")]
    [InlineData("since=2026-02-01&until=2026-01-31", "since range")]
    [InlineData("cursor=x", "cursor malformed")]
    [InlineData("actor=ada", "actor unknown")]
    public async Task Should_name_each_broken_rule(string query, params string[] rules)
    {
        using var response = await app.Http.GetAsync(new Uri($"/v1/operator-actions?{query}", UriKind.Relative));

        (await response.BrokenRules()).ShouldBe(rules);
    }

    private Task<DeadLetterDetails> Discard(Ulid letter) => _letters.Done<DeadLetterDetails>(
        $"{letter}/discard", new { RequestedBy = _ada, Reason = "it was a test", Money = new { Statement = "not_ours" } });

    private static async Task<Ulid> Insert(string action, Ulid subject, string at)
    {
        var id = Ulid.NewUlid();
        await OperationsApp.Sql(
            """
            INSERT INTO operator_action (action_id, acted_at, actor, actor_verified, action, subject, reason, before)
            VALUES ($1, $2::timestamptz, 'ada', false, $3, $4, 'test', '{}')
            """,
            id.ToGuid(), at, action, subject.ToString());
        return id;
    }

    private static string? Text(JsonElement? json, string name) => json!.Value.GetProperty(name).GetString();

    private async Task<IEnumerable<string>> Kinds(string query) => (await List(query)).Actions.Select(a => a.Action);

    private async Task<OperatorActionPage> List(string query)
    {
        var text = await app.Http.GetStringAsync(new Uri($"/v1/operator-actions?{query}", UriKind.Relative));
        return JsonSerializer.Deserialize<OperatorActionPage>(text, ContractJson.Options)!;
    }
}
