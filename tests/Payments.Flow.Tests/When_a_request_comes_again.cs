using Payments.Contracts;
using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests;

[Collection(FlowCollection.Name)]
public sealed class When_a_request_comes_again(SystemUnderTest system)
{
    [Fact]
    public async Task Should_pay_once()
    {
        var request = Request.OfOne();

        await Task.WhenAll(system.FrontDoor.Publish(request), system.FrontDoor.Publish(request));

        (await system.AwaitEnd(request.PaymentId)).State.ShouldBe("Completed");
        await ShouldBePaidOnce(request);
    }

    [Fact]
    public async Task Should_change_nothing_when_it_comes_after_the_end()
    {
        var request = Request.OfOne();
        await system.FrontDoor.Publish(request);
        var ended = await system.AwaitEnd(request.PaymentId);

        await system.FrontDoor.Publish(request);

        await AwaitWhatFollows();
        var later = (await system.Http.Find(request.PaymentId)).ShouldNotBeNull();
        (later.State, later.History.Count).ShouldBe((ended.State, ended.History.Count));
        await ShouldBePaidOnce(request);
    }

    [Fact]
    public async Task Should_make_the_second_id_an_alias_when_two_publishers_use_the_same_key_at_once()
    {
        var first = Request.OfOne();
        var second = new Request { IdempotencyKey = first.IdempotencyKey }.With("order-1", 10_000, 1_000, first.Sellers[0]);
        await using var otherPublisher = await FrontDoor.Connect();

        await Task.WhenAll(system.FrontDoor.Publish(first), otherPublisher.Publish(second));

        var (one, other) = (await system.AwaitEnd(first.PaymentId), await system.AwaitEnd(second.PaymentId));
        other.PaymentId.ShouldBe(one.PaymentId);
        var original = one.PaymentId == first.PaymentId ? first : second;
        var alias = original == first ? second : first;
        (original == first ? one : other).Alias.ShouldBeNull();
        (original == first ? other : one).Alias.ShouldBe(alias.PaymentId);
        one.State.ShouldBe("Completed");
        await ShouldBePaidOnce(original);
        (await system.Sandbox.Charges(alias.PaymentId)).ShouldBeEmpty();
        var deduplicated = await system.Broker.Await<PaymentDeduplicated>(1, e => e.PaymentId == alias.PaymentId);
        deduplicated.ShouldHaveSingleItem().Message.OriginalPaymentId.ShouldBe(original.PaymentId);
    }

    [Fact]
    public async Task Should_reject_another_request_under_the_same_key()
    {
        var first = Request.OfOne();
        await system.FrontDoor.Publish(first);
        await system.AwaitEnd(first.PaymentId);
        var other = new Request { IdempotencyKey = first.IdempotencyKey }.With("order-1", 777, 0);

        await system.FrontDoor.Publish(other);

        var rejected = await system.AwaitEnd(other.PaymentId);
        rejected.State.ShouldBe("Rejected", SystemUnderTest.Describe(rejected));
        rejected.Errors.ShouldNotBeNull().ShouldHaveSingleItem().Rule.ShouldBe("idempotency_key_reused");
        (await system.Sandbox.Charges(other.PaymentId)).ShouldBeEmpty();
        await ShouldBePaidOnce(first);
    }

    [Fact]
    public async Task Should_refuse_another_body_under_the_same_payment_id()
    {
        var first = Request.OfOne();
        await system.FrontDoor.Publish(first);
        var before = await system.AwaitEnd(first.PaymentId);
        var other = new Request { PaymentId = first.PaymentId }.With("order-1", 777, 0);

        await system.FrontDoor.Publish(other);

        var refused = await system.Broker.Await<PaymentRefused>(1, e => e.PaymentId == first.PaymentId);
        refused.ShouldHaveSingleItem().Message.Errors.Select(e => e.Rule).ShouldContain("payment_id_reused");
        await AwaitWhatFollows();
        var after = (await system.Http.Find(first.PaymentId)).ShouldNotBeNull();
        (after.State, after.Amount, after.History.Count).ShouldBe((before.State, before.Amount, before.History.Count));
        await ShouldBePaidOnce(first);
    }

    /// <summary>What is published later is taken in later: when it has ended, what came before it was seen.</summary>
    private async Task AwaitWhatFollows()
    {
        var next = Request.OfOne();
        await system.FrontDoor.Publish(next);
        await system.AwaitEnd(next.PaymentId);
    }

    private async Task ShouldBePaidOnce(Request request)
    {
        (await system.Sandbox.Charges(request.PaymentId)).ShouldHaveSingleItem().Captured.ShouldBe(10_000);
        (await system.Http.Balance(request.Sellers[0])).PendingMinor.ShouldBe(9_000);
        (await system.Http.Books(request.PaymentId)).Kinds().ShouldBe("1 Capture");
    }
}
