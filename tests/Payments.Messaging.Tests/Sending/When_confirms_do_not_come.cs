using System.Text;
using System.Text.Json.Nodes;
using Payments.Contracts;
using Payments.Messaging.Tests.Toy;
using Payments.Testing;
using Xunit.Abstractions;

namespace Payments.Messaging.Tests.Sending;

/// <summary>
/// Whatever becomes of its connection, and whatever the broker answers, the publisher goes on until each message is where
/// it belongs. <c>PAYMENTS_TEST_FULL=1</c> runs more rounds; <c>PAYMENTS_TEST_SEED</c> repeats one.
/// </summary>
[Collection(nameof(ToyCollection))]
public sealed class When_confirms_do_not_come(ITestOutputHelper output)
{
    private const int Shipments = 150;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    /// <summary>By which a connection that only this side holds open is noticed else, after half a minute.</summary>
    private static readonly TimeSpan SoonerThanHeartbeats = TimeSpan.FromSeconds(20);

    private static int Rounds => Environment.GetEnvironmentVariable("PAYMENTS_TEST_FULL") == "1" ? 10 : 1;

    [Fact]
    public async Task Should_bring_every_message_where_it_belongs()
    {
        var first = int.TryParse(Environment.GetEnvironmentVariable("PAYMENTS_TEST_SEED"), out var given)
            ? given
            : Environment.TickCount;
        for (var round = 0; round < Rounds; round++)
        {
            output.WriteLine($"PAYMENTS_TEST_SEED={first + round}");
            await Round(new Random(first + round));
        }
    }

    [Fact]
    public async Task Should_send_again_what_nobody_confirms_in_time()
    {
        await using var mailbox = await Mailbox.Open();
        var queue = await mailbox.AddQueue();
        await mailbox.Read(queue);
        var time = new ManualTime();
        await using var sender = PublisherOnWire.Connect(time);
        var lost = 0;
        sender.Wire.OnAnswer = answer =>
            answer.IndexOf(PublisherOnWire.Ack) >= 0 && Interlocked.Increment(ref lost) == 1 ? Fate.Lose : Fate.Pass;
        var message = To(queue);

        var publishing = sender.Publisher.Publish([message]);
        await Eventually.Async("the confirm to be lost", Deadline, () => Volatile.Read(ref lost) == 1);
        publishing.IsCompleted.ShouldBeFalse();
        await Eventually.Async("the publisher to give the confirm up", Deadline, () =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            return sender.Warnings.Any(w => w.Contains("no confirm"));
        });
        await publishing.WaitAsync(Deadline);

        await Eventually.Async("it to arrive twice", Deadline, () => mailbox.Arrived.Count == 2);
        mailbox.Arrived.Distinct().ShouldBe([Arriving(message)]);
    }

    [Fact]
    public async Task Should_connect_anew_when_no_channel_can_be_opened()
    {
        await using var mailbox = await Mailbox.Open();
        var queue = await mailbox.AddQueue();
        await mailbox.Read(queue);
        await using var sender = PublisherOnWire.Connect(answerLimit: TimeSpan.FromSeconds(1));
        var cuts = 0;
        sender.Wire.OnAnswer = answer =>
            answer.IndexOf(PublisherOnWire.ChannelOpened) >= 0 && Interlocked.Increment(ref cuts) == 1 ? Fate.HalfCut : Fate.Pass;

        await sender.Publisher.Publish([To(queue)]).WaitAsync(SoonerThanHeartbeats);

        cuts.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Should_send_where_it_belongs_when_a_right_that_was_missing_is_given()
    {
        await using var mailbox = await Mailbox.Open();
        var queue = await mailbox.AddQueue();
        await mailbox.Read(queue);
        await using var account = await BrokerAccount.Create();
        await using var sender = PublisherOnWire.Connect(broker: account.Broker);
        var message = To(queue);

        var publishing = sender.Publisher.Publish([message]);
        await Eventually.Async(
            "it to be refused where the unrouted go", Deadline, () => sender.Warnings.Any(w => w.Contains("amq.default")));
        publishing.IsCompleted.ShouldBeFalse();
        await account.Allow($"^{queue}$");
        await publishing.WaitAsync(Deadline);

        await Eventually.Async("it to arrive", Deadline, () => mailbox.Arrived.Contains(Arriving(message)));
    }

    private static async Task Round(Random random)
    {
        await using var mailbox = await Mailbox.Open();
        var (wide, narrow, deaf) = (await mailbox.AddQueue(), await mailbox.AddQueue(most: 5), await mailbox.AddExchange());
        var missing = $"toy-{Ulid.NewUlid()}";
        await mailbox.Read(wide);
        await using var sender = PublisherOnWire.Connect();
        var (answers, cuts) = (0, Enumerable.Range(0, 4).Select(_ => random.Next(2, 40)).ToHashSet());
        sender.Wire.OnAnswer = answer =>
            answer.IndexOf(PublisherOnWire.Ack) >= 0 && cuts.Contains(Interlocked.Increment(ref answers)) ? Fate.Cut : Fate.Pass;

        var shipments = Enumerable.Range(0, Shipments)
            .Select(n => Enumerable.Range(0, random.Next(1, 5)).Select(_ => To(random.Next(5) == 0 ? narrow : wide)).ToArray())
            .ToArray();
        foreach (var astray in Enumerable.Range(0, 4).SelectMany(_ => new[] { deaf, missing }))
            shipments[random.Next(Shipments)][0] = To(astray);
        var publishing = shipments.Select(async shipment =>
        {
            await Task.Yield();
            await sender.Publisher.Publish(shipment);
        }).ToArray();
        await CloseConnections();
        await Eventually.Async("the narrow queue to refuse some", Deadline, () => sender.Warnings.Any(w => w.Contains("refused")));
        await mailbox.Read(narrow);

        await Task.WhenAll(publishing).WaitAsync(Deadline);

        var messages = shipments.SelectMany(s => s).ToLookup(m => m.Exchange == deaf || m.Exchange == missing);
        var sent = messages[false].Select(Arriving).ToHashSet();
        await Eventually.Async("every message to arrive", Deadline, () => sent.IsSubsetOf(mailbox.Arrived));
        mailbox.Arrived.ToHashSet().ShouldBeSubsetOf(sent);
        var unrouted = await mailbox.TakeUnrouted(messages[true].Select(m => m.Id).ToHashSet());
        unrouted.Distinct().ShouldBe(
            messages[true].Select(m => (m.Id, Encoding.UTF8.GetString(m.Body), m.Exchange)), ignoreOrder: true);
    }

    /// <summary>The broker closes what publishes, this process's and that of the toy beside it, in good order.</summary>
    private static async Task CloseConnections()
    {
        await Eventually.Async("the broker to close a connection", Deadline, async () =>
        {
            var closed = 0;
            foreach (var connection in JsonNode.Parse(await ManagementApi.Send(HttpMethod.Get, "api/connections"))!.AsArray())
            {
                if ((string?)connection!["user_provided_name"] is not { } name || !name.EndsWith(" publisher", StringComparison.Ordinal))
                    continue;
                await ManagementApi.Send(HttpMethod.Delete, $"api/connections/{Uri.EscapeDataString((string)connection["name"]!)}");
                closed++;
            }

            return closed > 0;
        }, retryOn: error => error is HttpRequestException);
    }

    private static OutgoingMessage To(string exchange)
    {
        var id = Ulid.NewUlid().ToGuid();
        return new OutgoingMessage(id, exchange, "Toy", Trace: null, Encoding.UTF8.GetBytes($$"""{"id":"{{id}}"}"""));
    }

    private static (Guid Id, string Body) Arriving(OutgoingMessage message) => (message.Id, Encoding.UTF8.GetString(message.Body));
}
