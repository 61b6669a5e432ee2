using System.Text;
using Payments.Executor.Psp;
using Payments.Executor.Tests.Psp;
using Payments.Executor.Tests.Psp.Webhooks;
using Payments.Sandbox.Braintree;
using Payments.Sandbox.Square;
using Payments.Sandbox.Stripe;

namespace Payments.Executor.Tests.Sandbox;

/// <summary>Stripe's, Square's and Braintree's webhooks as the sandbox signs them, held against the executor's verification.</summary>
public sealed class SignedWebhookTests
{
    private const string Secret = "whsec_0123456789abcdef|b7";

    [Theory]
    [InlineData("stripe", "pm_card_visa", PspStep.Sale, "payment_intent.succeeded", OutcomeKind.Approved)]
    [InlineData("stripe", "pm_card_visa", PspStep.Authorize, "payment_intent.amount_capturable_updated", OutcomeKind.Approved)]
    [InlineData("stripe", "pm_card_chargeDeclined", PspStep.Sale, "payment_intent.payment_failed", OutcomeKind.Declined)]
    [InlineData("square", "cnon:card-nonce-ok", PspStep.Sale, "payment.created", OutcomeKind.Approved)]
    [InlineData("square", "cnon:card-nonce-ok", PspStep.Authorize, "payment.created", OutcomeKind.Approved)]
    [InlineData("square", "cnon:card-nonce-declined", PspStep.Sale, "payment.created", OutcomeKind.Declined)]
    internal async Task Webhook_OfAPayment_IsGenuineAndClaimsItsOutcome(
        string psp, string token, PspStep step, string type, OutcomeKind kind)
    {
        await using var receiver = WebhookReceiver.Start();
        await using var harness = await StartAsync(psp, receiver);
        var operation = PspHarness.Operation(step, token);

        await harness.SendAsync(operation, over: harness.Connection(psp + "-w"));

        var heard = await HearAsync(psp, receiver, count: 1);
        heard.Type.ShouldBe(type);
        heard.Claims.ShouldContain(c => c.Step == step && c.Kind == kind);
        heard.References.ShouldContain(harness.Connection(psp + "-w").Adapter.ReferenceOf(operation.OperationId));
    }

    [Theory]
    [InlineData("stripe", "refund.created")]
    [InlineData("square", "refund.created")]
    internal async Task Webhook_OfARefund_IsGenuineAndNamesItsPayment(string psp, string type)
    {
        await using var receiver = WebhookReceiver.Start();
        await using var harness = await StartAsync(psp, receiver);
        var payment = await harness.ApprovedAsync(PspStep.Sale, GoodToken(psp), harness.Connection(psp + "-w"));

        await harness.SendAsync(PspHarness.Operation(PspStep.Refund, target: payment), over: harness.Connection(psp + "-w"));

        var heard = await HearAsync(psp, receiver, count: 2);
        heard.Type.ShouldBe(type);
        heard.PspReferences.ShouldContain(payment);
    }

    /// <summary>Of an approval Braintree says nothing.</summary>
    [Fact]
    public async Task Webhook_OfABraintreeSettlement_IsGenuineAndClaimsTheCharge()
    {
        await using var receiver = WebhookReceiver.Start();
        await using var harness = await StartAsync("braintree", receiver);
        var operation = PspHarness.Operation(PspStep.Sale, "fake-valid-visa-nonce");
        var sold = await harness.SendAsync(operation, over: harness.Connection("braintree-w"));

        await harness.SettleAtBraintreeAsync(sold.Outcome.PspReference!, "braintree-w");

        var heard = await HearAsync("braintree", receiver, count: 1);
        heard.Type.ShouldBe("transaction_settled");
        heard.Claims.ShouldContain(c => c.Step == PspStep.Sale && c.Kind == OutcomeKind.Approved);
        heard.References.ShouldBe([harness.Connection("braintree-w").Adapter.ReferenceOf(operation.OperationId)]);
        heard.PspReferences.ShouldContain(sold.Outcome.PspReference!);
    }

    [Fact]
    public async Task Webhook_OfABraintreeRefundThatFails_IsGenuineAndClaimsIt()
    {
        await using var receiver = WebhookReceiver.Start();
        await using var harness = await StartAsync("braintree", receiver);
        var over = harness.Connection("braintree-w");
        var sold = await harness.ApprovedAsync(PspStep.Sale, "pm_sandbox_refundFails", over);
        await harness.SettleAtBraintreeAsync(sold, "braintree-w");

        await harness.SendAsync(PspHarness.Operation(PspStep.Refund, target: sold), over: over);

        var heard = await HearAsync("braintree", receiver, count: 2);
        heard.Type.ShouldBe("refund_failed");
        heard.Claims.ShouldContain(c => c.Step == PspStep.Refund && c.Kind == OutcomeKind.Declined);
        heard.PspReferences.ShouldContain(sold);
    }

    /// <summary>The queue is every PSP's: what is ordered of Adyen's webhooks holds for these.</summary>
    [Theory]
    [InlineData("stripe")]
    [InlineData("square")]
    public async Task Webhook_WithheldAndThenDuplicated_ComesTwice(string psp)
    {
        await using var receiver = WebhookReceiver.Start();
        await using var harness = await StartAsync(psp, receiver);
        await harness.SetFaultsAsync(new { webhooks = new { withhold = true } }, psp + "-w");
        await harness.ApprovedAsync(PspStep.Sale, GoodToken(psp), harness.Connection(psp + "-w"));

        await harness.SetFaultsAsync(new { webhooks = new { duplicate = true } }, psp + "-w");
        await HearAsync(psp, receiver, count: 2);

        receiver.Taken[1].ShouldBe(receiver.Taken[0]);
    }

    /// <summary>Made with the PSPs' own libraries.</summary>
    [SkippableFact]
    public void Sign_TheVectors_IsAsInTheVectors()
    {
        var (stripe, square, braintree) =
            (WebhookVectors.Of("stripe"), WebhookVectors.Of("square"), WebhookVectors.Of("braintree"));

        new StripeSignature(stripe["timestamp"]!.GetValue<long>(), Encoding.UTF8.GetBytes(stripe.Text("payload")))
            .Sign(stripe.Text("secret")).ShouldBe(stripe.Text("header"));
        new SquareSignature(square.Text("url"), Encoding.UTF8.GetBytes(square.Text("body")))
            .Sign(square.Text("key")).ShouldBe(square.Text("signature"));
        new BraintreeSignature(braintree.Text("bt_payload"))
            .Sign($"{braintree.Text("publicKey")}|{braintree.Text("privateKey")}").ShouldBe(braintree.Text("bt_signature"));
    }

    private static string GoodToken(string psp) => psp == "square" ? "cnon:card-nonce-ok" : "pm_card_visa";

    private static Task<PspHarness> StartAsync(string psp, WebhookReceiver receiver) => PspHarness.StartAsync(new()
    {
        [$"Sandbox:Accounts:{psp}-w:Psp"] = psp,
        [$"Sandbox:Accounts:{psp}-w:WebhookUrl"] = receiver.Address.AbsoluteUri,
        [$"Sandbox:Accounts:{psp}-w:WebhookSecret"] = Secret,
        [$"Psp:Connections:{psp}-w:Account"] = psp switch { "square" => "main", "braintree" => "demo-USD", _ => null },
        [$"Psp:Connections:{psp}-w:PublicKey"] = psp == "braintree" ? "public" : null,
    });

    /// <summary>The last of so many, verified and read as the executor does.</summary>
    private static async Task<WebhookNotification> HearAsync(string psp, WebhookReceiver receiver, int count)
    {
        var deliveries = await receiver.DeliveriesAsync(count);
        var settings = new WebhookOptions
        {
            Secrets = [Secret],
            NotificationUrl = psp == "square" ? receiver.Address.AbsoluteUri : null,
        };
        var format = WebhookFormats.All[psp];
        foreach (var delivery in deliveries)
            format.Verify(delivery, settings, TimeProvider.System.GetUtcNow()).ShouldBe(WebhookVerdict.Genuine);
        return format.Parse(deliveries[count - 1].Body).ShouldHaveSingleItem();
    }
}
