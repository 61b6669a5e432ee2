using System.Net;
using System.Text;
using Payments.Contracts;
using Payments.Operations.Replaying;
using Payments.Operations.Tests.Collecting;
using Payments.Operations.Tests.Replaying;
using Payments.Testing;
using RabbitMQ.Client;

namespace Payments.Operations.Tests.Handling;

[Collection(CollectingCollection.Name)]
public sealed class When_an_edit_is_sent(OperationsApp app) : IAsyncLifetime
{
    private HandledLetters _letters = null!;
    private ReplayPublisher _publisher = null!;

    public async Task InitializeAsync()
    {
        _letters = await HandledLetters.Open(app);
        await _letters.Box.DeclareEndpoint();
        _publisher = await ReplayDesk.StartPublisher(app, _letters.Box);
    }

    public async Task DisposeAsync()
    {
        await _publisher.StopAsync(CancellationToken.None);
        _publisher.Dispose();
        await _letters.DisposeAsync();
    }

    [Fact]
    public async Task Should_arrive_instead_of_the_letter_and_come_back_as_what_it_is()
    {
        var id = await _letters.CreditWallets();
        var messageId = (await _letters.Get<DeadLetterDetails>($"{id}")).MessageId;

        var edit = await Edit(id, new { NotAfter = "2030-01-01T00:00:00Z" });
        await Approve(edit);
        var arrived = await Arrived();

        var body = Encoding.UTF8.GetString(arrived.Body.Span);
        body.ShouldContain("\"notAfter\":\"2030-01-01T00:00:00Z\"");
        body.ShouldEndWith(""","headers":{"kept":"as it is"}}""");
        arrived.BasicProperties.MessageId.ShouldBe(messageId);
        Encoding.UTF8.GetString((byte[])arrived.BasicProperties.Headers![ReplayMessage.ReplayHeader]!).ShouldBe($"{edit.ReplayId}");

        var next = await _letters.Return(arrived);

        var resolved = await _letters.Get<DeadLetterDetails>($"{id}");
        (resolved.Letter.State, resolved.Letter.Outcome, resolved.Edit!.ReplayState).ShouldBe(("resolved", "failed_again", "settled"));
        var returned = await _letters.Get<DeadLetterDetails>($"{next}");
        (returned.Letter.State, returned.Body, returned.Edit).ShouldBe(("open", body, null));
        (await HandledLetters.Actions(await HandledLetters.GroupOf(next))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_wait_for_somebody_else()
    {
        var id = await _letters.CreditWallets();
        var edit = await Edit(id, new { Atomic = false });
        var path = $"replays/{edit.ReplayId}/approve";
        await _letters.Refuses(
            id, path, new { RequestedBy = "Ada ", Reason = "fine" }, HttpStatusCode.Conflict, "same-person", "somebody else");
        (await _letters.Box.Channel.MessageCountAsync(_letters.Box.Endpoint)).ShouldBe(0u);

        await Approve(edit);

        Encoding.UTF8.GetString((await Arrived()).Body.Span).ShouldContain("\"atomic\":false");
    }

    [Fact]
    public async Task Should_be_what_every_later_replay_sends()
    {
        var id = await _letters.Envelope(nameof(CreditWallets), new
        {
            PaymentId = Ulid.NewUlid(),
            OperationId = "o",
            Atomic = true,
            Lines = Array.Empty<object>(),
            NotAfter = "4242424242424242",
        });
        await _letters.Box.Channel.QueueDeleteAsync(_letters.Box.Endpoint);
        var edit = await Edit(id, new { NotAfter = "2030-01-01T00:00:00Z" });
        await Approve(edit);
        await Eventually.Async(
            "the letter to be open again", LetterBox.Deadline, async () => (await _letters.Get<DeadLetterDetails>($"{id}")).Letter.State == "open");
        await _letters.Box.DeclareEndpoint();

        await _letters.Done<DeadLetterReplay>($"{id}/replay", new { RequestedBy = "rosa", Reason = "again" }, HttpStatusCode.Accepted);

        Encoding.UTF8.GetString((await Arrived()).Body.Span).ShouldContain("\"notAfter\":\"2030-01-01T00:00:00Z\"");
        (await _letters.Get<DeadLetterDetails>($"{id}")).Edit!.EditId.ShouldBe(edit.EditId);
    }

    private Task<DeadLetterEdit> Edit(Ulid id, object patch) => _letters.Done<DeadLetterEdit>(
        $"{id}/edit", new { Patch = patch, RequestedBy = "ada", Reason = "late" }, HttpStatusCode.Accepted);

    private Task<DeadLetterReplay> Approve(DeadLetterEdit edit) => _letters.Done<DeadLetterReplay>(
        $"replays/{edit.ReplayId}/approve", new { RequestedBy = "rosa", Reason = "fine" });

    private async Task<BasicGetResult> Arrived() => (await Eventually.Async(
        "the edit to arrive", LetterBox.Deadline, () => _letters.Box.Channel.BasicGetAsync(_letters.Box.Endpoint, autoAck: true),
        message => message is not null))!;
}
