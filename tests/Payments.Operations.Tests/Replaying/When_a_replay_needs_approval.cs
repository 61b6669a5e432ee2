using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Payments.Contracts;
using Payments.Operations.Tests.Collecting;
using Payments.Operations.Tests.Judging;

namespace Payments.Operations.Tests.Replaying;

/// <summary>Two people, and the verdict of now.</summary>
[Collection(CollectingCollection.Name)]
public sealed class When_a_replay_needs_approval(OperationsApp app) : IAsyncLifetime
{
    private readonly ReplayDesk _desk = new(app);
    private LetterBox _box = null!;

    public async Task InitializeAsync() => _box = await LetterBox.Open();

    public async Task DisposeAsync() => await _box.DisposeAsync();

    [Fact]
    public async Task Should_claim_it_when_somebody_else_approves()
    {
        var (letter, replay) = await Asked("unknown");

        using var same = await Change(replay, "approve", " ANN ");
        (await same.Problem(HttpStatusCode.Conflict, "same-person")).GetProperty("detail").GetString()
            .ShouldBe($"Ann has asked for replay {replay}: somebody else must approve it.");
        (await ReplayDesk.StateOf(letter)).ShouldBe("open -");

        using var other = await Change(replay, "approve", "bob");
        var claimed = (await other.Content.ReadFromJsonAsync<DeadLetterReplay>(ContractJson.Options))!;
        (claimed.State, claimed.ApprovedBy, claimed.RequestedBy).ShouldBe(("claimed", "bob", "Ann"));
        (await ReplayDesk.StateOf(letter)).ShouldBe("replaying -");
        (await ReplayDesk.ActionsOn(letter)).ShouldBe("bob approve_replay");

        using var again = await Change(replay, "approve", "eve");
        await again.Problem(HttpStatusCode.Conflict, "replay-not-awaiting-approval");
        using var withdrawn = await Change(replay, "withdraw", "eve");
        withdrawn.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Should_refuse_when_less_is_known_than_when_it_was_asked_for()
    {
        var (letter, replay) = await Asked("safe");

        using var response = await Change(replay, "approve", "bob");

        (await response.Problem(HttpStatusCode.Conflict, "verdict-changed")).GetProperty("detail").GetString()!
            .ShouldStartWith($"Letter {letter} was judged safe when its replay was asked for (It was so.), and is unknown now: ");
        (await ReplayDesk.StateOf(letter)).ShouldBe("open -");
        (await _desk.Show(replay)).State.ShouldBe("awaiting_approval");
    }

    [Fact]
    public async Task Should_refuse_another_replay_meanwhile_and_let_it_be_after_it_is_withdrawn()
    {
        var (letter, replay) = await Asked("unknown");

        using var meanwhile = await _desk.Ask(letter, "bob");
        (await meanwhile.Problem(HttpStatusCode.Conflict, "awaiting-approval")).GetProperty("detail").GetString()!
            .ShouldStartWith($"A replay of letter {letter} awaits approval; Ann has asked for it at ");

        using var withdrawn = await Change(replay, "withdraw", "bob");
        withdrawn.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _desk.Replay(letter)).State.ShouldBe("claimed");
    }

    [Fact]
    public async Task Should_refuse_when_the_letter_is_not_open_any_more()
    {
        var (letter, replay) = await Asked("unknown");
        await OperationsApp.Sql("UPDATE dead_letter SET state = 'resolved', outcome = 'succeeded' WHERE letter_id = $1", letter.ToGuid());

        using var response = await Change(replay, "approve", "bob");

        await response.Problem(HttpStatusCode.Conflict, "letter-not-open");
        (await _desk.Show(replay)).State.ShouldBe("awaiting_approval");
    }

    [Fact]
    public async Task Should_be_asked_for_where_it_is_dangerous()
    {
        await using var seed = JudgingSeed.Open();
        var payment = seed.UnknownPayment();
        var letter = (await seed.Credit(payment)).LetterId;

        using var unforced = await _desk.Ask(letter, "Ann");
        (await unforced.Problem(HttpStatusCode.Conflict, "dangerous")).GetProperty("detail").GetString().ShouldBe(
            "It would move money of a payment that the saga does not know. To replay it all the same needs force, a reason, and the approval of a second person.");
        (await ReplayDesk.ActionsOn(letter)).ShouldBe("");
        using var forced = await _desk.Ask(letter, "Ann", force: true);
        var asked = (await forced.Content.ReadFromJsonAsync<DeadLetterReplay>(ContractJson.Options))!;
        (asked.State, asked.Forced, asked.Verdict).ShouldBe(("awaiting_approval", true, "dangerous"));
        (await ReplayDesk.StateOf(letter)).ShouldBe("open -");
        using var same = await Change(asked.ReplayId, "approve", "ann ");
        await same.Problem(HttpStatusCode.Conflict, "same-person");

        using var other = await Change(asked.ReplayId, "approve", "bob");
        var claimed = (await other.Content.ReadFromJsonAsync<DeadLetterReplay>(ContractJson.Options))!;
        (claimed.State, claimed.Verdict, claimed.ApprovedBy).ShouldBe(("claimed", "dangerous", "bob"));
        (await ReplayDesk.ActionsOn(letter)).ShouldBe("Ann replay_letter, bob approve_replay");
        using var withdrawn = await Change(asked.ReplayId, "withdraw", "bob");
        (await ReplayDesk.StateOf(letter)).ShouldBe("open -");
    }

    /// <summary>Nothing publishes here: claimed is as far as it gets.</summary>
    private async Task<(Ulid Letter, Ulid Replay)> Asked(string verdict)
    {
        await _box.PublishFault(Ulid.NewUlid().ToString());
        var letter = (await _box.CollectAll(1)).Single().Id;
        var replay = Ulid.NewUlid();
        var judged = new DeadLetterVerdict
        {
            LetterId = letter,
            Verdict = verdict,
            Because = "It was so.",
            Evidence = [],
            JudgedAt = DateTimeOffset.UtcNow,
        };
        await OperationsApp.Sql(
            """
            INSERT INTO dead_letter_replay
                (replay_id, letter_id, state, destination, to_exchange, repeatable, verdict, judged, forced, requested_by, reason)
            VALUES ($1, $2, 'awaiting_approval', $3, false, false, $4, $5::jsonb, true, 'Ann', 'It must.')
            """,
            replay.ToGuid(), letter.ToGuid(), _box.Endpoint, verdict, JsonSerializer.Serialize(judged, ContractJson.Options));
        return (letter, replay);
    }

    private Task<HttpResponseMessage> Change(Ulid replay, string action, string by) =>
        _desk.Post($"/v1/dead-letters/replays/{replay}/{action}", new { requestedBy = by, reason = "seen" });
}
