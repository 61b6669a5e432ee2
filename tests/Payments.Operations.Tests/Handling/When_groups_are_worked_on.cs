using System.Net;
using System.Text.Json;
using Payments.Contracts;
using Payments.Operations.Tests.Collecting;

namespace Payments.Operations.Tests.Handling;

[Collection(CollectingCollection.Name)]
public sealed class When_groups_are_worked_on(OperationsApp app) : IAsyncLifetime
{
    private HandledLetters _letters = null!;
    private Ulid _letter;
    private Ulid _group;

    private string Path => $"groups/{_group}";

    public async Task InitializeAsync()
    {
        _letters = await HandledLetters.Open(app);
        _letter = await _letters.CreditWallets();
        _group = await HandledLetters.GroupOf(_letter);
    }

    public async Task DisposeAsync() => await _letters.DisposeAsync();

    [Fact]
    public async Task Should_know_who_works_on_it()
    {
        var assigned = await Assign("""{"assignee":"rosa","requestedBy":"ada","reason":"on call"}""");

        assigned.Group.Assignee.ShouldBe("rosa");
        (await Groups("&assignee=rosa")).ShouldBe([_group]);
        (await Groups("&assignee=ada")).ShouldBeEmpty();
        (await Assign("""{"assignee":null,"requestedBy":"rosa"}""")).Group.Assignee.ShouldBeNull();
        (await HandledLetters.Actions(_group)).ShouldBe(
            """
            ada assign_group "on call" {"assignee": null, "muteReason": null, "mutedUntil": null} {"assignee": "rosa"}
            rosa assign_group "" {"assignee": "rosa", "muteReason": null, "mutedUntil": null} {"assignee": null}
            """);
        await _letters.Breaks(_group, $"{Path}/assign", """{"requestedBy":"ada"}""", "assignee required");
        await _letters.Breaks(_group, $"{Path}/assign", """{"assignee":7,"reason":7}""", "assignee required", "requestedBy required", "reason required");
        await _letters.Refuses(
            _group, $"groups/{Ulid.NewUlid()}/assign", """{"assignee":"x","requestedBy":"ada"}""", HttpStatusCode.NotFound,
            "dead-letter-group-unknown", "No group");

        Task<DeadLetterGroupDetails> Assign(string body) => _letters.Done<DeadLetterGroupDetails>($"{Path}/assign", body);
    }

    [Fact]
    public async Task Should_stay_muted_while_letters_come_until_its_time()
    {
        var until = DateTimeOffset.UtcNow.AddDays(89);

        var muted = await _letters.Done<DeadLetterGroupDetails>($"{Path}/mute", Mute(until.ToString("o")));
        await _letters.CreditWallets();

        (muted.Group.State, muted.MuteReason).ShouldBe(("muted", "known"));
        ((await Group()).Group.State, (await Group()).Group.Letters).ShouldBe(("muted", 2L));
        (await Groups("")).ShouldBeEmpty();
        (await Groups("&state=muted")).ShouldBe([_group]);
        (await Groups("&state=all")).ShouldBe([_group]);
        await OperationsApp.Sql("UPDATE dead_letter_group SET muted_until = now() WHERE group_id = $1", _group.ToGuid());
        (await Group()).Group.State.ShouldBe("open");
        (await Groups("")).ShouldBe([_group]);

        await _letters.Done<DeadLetterGroupDetails>($"{Path}/mute", Mute(until.ToString("o")));
        var ended = await _letters.Done<DeadLetterGroupDetails>(
            $"{Path}/mute", """{"until":null,"requestedBy":"ada","reason":"mended"}""");
        (ended.Group.State, ended.Group.MutedUntil, ended.MuteReason).ShouldBe(("open", null, null));
        var actions = (await HandledLetters.Actions(_group)).Split('\n');
        actions.Select(a => string.Join(' ', a.Split(' ')[..3])).ShouldBe(
            ["ada mute_group \"known\"", "ada mute_group \"known\"", "ada unmute_group \"mended\""]);
        actions[2].ShouldEndWith("""{"muteReason": null, "mutedUntil": null}""");
    }

    [Fact]
    public async Task Should_not_be_muted_without_end_or_need()
    {
        await Breaks("""{"requestedBy":"ada","reason":"known"}""", "until required");
        await Breaks("""{"until":"tomorrow","requestedBy":"ada","reason":"known"}""", "until time");
        await Breaks("""{"until":7,"requestedBy":"ada","reason":"known"}""", "until time");
        await Breaks("""{"until":"2026-01-31T13:00:00","requestedBy":"ada","reason":"known"}""", "until time");
        await Breaks(Mute(DateTimeOffset.UtcNow.AddMinutes(-1).ToString("o")), "until range");
        await Breaks(Mute(DateTimeOffset.UtcNow.AddDays(91).ToString("o")), "until range");
        await Breaks("""{"until":null}""", "requestedBy required", "reason required");
        await Discard(_letter);
        await _letters.Refuses(
            _group, $"{Path}/mute", Mute(DateTimeOffset.UtcNow.AddDays(1).ToString("o")), HttpStatusCode.Conflict, "group-resolved",
            $"{_group}", "nothing to mute");

        Task Breaks(string body, params string[] rules) => _letters.Breaks(_group, $"{Path}/mute", body, rules);
    }

    [Fact]
    public async Task Should_be_open_again_when_it_was_resolved_and_a_letter_comes()
    {
        await _letters.Done<DeadLetterGroupDetails>($"{Path}/mute", Mute(DateTimeOffset.UtcNow.AddDays(1).ToString("o")));
        await Discard(_letter);
        (await Group()).Group.State.ShouldBe("resolved");
        (await Group()).Group.AtRisk.ShouldBeEmpty();
        (await Groups("")).ShouldBeEmpty();
        (await Groups("&state=resolved")).ShouldBe([_group]);

        var second = await _letters.CreditWallets();

        var reopened = await Group();
        (reopened.Group.State, reopened.Group.MutedUntil, reopened.MuteReason).ShouldBe(("open", null, null));
        reopened.Group.ReopenedAt.ShouldNotBeNull();
        (reopened.Group.Letters, reopened.Group.Open).ShouldBe((2L, 1L));
        (await HandledLetters.Actions(_group)).ShouldContain($"system reopen_group \"It was resolved, and letter {second} came.\"");
        (await HandledLetters.Actions(_group)).ShouldContain("\"muteReason\": \"known\"");

        var before = await HandledLetters.Actions(_group);
        await _letters.CreditWallets();
        (await HandledLetters.Actions(_group)).ShouldBe(before);
        (await Group()).Group.ReopenedAt.ShouldBe(reopened.Group.ReopenedAt);
    }

    [Fact]
    public async Task Should_carry_notes_as_letters_do()
    {
        await _letters.Done<DeadLetterGroupDetails>(
            $"{Path}/notes", new { Text = "Known since May.\nSee there.", Link = "PAY-42", RequestedBy = "ada" });
        var noted = await _letters.Done<DeadLetterGroupDetails>($"{Path}/notes", new { Text = "Mended.", RequestedBy = "rosa" });
        var letter = await _letters.Done<DeadLetterDetails>(
            $"{_letter}/notes", new { Text = "Asked the shop.", Link = "https://example.com/a?b=c", RequestedBy = "ada" });

        noted.Notes.Select(n => (n.WrittenBy, n.Text, n.Link)).ShouldBe(
            [("ada", "Known since May.\nSee there.", "PAY-42"), ("rosa", "Mended.", null)]);
        letter.Notes.Select(n => (n.WrittenBy, n.Text, n.Link)).ShouldBe([("ada", "Asked the shop.", "https://example.com/a?b=c")]);
        (await HandledLetters.Actions(_group)).ShouldContain("rosa note_group \"Mended.\"");
        (await HandledLetters.Actions(_letter)).ShouldContain("ada note_letter \"Asked the shop.\"");
        foreach (var (id, path) in new[] { (_group, $"{Path}/notes"), (_letter, $"{_letter}/notes") })
        {
            await _letters.Breaks(id, path, new { }, "requestedBy required", "text required");
            await _letters.Breaks(id, path, Note(new string('x', 2001)), "text format");
            await _letters.Breaks(id, path, Note("a\u0000b"), "text format");
            await _letters.Breaks(id, path, Note("x", "/relative"), "link format");
            await _letters.Breaks(id, path, Note("x", "ftp://example.com"), "link format");
            await _letters.Breaks(id, path, Note("x", "javascript:alert(1)"), "link format");
            await _letters.Breaks(id, path, Note("paid with 4242424242424242"), "text card_number");
        }

        await _letters.Refuses(
            _letter, $"{Ulid.NewUlid()}/notes", Note("x"), HttpStatusCode.NotFound, "dead-letter-unknown", "No dead letter");

        static object Note(string text, string? link = null) => new { Text = text, Link = link, RequestedBy = "ada" };
    }

    [Fact]
    public async Task Should_be_shown_only_where_it_is()
    {
        using var unknown = await app.Http.GetAsync(new Uri($"/v1/dead-letters/groups/{Ulid.NewUlid()}", UriKind.Relative));
        await unknown.Problem(HttpStatusCode.NotFound, "dead-letter-group-unknown");
        using var malformed = await app.Http.GetAsync(new Uri("/v1/dead-letters/groups/7", UriKind.Relative));
        (await malformed.BrokenRules()).ShouldBe(["id ulid"]);
        using var filter = await app.Http.GetAsync(new Uri("/v1/dead-letters/groups?state=closed", UriKind.Relative));
        (await filter.BrokenRules()).ShouldBe(["state unknown"]);
    }

    private static string Mute(string until) =>
        JsonSerializer.Serialize(new { Until = until, RequestedBy = "ada", Reason = "known" }, ContractJson.Options);

    private Task<DeadLetterDetails> Discard(Ulid letter) => _letters.Done<DeadLetterDetails>(
        $"{letter}/discard", new { RequestedBy = "ada", Reason = "test data", Money = new { Statement = "not_ours" } });

    private Task<DeadLetterGroupDetails> Group() => _letters.Get<DeadLetterGroupDetails>(Path);

    private async Task<IEnumerable<Ulid>> Groups(string filter) =>
        (await _letters.Get<DeadLetterGroupPage>($"groups?endpoint={_letters.Box.Endpoint}{filter}")).Groups.Select(g => g.GroupId);
}
