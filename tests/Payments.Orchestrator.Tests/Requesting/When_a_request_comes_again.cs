using System.Text.Json.Nodes;
using Payments.Contracts;

namespace Payments.Orchestrator.Requesting;

[Collection(FrontDoorSuite.Name)]
public sealed class When_a_request_comes_again(FrontDoor door)
{
    [Fact]
    public async Task Should_say_to_the_saga_what_was_said_before()
    {
        var request = Requests.Valid();
        var first = await PublishAndAwait(request, answers: 1);

        await door.Publish(request.With(r => r["requestedAt"] = "2026-03-01T12:00:05Z"));

        var answers = await door.Answers(request.PaymentId(), 2);
        answers[1].Type.ShouldBe(nameof(StartPayment));
        answers[1].MessageId.ShouldBe(first.MessageId);
        JsonNode.DeepEquals(answers[1].Message, answers[0].Message).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_follow_another_payment_id_to_the_first()
    {
        var request = Requests.Valid();
        await PublishAndAwait(request, answers: 1);
        var alias = request.WithNewPaymentId();

        await PublishAndAwait(alias, answers: 1);
        var answer = await PublishAndAwait(alias, answers: 2);

        answer.Type.ShouldBe(nameof(PaymentDeduplicated));
        answer.Message.As<PaymentDeduplicated>().OriginalPaymentId.ShouldBe(request.PaymentId());
        const string Sql = "SELECT original_payment_id FROM payment_alias WHERE payment_id = $1";
        (await door.Query(Sql, alias.PaymentId().ToGuid())).ShouldBe(request.PaymentId().ToGuid());
    }

    [Fact]
    public async Task Should_reject_another_request_under_the_same_key()
    {
        var request = Requests.Valid();
        await PublishAndAwait(request, answers: 1);
        var other = request.WithNewPaymentId().With(r => r["buyerId"] = "buyer-8");

        var first = await PublishAndAwait(other, answers: 1);
        var second = await PublishAndAwait(other, answers: 2);

        first.Message.As<RejectPayment>().Errors.ShouldHaveSingleItem().Rule.ShouldBe("idempotency_key_reused");
        second.MessageId.ShouldBe(first.MessageId);
    }

    [Fact]
    public async Task Should_refuse_another_body_under_a_known_payment_id()
    {
        var request = Requests.Valid();
        await PublishAndAwait(request, answers: 1);

        var key = $"key-{Ulid.NewUlid()}";
        var otherBody = await PublishAndAwait(request.With(r => r["buyerId"] = "buyer-8"), answers: 2);
        var otherKey = await PublishAndAwait(request.With(r => r["idempotencyKey"] = key), answers: 3);
        var broken = await PublishAndAwait(request.With(r => r.Remove("orders")), answers: 4);

        otherBody.Type.ShouldBe(nameof(PaymentRefused));
        RulesOf(otherBody).ShouldBe(["payment_id_reused"]);
        RulesOf(otherKey).ShouldBe(["payment_id_reused"]);
        RulesOf(broken).ShouldBe(["payment_id_reused", "required"]);
    }

    [Fact]
    public async Task Should_refuse_a_corrected_request_under_a_rejected_payment_id()
    {
        var request = Requests.Valid();
        var broken = request.DeepClone().AsObject().With(r => r.Remove("merchantId"));

        var first = await PublishAndAwait(broken, answers: 1);
        var again = await PublishAndAwait(broken, answers: 2);
        var corrected = await PublishAndAwait(request, answers: 3);

        first.Type.ShouldBe(nameof(RejectPayment));
        again.MessageId.ShouldBe(first.MessageId);
        corrected.Type.ShouldBe(nameof(PaymentRefused));
    }

    [Fact]
    public async Task Should_start_one_payment_when_publishers_race_for_a_key()
    {
        const int Publishers = 4;
        var rounds = Enumerable.Range(0, 25).Select(async _ =>
        {
            var request = Requests.Valid();
            var key = (string)request["idempotencyKey"]!;
            var requests = Enumerable.Range(0, Publishers).Select(_ => request.WithNewPaymentId()).ToArray();
            await Task.WhenAll(requests.Select(door.Publish));

            var answers = await Task.WhenAll(requests.Select(r => door.Answers(r.PaymentId(), 1)));
            var said = answers.SelectMany(a => a).ToArray();
            var start = said.Where(s => s.Type == nameof(StartPayment)).ShouldHaveSingleItem()
                .Message.As<StartPayment>();
            said.Where(s => s.Type == nameof(PaymentDeduplicated))
                .Select(s => s.Message.As<PaymentDeduplicated>().OriginalPaymentId)
                .ShouldBe(Enumerable.Repeat(start.PaymentId, Publishers - 1));
            (await door.Query("SELECT count(*) FROM intake WHERE idempotency_key = $1", key)).ShouldBe(1L);
        });
        await Task.WhenAll(rounds);
    }

    [Fact]
    public async Task Should_start_one_payment_when_publishers_race_for_a_payment_id()
    {
        var rounds = Enumerable.Range(0, 25).Select(async _ =>
        {
            var request = Requests.Valid();
            var other = request.DeepClone().AsObject().With(r => r["idempotencyKey"] = $"key-{Ulid.NewUlid()}");
            await Task.WhenAll(door.Publish(request), door.Publish(other), door.Publish(request), door.Publish(other));

            var said = await door.Answers(request.PaymentId(), 4);
            said.Count(s => s.Type == nameof(PaymentRefused)).ShouldBe(2);
            said.Where(s => s.Type == nameof(StartPayment)).Select(s => s.MessageId).Distinct().ShouldHaveSingleItem();
        });
        await Task.WhenAll(rounds);
    }

    [Fact]
    public async Task Should_not_let_a_payment_id_become_both_alias_and_payment()
    {
        var rounds = Enumerable.Range(0, 25).Select(async _ =>
        {
            var original = Requests.Valid();
            await PublishAndAwait(original, answers: 1);
            var alias = original.WithNewPaymentId();
            var payment = alias.DeepClone().AsObject().With(r => r["idempotencyKey"] = $"key-{Ulid.NewUlid()}");
            await Task.WhenAll(door.Publish(alias), door.Publish(payment));

            var said = await door.Answers(alias.PaymentId(), 2);
            said.Count(s => s.Type == nameof(PaymentRefused)).ShouldBe(1);
        });
        await Task.WhenAll(rounds);
    }

    private static IEnumerable<string> RulesOf(Said said) =>
        said.Message.As<PaymentRefused>().Errors.Select(e => e.Rule);

    private async Task<Said> PublishAndAwait(JsonObject request, int answers)
    {
        await door.Publish(request);
        return (await door.Answers(request.PaymentId(), answers))[^1];
    }
}
