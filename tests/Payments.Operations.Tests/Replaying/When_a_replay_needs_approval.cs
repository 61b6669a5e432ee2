using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Payments.Contracts;
using Payments.Operations.Tests.Collecting;

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

    /// <summary>Nothing publishes here: claimed is as far as it gets.</summary>
    private async Task<(Ulid Letter, Ulid Replay)> Asked(string verdict)
    {
        await _box.PublishFault(Ulid.NewUlid().ToString());
        var letter = (await _box.CollectAll(1)).Single().Id;
        var replay = Ulid.NewUlid();
        var judged = new DeadLetterVerdict
        {
            LetterId = letter, Verdict = verdict, Because = "It was so.", Evidence = [], JudgedAt = DateTimeOffset.UtcNow,
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
