using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Replaying;
using Payments.Operations.Tests.Collecting;
using Payments.Testing;
using RabbitMQ.Client;

namespace Payments.Operations.Tests.Replaying;

/// <summary>Letters that the real collector took from the real broker, and what arrives where they came from.</summary>
[Collection(CollectingCollection.Name)]
public sealed class When_letters_are_replayed(OperationsApp app) : IAsyncLifetime
{
    private readonly ReplayDesk _desk = new(app);
    private LetterBox _box = null!;
    private ReplayPublisher _publisher = null!;

    public async Task InitializeAsync()
    {
        _box = await LetterBox.Open();
        await _box.DeclareEndpoint();
        _publisher = await ReplayDesk.StartPublisher(app, _box);
    }

    public async Task DisposeAsync()
    {
        await _publisher.StopAsync(CancellationToken.None);
        _publisher.Dispose();
        await _box.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1024)]
    [InlineData(20_000_000)]
    public async Task Should_arrive_as_they_were(int size)
    {
        var body = new byte[size];
        new Random(size).NextBytes(body);
        var id = Ulid.NewUlid().ToString();
        var kept = new Dictionary<string, object?>
        {
            ["text"] = "Grüße",
            ["bytes"] = new byte[] { 0xFF, 0x00, 0xFD },
            ["binary"] = new BinaryTableValue([1, 2, 3]),
            ["int"] = 7,
            ["double"] = 0.1,
            ["flag"] = true,
            ["nothing"] = null,
            ["time"] = new AmqpTimestamp(1_700_000_000),
            ["list"] = new List<object?> { "a", 1 },
            ["table"] = new Dictionary<string, object?> { ["inner"] = "x" },
            ["MT-Activity-Id"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        };
        // Without confirms, for which the client would add a header.
        await using (var channel = await _box.Connection.CreateChannelAsync())
        {
            await channel.BasicPublishAsync("", _box.Queue, mandatory: true, body: body, basicProperties: new BasicProperties
            {
                MessageId = id,
                ContentType = "application/x-odd",
                CorrelationId = "c",
                Priority = 3,
                DeliveryMode = DeliveryModes.Persistent,
                Timestamp = new AmqpTimestamp(1_700_000_001),
                Headers = new Dictionary<string, object?>(kept)
                {
                    ["MT-Reason"] = "fault",
                    ["MT-Fault-Message"] = "It failed.",
                    ["MT-Host-MachineName"] = "worker-7",
                    ["x-death"] = new List<object?> { "once" },
                    ["x-first-death-reason"] = "rejected",
                },
            });
        }

        var letter = (await _box.CollectAll(1)).Single();

        var replay = await _desk.Replay(letter.Id);
        var arrived = await Arrived(_box.Endpoint);

        (replay.Destination, replay.Forced, replay.RequestedBy, replay.Reason).ShouldBe((_box.Endpoint, false, "ann", "mended"));
        arrived.Body.Span.SequenceEqual(body).ShouldBeTrue();
        var properties = arrived.BasicProperties;
        (properties.MessageId, properties.ContentType, properties.CorrelationId, properties.Priority, properties.DeliveryMode, properties.Timestamp.UnixTime)
            .ShouldBe((id, "application/x-odd", "c", (byte)3, DeliveryModes.Persistent, 1_700_000_001L));
        var headers = new Dictionary<string, object?>(properties.Headers!);
        Encoding.UTF8.GetString((byte[])headers[ReplayMessage.ReplayHeader]!).ShouldBe($"{replay.ReplayId}");
        headers.Remove(ReplayMessage.ReplayHeader);
        // The queue's own, of this delivery.
        headers.Remove("x-delivery-count");
        LetterHeadersTests.Show(headers).ShouldBe(LetterHeadersTests.Show(AsOnTheWire(kept)));
        (await _desk.Await(replay.ReplayId, r => r.State != "claimed")).PublishedAt.ShouldNotBeNull();
        (await ReplayDesk.ActionsOn(letter.Id)).ShouldStartWith("ann replay_letter");
    }

    [Fact]
    public async Task Should_go_to_another_queue_where_one_is_named()
    {
        var other = $"{_box.Endpoint}-other";
        await _box.Declare(other);
        await _box.PublishFault("a");
        var letter = (await _box.CollectAll(1)).Single();

        var replay = await _desk.Replay(letter.Id, destination: other);

        replay.Destination.ShouldBe(other);
        (replay.Verdict, replay.VerdictBecause).ShouldBe(
            ("unknown", $"It goes to {other} and not to where it failed: what it does there is not judged."));
        (await Arrived(other)).BasicProperties.MessageId.ShouldBe("a");
        (await _box.Channel.MessageCountAsync(_box.Endpoint)).ShouldBe(0u);
        await _box.Channel.QueueDeleteAsync(other);
    }

    [Fact]
    public async Task Should_refuse_a_destination_that_is_none()
    {
        await _box.PublishFault("a");
        var letter = (await _box.CollectAll(1)).Single();

        using var unknown = await _desk.Ask(letter.Id, destination: "nowhere-at-all");
        (await unknown.BrokenRules()).ShouldBe(["destination unknown"]);
        using var dead = await _desk.Ask(letter.Id, destination: _box.Queue);
        (await dead.BrokenRules()).ShouldBe(["destination dead_letters"]);
        (await ReplayDesk.StateOf(letter.Id)).ShouldBe("open -");
        (await ReplayDesk.ActionsOn(letter.Id)).ShouldBe("");
    }

    [Fact]
    public async Task Should_be_open_again_when_no_queue_takes_them()
    {
        await _box.PublishFault("a");
        var letter = (await _box.CollectAll(1)).Single();
        await _box.Channel.QueueDeleteAsync(_box.Endpoint);

        var first = await _desk.Replay(letter.Id);
        var settled = await _desk.Await(first.ReplayId, r => r.State == "settled");

        settled.Outcome.ShouldBe("not_sent");
        settled.OutcomeBecause.ShouldBe($"{_box.Endpoint} did not take it: NO_ROUTE.");
        settled.PublishedAt.ShouldBeNull();
        (await ReplayDesk.StateOf(letter.Id)).ShouldBe("open -");
        (await ReplayDesk.ActionsOn(letter.Id)).ShouldBe("ann replay_letter, system settle_replay");

        await _box.DeclareEndpoint();
        await _desk.Replay(letter.Id);
        (await Arrived(_box.Endpoint)).BasicProperties.MessageId.ShouldBe("a");
    }

    [Fact]
    public async Task Should_go_out_once_when_two_operators_ask_at_the_same_time()
    {
        for (var i = 0; i < 5; i++)
            await _box.PublishFault($"{i}");
        var letters = await _box.CollectAll(5);

        var answers = await Task.WhenAll(letters.SelectMany(l => new[] { _desk.Ask(l.Id, "ann"), _desk.Ask(l.Id, "bob") }));

        answers.Count(a => a.StatusCode == HttpStatusCode.Accepted).ShouldBe(5);
        foreach (var refused in answers.Where(a => a.StatusCode != HttpStatusCode.Accepted))
        {
            var problem = await refused.Problem(HttpStatusCode.Conflict, "letter-not-open");
            problem.GetProperty("detail").GetString()!.ShouldContain("is being replayed by");
        }

        await Eventually.Async("all five", LetterBox.Deadline, async () => await _box.Channel.MessageCountAsync(_box.Endpoint) == 5);
        foreach (var letter in letters)
        {
            (await OperationsApp.Sql("SELECT count(*) FROM dead_letter_replay WHERE letter_id = $1 AND state = 'published'", letter.Id.ToGuid()))
                .ShouldBe(1L);
        }

        foreach (var answer in answers)
            answer.Dispose();
    }

    [Fact]
    public async Task Should_say_of_each_of_a_selection_what_becomes_of_it()
    {
        await _box.PublishFault("a");
        await _box.PublishFault("b");
        await _box.Publish("paid with 4242424242424242"u8.ToArray());
        var letters = await _box.CollectAll(3);
        var (a, b, masked) = (letters.Single(l => Is(l, "a")), letters.Single(l => Is(l, "b")), letters.Single(l => l.CardNumbers > 0));
        await _desk.Replay(b.Id, by: "bob");
        var unknown = Ulid.NewUlid();

        using var response = await _desk.Post(
            "/v1/dead-letters/replays", new { letters = new[] { a.Id, b.Id, masked.Id, unknown }, requestedBy = "ann", reason = "mended" });

        var answers = (await response.Content.ReadFromJsonAsync<DeadLetterReplayList>(ContractJson.Options))!.Letters;
        answers.Select(x => x.LetterId).ShouldBe([a.Id, b.Id, masked.Id, unknown]);
        answers.Select(x => x.Refusal?.Type).ShouldBe([null, "letter-not-open", "card-numbers-masked", "dead-letter-unknown"]);
        answers[1].Refusal!.Detail.ShouldStartWith($"Letter {b.Id} is being replayed by bob since ");
        answers[0].Replay!.LetterId.ShouldBe(a.Id);
        await Eventually.Async("both", LetterBox.Deadline, async () => await _box.Channel.MessageCountAsync(_box.Endpoint) == 2);
        (await ReplayDesk.StateOf(masked.Id)).ShouldBe("open -");

        static bool Is(LetterBox.Row letter, string id) => letter.Headers["properties"]!["messageId"]?.GetValue<string>() == id;
    }

    [Fact]
    public async Task Should_refuse_what_is_unknown_or_malformed()
    {
        var id = Ulid.NewUlid();
        using var unknown = await _desk.Ask(id);
        (await unknown.Problem(HttpStatusCode.NotFound, "dead-letter-unknown")).GetProperty("detail").GetString()
            .ShouldBe($"No dead letter {id} is known.");
        using var malformed = await app.Post("/v1/dead-letters/7/replay", """{"destination":"","force":1,"reason":"x"}""");
        (await malformed.BrokenRules()).ShouldBe(["id ulid", "destination format", "force boolean", "requestedBy required"]);
        using var nobody = await app.Post($"/v1/dead-letters/{id}/replay", """{"requestedBy":" System","reason":"x"}""");
        (await nobody.BrokenRules()).ShouldBe(["requestedBy reserved"]);
        using var hidden = await app.Post($"/v1/dead-letters/{id}/replay", """{"requestedBy":"system\u200b","reason":"x"}""");
        (await hidden.BrokenRules()).ShouldBe(["requestedBy reserved"]);
        using var none = await app.Post("/v1/dead-letters/replays", """{"letters":[],"requestedBy":"ann","reason":"x"}""");
        (await none.BrokenRules()).ShouldBe(["letters count"]);
        using var twice = await app.Post(
            "/v1/dead-letters/replays", $$"""{"letters":["{{id}}","{{id}}",7],"requestedBy":"ann","reason":"x"}""");
        (await twice.BrokenRules()).ShouldBe(["letters[1] unique", "letters[2] ulid"]);
        using var replay = await app.Http.GetAsync(new Uri($"/v1/dead-letters/replays/{id}", UriKind.Relative));
        await replay.Problem(HttpStatusCode.NotFound, "replay-unknown");
        foreach (var action in (string[])["approve", "withdraw"])
        {
            using var response = await app.Post($"/v1/dead-letters/replays/{id}/{action}", """{"requestedBy":"ann","reason":"x"}""");
            await response.Problem(HttpStatusCode.NotFound, "replay-unknown");
        }
    }

    [Fact]
    public async Task Should_be_known_again_when_MassTransit_gives_them_up_again()
    {
        app.Services.ShouldNotBeNull();
        var marker = $"id-{Ulid.NewUlid()}";
        var id = Ulid.NewUlid().ToGuid();
        var envelope = new { messageId = id, messageType = new[] { "urn:message:Payments.Contracts:GetPayment" }, message = new { paymentId = marker } };
        await _box.Channel.BasicPublishAsync(
            "", Routes.Queries, mandatory: true,
            new BasicProperties { MessageId = id.ToString(), ContentType = "application/vnd.masstransit+json", DeliveryMode = DeliveryModes.Persistent },
            JsonSerializer.SerializeToUtf8Bytes(envelope));
        using var collector = await _box.Collect();
        var first = (await Letters(marker, 1)).Single();

        var replay = await _desk.Replay(first);
        var settled = await _desk.Await(replay.ReplayId, r => r.State == "settled");

        var second = (await Letters(marker, 2)).Single(l => l != first);
        (settled.Outcome, settled.SuccessorId).ShouldBe(("failed_again", (Ulid?)second));
        settled.OutcomeBecause.ShouldBe($"It came back in {Routes.Queries}_error, as letter {second}.");
        (await ReplayDesk.StateOf(first)).ShouldBe("resolved failed_again");
        (await ReplayDesk.StateOf(second)).ShouldBe("open -");
        (await OperationsApp.Sql("SELECT predecessor_id FROM dead_letter WHERE letter_id = $1", second.ToGuid())).ShouldBe(first.ToGuid());
        using var again = await _desk.Ask(first);
        (await again.Problem(HttpStatusCode.Conflict, "letter-not-open")).GetProperty("detail").GetString()!
            .ShouldContain("ended as failed_again");

        // And once more, from the letter that it came back as: nothing of the first failure stays in its headers.
        var next = await _desk.Replay(second);
        (await _desk.Await(next.ReplayId, r => r.State == "settled")).Outcome.ShouldBe("failed_again");
        await collector.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Should_be_known_again_when_they_exceed_the_delivery_limit()
    {
        await _box.Channel.QueueDeleteAsync(_box.Endpoint);
        await _box.Declare(_box.Endpoint, new Dictionary<string, object?>
        {
            ["x-delivery-limit"] = 1,
            ["x-dead-letter-exchange"] = "",
            ["x-dead-letter-routing-key"] = Routes.DeadLetters,
        });
        await _box.PublishFault(Ulid.NewUlid().ToString());
        var letter = (await _box.CollectAll(1)).Single();
        var replay = await _desk.Replay(letter.Id);
        for (var i = 0; i < 2; i++)
        {
            var poison = await Arrived(_box.Endpoint, autoAck: false);
            await _box.Channel.BasicNackAsync(poison.DeliveryTag, multiple: false, requeue: true);
        }

        using var collector = await _box.Collect();
        var settled = await _desk.Await(replay.ReplayId, r => r.State == "settled");

        settled.Outcome.ShouldBe("failed_again");
        (await OperationsApp.Sql("SELECT endpoint FROM dead_letter WHERE letter_id = $1", settled.SuccessorId!.Value.ToGuid())).ShouldBe(_box.Endpoint);
        await collector.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Should_be_collected_whatever_their_replay_header_says()
    {
        await _box.PublishFault("mended");
        var mended = (await _box.CollectAll(1)).Single();
        await _box.Channel.QueueDeleteAsync(_box.Endpoint);
        var settled = await _desk.Replay(mended.Id);
        await _desk.Await(settled.ReplayId, r => r.State == "settled");
        object?[] headers = ["nonsense", 7, new byte[] { 0xFF }, null, Ulid.NewUlid().ToString(), settled.ReplayId.ToString()];
        foreach (var header in headers)
            await _box.Publish("x"u8.ToArray(), p => p.Headers = new Dictionary<string, object?> { [ReplayMessage.ReplayHeader] = header });

        (await _box.CollectAll(headers.Length + 1)).Count.ShouldBe(headers.Length + 1);

        (await ReplayDesk.StateOf(mended.Id)).ShouldBe("open -");
        (await _desk.Show(settled.ReplayId)).Outcome.ShouldBe("not_sent");
    }

    private static Dictionary<string, object?> AsOnTheWire(Dictionary<string, object?> table) =>
        table.ToDictionary(t => t.Key, t => Wire(t.Value));

    private static object? Wire(object? value) => value switch
    {
        string text => Encoding.UTF8.GetBytes(text),
        List<object?> list => list.Select(Wire).ToList(),
        Dictionary<string, object?> table => AsOnTheWire(table),
        _ => value,
    };

    private static async Task<IReadOnlyList<Ulid>> Letters(string marker, int count) =>
    [
        .. (await Eventually.Async(
            $"{count} letters", LetterBox.Deadline,
            async () => (Guid[])(await OperationsApp.Sql(
                "SELECT coalesce(array_agg(letter_id), '{}') FROM dead_letter WHERE position($1 IN body) > 0", Encoding.UTF8.GetBytes(marker)))!,
            found => found.Length >= count)).Select(Ulid.FromGuid),
    ];

    private async Task<BasicGetResult> Arrived(string queue, bool autoAck = true) => (await Eventually.Async(
        $"a message in {queue}", LetterBox.Deadline, () => _box.Channel.BasicGetAsync(queue, autoAck), m => m is not null))!;
}
