using System.Net;
using System.Text.Json.Nodes;
using Payments.Contracts;
using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests;

[Collection(FlowCollection.Name)]
public sealed class When_a_psp_notifies(SystemUnderTest system) : IDisposable
{
    private readonly StripeWebhooks _stripe = new();

    public void Dispose() => _stripe.Dispose();

    [Fact]
    public async Task Should_complete_a_pending_charge_by_the_notification()
    {
        var request = Request.OfOne("pm_sandbox_processing");
        await system.FrontDoor.Publish(request);
        await system.Await(request.PaymentId, "doubt", p => p.State == "Resolving");
        // Nobody else asks any more what became of it.
        await system.Kill("orchestrator");
        try
        {
            var charge = (await system.Sandbox.Charges(request.PaymentId)).Single();
            await system.Sandbox.Settle(charge, "succeeded");
            var notification = StripeWebhooks.Event("payment_intent.succeeded", charge.PaymentIntent, Operation(request));

            (await _stripe.Send("stripe-a", notification)).ShouldBe(HttpStatusCode.OK);

            var stored = await Applied(notification);
            (stored.Result, stored.OperationId).ShouldBe(("settled", Operation(request)));
        }
        finally
        {
            await system.Start("orchestrator");
        }

        (await system.AwaitEnd(request.PaymentId)).State.ShouldBe("Completed");
        (await system.Sandbox.Charges(request.PaymentId)).ShouldHaveSingleItem().Captured.ShouldBe(10_000);
    }

    [Fact]
    public async Task Should_do_nothing_when_it_comes_again()
    {
        var request = Request.OfOne();
        await system.FrontDoor.Publish(request);
        await system.AwaitEnd(request.PaymentId);
        var charge = (await system.Sandbox.Charges(request.PaymentId)).Single();
        var notification = StripeWebhooks.Event("payment_intent.succeeded", charge.PaymentIntent, Operation(request));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _stripe.Send("stripe-a", notification)));

        answers.ShouldAllBe(status => status == HttpStatusCode.OK);
        (await Applied(notification)).Result.ShouldBe("nothing_new");
        (await system.AwaitEnd(request.PaymentId)).History.Count(h => h.Event == nameof(OrderCaptured)).ShouldBe(1);
    }

    [Fact]
    public async Task Should_not_believe_what_the_psp_does_not_confirm()
    {
        var request = Request.OfOne("pm_sandbox_processing");
        await system.FrontDoor.Publish(request);
        await system.Await(request.PaymentId, "doubt", p => p.State == "Resolving");
        var charge = (await system.Sandbox.Charges(request.PaymentId)).Single();
        var early = StripeWebhooks.Event("payment_intent.succeeded", charge.PaymentIntent, Operation(request));

        (await _stripe.Send("stripe-a", early)).ShouldBe(HttpStatusCode.OK);
        await system.Await("the PSP to be asked", async () => (await Stored(early)).Looks > 0);
        (await Stored(early)).Result.ShouldBe("not_certain");
        (await system.Http.Find(request.PaymentId))!.State.ShouldBe("Resolving");

        await system.Sandbox.Settle(charge, "failed");
        var notification = StripeWebhooks.Event("payment_intent.payment_failed", charge.PaymentIntent, Operation(request));
        (await _stripe.Send("stripe-a", notification)).ShouldBe(HttpStatusCode.OK);
        var payment = await system.AwaitEnd(request.PaymentId);
        payment.State.ShouldBe("Failed", SystemUnderTest.Describe(payment));
    }

    [Fact]
    public async Task Should_wait_for_an_operation_that_nobody_knows_yet()
    {
        var notification = StripeWebhooks.Event("payment_intent.succeeded", "pi_of_nobody", $"{Ulid.NewUlid()}/order-1/charge/1");

        (await _stripe.Send("stripe-a", notification)).ShouldBe(HttpStatusCode.OK);

        await system.Await("a second look", async () => (await Stored(notification)).Looks > 1);
        var stored = await Stored(notification);
        (stored.State, stored.Result, stored.OperationId).ShouldBe(("waiting", "no_operation", null));
    }

    [Fact]
    public async Task Should_keep_a_type_that_it_does_not_know()
    {
        var notification = StripeWebhooks.Event("a.type.of.next.year", "pi_1");

        (await _stripe.Send("stripe-a", notification)).ShouldBe(HttpStatusCode.OK);

        (await Stored(notification)).State.ShouldBe("kept");
    }

    [Fact]
    public async Task Should_find_the_account_when_only_the_psp_is_named()
    {
        var notification = StripeWebhooks.Event("payout.paid", "po_1");

        (await _stripe.Send("stripe", notification, StripeWebhooks.SecretOf("stripe-b"))).ShouldBe(HttpStatusCode.OK);

        (await Stored(notification)).Connection.ShouldBe("stripe-b");
    }

    [Fact]
    public async Task Should_mask_card_numbers_before_it_stores_anything()
    {
        var notification = StripeWebhooks.Event("payout.paid", "po_1");
        notification["note"] = "card 4242 4242 4242 4242";

        (await _stripe.Send("stripe-a", notification)).ShouldBe(HttpStatusCode.OK);

        var masked = notification.DeepClone();
        masked["note"] = "card **** **** **** ****";
        (await Stored(notification)).Body.ShouldBe(masked.ToJsonString());
    }

    [Theory]
    [InlineData("another secret", 0)]
    [InlineData("", 301)]
    [InlineData("", -900)]
    public async Task Should_refuse_and_forget_what_is_not_the_psps(string secret, int age)
    {
        var notification = StripeWebhooks.Event("payout.paid", "po_1");
        var at = DateTimeOffset.UtcNow.AddSeconds(-age);

        (await _stripe.Send("stripe-a", notification, secret.Length > 0 ? $"whsec_{secret}" : null, at))
            .ShouldBe(HttpStatusCode.Unauthorized);

        (await StripeWebhooks.Find(StripeWebhooks.IdOf(notification))).ShouldBeNull();
    }

    [Fact]
    public async Task Should_not_know_a_connection_without_settings()
    {
        (await _stripe.Send("stripe-z", StripeWebhooks.Event("payout.paid", "po_1"))).ShouldBe(HttpStatusCode.NotFound);
        (await _stripe.Probe("stripe-a?bt_challenge=20f9f8ed05f77439fe955c977e4c8a53")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Should_refuse_a_body_that_is_too_long() =>
        (await _stripe.SendText(
            "stripe-a", new JsonObject { ["text"] = new string('x', 300_000) }.ToJsonString(), StripeWebhooks.SecretOf("stripe-a"), DateTimeOffset.UtcNow))
            .ShouldBe(HttpStatusCode.RequestEntityTooLarge);

    private static string Operation(Request request) => $"{request.PaymentId}/order-1/charge/1";

    private static async Task<StoredEvent> Stored(JsonObject notification) =>
        (await StripeWebhooks.Find(StripeWebhooks.IdOf(notification))).ShouldNotBeNull();

    private async Task<StoredEvent> Applied(JsonObject notification)
    {
        await system.Await("the notification to be applied", async () => (await Stored(notification)).State == "applied");
        return await Stored(notification);
    }
}
