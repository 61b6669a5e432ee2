using System.Globalization;
using System.Net;
using Payments.Contracts;
using Payments.Operations.Replaying;
using Payments.Operations.Tests.Collecting;
using Payments.Testing;
using RabbitMQ.Client;

namespace Payments.Operations.Tests.Replaying;

/// <summary>To queues where a second copy does no harm, as our own are: they go out with one wait for all confirms.</summary>
[Collection(CollectingCollection.Name)]
public sealed class When_many_replays_go_out(OperationsApp app) : IAsyncLifetime
{
    private readonly ReplayDesk _desk = new(app);
    private LetterBox _box = null!;

    /// <summary>By its name it is an executor's.</summary>
    private string Own => $"executor-{_box.Endpoint}";

    private string Gone => $"{Own}-gone";

    public async Task InitializeAsync() => _box = await LetterBox.Open();

    public async Task DisposeAsync()
    {
        await _box.Channel.QueueDeleteAsync(Own);
        await _box.DisposeAsync();
    }

    [Fact]
    public async Task Should_not_wait_for_one_confirm_after_the_other()
    {
        const int Letters = 70;
        await _box.Declare(Own);
        var uri = new UriBuilder(RunDirectory.Settings("operations")["RabbitMq__Uri"]);
        var isSilent = false;
        await using var wire = new Wire(uri.Host, uri.Port) { OnAnswer = _ => Volatile.Read(ref isSilent) ? Fate.Lose : Fate.Pass };
        uri.Port = wire.Port;
        using var publisher = await ReplayDesk.StartPublisher(app, _box, uri.Uri);
        var letters = await Dead(Letters);
        await Claim(letters[..1], Own);
        await AwaitState("published", 1);
        Volatile.Write(ref isSilent, true);

        await Claim(letters[1..], Own);

        await Eventually.Async("64 that nobody has confirmed", LetterBox.Deadline, () => _box.Channel.MessageCountAsync(Own), sent => sent >= 65);
        (await Replays("state = 'claimed' AND leased_until > '-infinity'")).ShouldBe(64);
        (await OperationsApp.Sql(
            "SELECT count(DISTINCT r.leased_until) FROM dead_letter_replay r JOIN dead_letter l USING (letter_id) WHERE l.queue = $1 AND r.state = 'claimed' AND leased_until > '-infinity'",
            _box.Queue)).ShouldBe(1L);
        Volatile.Write(ref isSilent, false);
        await AwaitState("published", Letters);
        (await Arrived()).Distinct().Count().ShouldBe(Letters);
        await publisher.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Should_open_only_the_letters_again_that_no_queue_takes()
    {
        await _box.Declare(Own);
        await _box.Declare(Gone);
        var letters = await Dead(5);
        await Claim(letters[..2], Own);
        await Claim(letters[2..3], Gone);
        await Claim(letters[3..], Own);
        await _box.Channel.QueueDeleteAsync(Gone);

        using var publisher = await ReplayDesk.StartPublisher(app, _box);

        await AwaitState("published", 4);
        await AwaitState("settled", 1);
        (await Replays($"outcome = 'not_sent' AND outcome_because = '{Gone} did not take it: NO_ROUTE.'")).ShouldBe(1);
        (await ReplayDesk.StateOf(letters[2])).ShouldBe("open -");
        (await Arrived()).Order().ShouldBe(["0", "1", "3", "4"]);
        await publisher.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Should_repeat_only_what_the_broker_does_not_take_now()
    {
        await _box.Channel.QueueDeclareAsync(
            Own, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-queue-type"] = "classic", ["x-max-length"] = 2, ["x-overflow"] = "reject-publish" });
        await Claim(await Dead(5), Own);

        using var publisher = await ReplayDesk.StartPublisher(app, _box);

        await Eventually.Async("a sentence about it", LetterBox.Deadline, () =>
            _box.Log.Warnings.Any(w => w.StartsWith("A dead letter was not confirmed (the broker did not take it)", StringComparison.Ordinal)));
        (await Replays("state = 'published'")).ShouldBe(2);
        (await Replays("state = 'claimed' AND published_at IS NULL")).ShouldBe(3);
        var arrived = new List<string>();
        await Eventually.Async("the others", LetterBox.Deadline, async () =>
        {
            arrived.AddRange(await Arrived());
            return await Replays("state = 'published'") == 5;
        });
        arrived.AddRange(await Arrived());
        arrived.Order().ShouldBe(["0", "1", "2", "3", "4"]);
        await publisher.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Should_be_one_at_a_time_where_a_second_copy_might_do_harm()
    {
        await _box.DeclareEndpoint();
        await _box.Declare(Own);
        var letters = await Dead(4);
        await Claim(letters[..1], _box.Endpoint);
        await Claim(letters[1..3], Own);
        await Claim(letters[3..], _box.Endpoint);
        var outbox = new ReplayOutbox(LetterBox.Database);

        var leases = new List<Ulid[]>();
        while (await outbox.Lease(TimeSpan.FromMinutes(1), CancellationToken.None) is { Count: > 0 } due)
            leases.Add([.. due.Select(d => d.LetterId)]);

        leases.ShouldBe([letters[..1], letters[1..3], letters[3..]]);
    }

    /// <summary>Oldest first; their messages are numbered from 0.</summary>
    private async Task<Ulid[]> Dead(int count)
    {
        for (var i = 0; i < count; i++)
            await _box.PublishFault($"{i}");
        return [.. (await _box.CollectAll(count)).OrderBy(l => int.Parse(l.Headers["properties"]!["messageId"]!.ToString(), CultureInfo.InvariantCulture)).Select(l => l.Id)];
    }

    private async Task Claim(Ulid[] letters, string destination)
    {
        using var response = await _desk.Post(
            "/v1/dead-letters/replays", new { letters, destination, requestedBy = "ann", reason = "mended" });
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
    }

    private Task<long> AwaitState(string state, int count) => Eventually.Async(
        $"{count} to be {state}", LetterBox.Deadline, () => Replays($"state = '{state}'"), found => found == count);

    private async Task<long> Replays(string condition) => (long)(await OperationsApp.Sql(
        $"SELECT count(*) FROM (SELECT r.* FROM dead_letter_replay r JOIN dead_letter l USING (letter_id) WHERE l.queue = $1) r WHERE {condition}",
        _box.Queue))!;

    /// <summary>Takes the messages that are there, and tells which they are.</summary>
    private async Task<IReadOnlyList<string>> Arrived()
    {
        var arrived = new List<string>();
        while (await _box.Channel.BasicGetAsync(Own, autoAck: true) is { } message)
            arrived.Add(message.BasicProperties.MessageId!);
        return arrived;
    }
}
