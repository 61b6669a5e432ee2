using Payments.Contracts;
using Payments.Executor.Executing;
using Payments.Executor.Hearing;
using Payments.Executor.Psp;
using Payments.Executor.Psp.PayPal;

namespace Payments.Executor.Tests.Psp.PayPal;

/// <summary>The sandbox's notifications, verified, understood and asked about as the executor does it.</summary>
public sealed class PayPalHearingTests : IAsyncLifetime
{
    private PayPalHarness _paypal = null!;
    private PayPalCertificates _certificates = null!;

    public async Task InitializeAsync()
    {
        // No answer comes, and the search shows nothing yet: only a notification can tell.
        _paypal = await PayPalHarness.StartAsync(
            new() { ["Psp:Pipeline:MaxTries"] = "1", ["Sandbox:SearchLagSeconds"] = "3600" });
        _certificates = Certificates();
    }

    public async Task DisposeAsync()
    {
        _certificates.Dispose();
        await _paypal.DisposeAsync();
    }

    [Theory]
    [InlineData(PayPalHarness.WebhookId, "", nameof(WebhookVerdict.Genuine))]
    [InlineData("ANOTHER", "", nameof(WebhookVerdict.Forged))]
    [InlineData(PayPalHarness.WebhookId, " ", nameof(WebhookVerdict.Forged))]
    public async Task Verify_ANotification_IsGenuineForItsWebhookOnly(string webhookId, string appended, string verdict)
    {
        await _paypal.ApprovedAsync(PspStep.Sale, "pm_card_visa");
        var delivery = (await _paypal.Webhooks.DeliveriesAsync(1))[0];
        delivery = delivery with { Body = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(delivery.Body.Span) + appended) };

        (await VerifyAsync(delivery, webhookId)).ToString().ShouldBe(verdict);
    }

    /// <summary>A connection that is not on loopback takes no certificate from there.</summary>
    [Fact]
    public async Task Find_ACertificateOnLoopback_ForAnotherConnection_IsNotTrusted()
    {
        await _paypal.ApprovedAsync(PspStep.Sale, "pm_card_visa");
        var delivery = (await _paypal.Webhooks.DeliveriesAsync(1))[0];

        (await _certificates.Find(new PayPalWebhooks().CertificateOf(delivery)!, allowsLoopback: false)).ShouldBeNull();
    }

    [Fact]
    public async Task Certificate_OfASandboxThatIsGone_IsGivenByTheNext()
    {
        await _paypal.ApprovedAsync(PspStep.Sale, "pm_card_visa");
        var address = new PayPalWebhooks().CertificateOf((await _paypal.Webhooks.DeliveriesAsync(1))[0])!;
        await using var next = await PayPalHarness.StartAsync();
        using var client = new HttpClient { BaseAddress = next.Psp.Sandbox.Address };

        var pem = await client.GetStringAsync(new Uri(address.PathAndQuery[1..], UriKind.Relative));
        using var wrong = await client.GetAsync(new Uri($"{PayPalHarness.Account}/v1/notifications/certs/CERT-1", UriKind.Relative));

        using var there = new HttpClient();
        pem.ShouldBe(await there.GetStringAsync(address));
        pem.ShouldStartWith("-----BEGIN CERTIFICATE-----");
        wrong.StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    /// <summary>What was lost with the answer: the notification names what was made, and PayPal is asked about just that.</summary>
    [Theory]
    [InlineData(PspStep.Sale, "pm_sandbox_responseLost", "PAYMENT.CAPTURE.COMPLETED", OutcomeKind.Approved)]
    [InlineData(PspStep.Sale, "pm_sandbox_saved500", "PAYMENT.CAPTURE.COMPLETED", OutcomeKind.Approved)]
    [InlineData(PspStep.Authorize, "pm_sandbox_responseLost", "PAYMENT.AUTHORIZATION.CREATED", OutcomeKind.Approved)]
    [InlineData(PspStep.Capture, "pm_sandbox_captureLost", "PAYMENT.CAPTURE.COMPLETED", OutcomeKind.Approved)]
    [InlineData(PspStep.Capture, "pm_sandbox_capture500", "PAYMENT.CAPTURE.COMPLETED", OutcomeKind.Approved)]
    [InlineData(PspStep.Void, "pm_sandbox_voidLost", "PAYMENT.AUTHORIZATION.VOIDED", OutcomeKind.Approved)]
    [InlineData(PspStep.Refund, "pm_sandbox_refundLost", "PAYMENT.CAPTURE.REFUNDED", OutcomeKind.Approved)]
    internal async Task Notification_OfWhatIsInDoubt_SettlesIt(PspStep step, string token, string type, OutcomeKind kind)
    {
        var target = step is PspStep.Sale or PspStep.Authorize
            ? null
            : await _paypal.ApprovedAsync(step == PspStep.Refund ? PspStep.Sale : PspStep.Authorize, token);
        var operation = PspHarness.Operation(step, token, target);
        var sent = await _paypal.SendAsync(operation);
        sent.Outcome.Kind.ShouldBe(OutcomeKind.InDoubt);

        var notification = await HearAsync(target is null ? 1 : 2, type);
        var plan = await ApplyAsync(notification, Row(operation, sent.Outcome));

        plan.Result.ShouldBe(WebhookDecisions.Settled);
        var settled = plan.Plans.ShouldHaveSingleItem().Operation;
        (settled.State, settled.Outcome).ShouldBe((OperationState.Settled, kind));
        if (step == PspStep.Capture)
            settled.TargetReference.ShouldBe(settled.PspReference, "a refund has to name the capture");
    }

    [Theory]
    [InlineData(PspStep.Sale, "succeeded", "PAYMENT.CAPTURE.COMPLETED", OutcomeKind.Approved)]
    [InlineData(PspStep.Sale, "failed", "PAYMENT.CAPTURE.DECLINED", OutcomeKind.Declined)]
    [InlineData(PspStep.Authorize, "succeeded", "PAYMENT.AUTHORIZATION.CREATED", OutcomeKind.Approved)]
    [InlineData(PspStep.Authorize, "failed", "PAYMENT.AUTHORIZATION.DENIED", OutcomeKind.Declined)]
    internal async Task Notification_OfWhatIsPending_SettlesIt(PspStep step, string outcome, string type, OutcomeKind kind)
    {
        var operation = PspHarness.Operation(step, "pm_sandbox_processing");
        var sent = await _paypal.SendAsync(operation);
        var order = (await _paypal.Psp.BookedAsync(operation.OperationId)).Single().GetProperty("paymentIntent").GetString()!;

        await _paypal.Psp.SettleAsync(order, outcome, PayPalHarness.Account);
        // Of an authorization that is pending PayPal says nothing.
        var notification = await HearAsync(step == PspStep.Sale ? 2 : 1, type);
        var plan = await ApplyAsync(notification, Row(operation, sent.Outcome));

        (plan.Result, plan.Plans.Single().Operation.Outcome).ShouldBe((WebhookDecisions.Settled, kind));
    }

    /// <summary>It says what is known, and nobody is asked.</summary>
    [Fact]
    public async Task Notification_OfWhatIsSettled_IsNothingNew()
    {
        var sale = PspHarness.Operation(PspStep.Sale, "pm_card_visa");
        var sent = await _paypal.SendAsync(sale);
        var row = Row(sale, sent.Outcome);

        var notification = await HearAsync(1, "PAYMENT.CAPTURE.COMPLETED");

        WebhookDecisions.IsToAsk(notification, row, TimeProvider.System.GetUtcNow()).ShouldBeFalse();
        (await ApplyAsync(notification, row)).Result.ShouldBe(WebhookDecisions.NothingNew);
    }

    /// <summary>A decline was settled, and a notification claims that money was taken: PayPal is asked, and it is said.</summary>
    [Fact]
    public async Task Notification_AgainstWhatIsSettled_IsAskedAboutAndSaid()
    {
        var sale = PspHarness.Operation(PspStep.Sale, "pm_sandbox_responseLost");
        await _paypal.SendAsync(sale);
        var row = Row(sale, Outcome.Declined(DeclineKind.Soft, DeclineReasons.GenericDecline));

        var plan = await ApplyAsync(await HearAsync(1, "PAYMENT.CAPTURE.COMPLETED"), row);

        (plan.Result, plan.Plans.Single().Save).ShouldBe((WebhookDecisions.AgainstSettled, false));
    }

    /// <summary>A claim that PayPal does not confirm moves nothing, whoever signed it.</summary>
    [Fact]
    public async Task Notification_OfAnotherAmountThanPayPalSays_MovesNothing()
    {
        var sale = PspHarness.Operation(PspStep.Sale, "pm_sandbox_wrongAmount");
        var sent = await _paypal.SendAsync(sale);

        var plan = await ApplyAsync(await HearAsync(1, "PAYMENT.CAPTURE.COMPLETED"), Row(sale, sent.Outcome));

        plan.Result.ShouldBe(Reasons.IntegrityMismatch);
    }

    [Fact]
    public async Task Notification_OfARefundThatFailed_SettlesIt()
    {
        var sale = await _paypal.ApprovedAsync(PspStep.Sale, "pm_sandbox_refundFails");
        var refund = PspHarness.Operation(PspStep.Refund, target: sale);
        await _paypal.SendAsync(refund);

        var plan = await ApplyAsync(await HearAsync(2, "PAYMENT.REFUND.FAILED"), Row(refund, Outcome.InDoubt(Reasons.NoAnswer)));

        (plan.Result, plan.Plans.Single().Operation.Reason).ShouldBe((WebhookDecisions.Settled, Reasons.RefundFailed));
    }

    /// <summary>Where only an order is known, the notification's id is an order's.</summary>
    [Fact]
    public void Parse_AnApprovedOrder_NamesItAsTheAdapterDoes()
    {
        var body = System.Text.Encoding.UTF8.GetBytes(
            """{"id":"WH-1","event_type":"CHECKOUT.ORDER.APPROVED","resource":{"id":"O1","purchase_units":[{"custom_id":"ours"}]}}""");

        var notification = new PayPalWebhooks().Parse(body).ShouldHaveSingleItem();

        notification.MadeReference.ShouldBe("ODR-O1");
        notification.References.ShouldBe(["ours"]);
        PayPalResponses.Adapter.PrepareRetrieve(PspHarness.Operation(PspStep.Sale), notification.MadeReference)!.Path
            .ShouldBe("v2/checkout/orders/O1");
    }

    private static PayPalCertificates Certificates() => new(PayPalCertificates.Client(), TimeProvider.System);

    private static Operation Row(PspOperation operation, Outcome outcome) => new Operation
    {
        OperationId = operation.OperationId,
        PaymentId = Ulid.NewUlid().ToGuid(),
        OrderId = operation.OrderId,
        Step = operation.Step,
        Connection = PayPalHarness.Account,
        Reference = PayPalResponses.Adapter.ReferenceOf(operation.OperationId),
        TargetReference = operation.TargetReference,
        AmountMinor = operation.AmountMinor,
        Currency = operation.CurrencyCode,
        State = OperationState.Sent,
        CreatedAt = operation.CreatedAt,
    }.Conclude(outcome);

    private async Task<WebhookVerdict> VerifyAsync(WebhookDelivery delivery, string webhookId)
    {
        var webhooks = new PayPalWebhooks();
        var certificate = await _certificates.Find(webhooks.CertificateOf(delivery)!, allowsLoopback: true);
        return webhooks.Verify(
            delivery with { Certificate = certificate }, new WebhookOptions { WebhookId = webhookId }, TimeProvider.System.GetUtcNow());
    }

    /// <summary>The last of so many notifications, which must be PayPal's and of this type.</summary>
    private async Task<WebhookNotification> HearAsync(int count, string type)
    {
        var delivery = (await _paypal.Webhooks.DeliveriesAsync(count))[count - 1];
        (await VerifyAsync(delivery, PayPalHarness.WebhookId)).ShouldBe(WebhookVerdict.Genuine);
        var notification = new PayPalWebhooks().Parse(delivery.Body).ShouldHaveSingleItem();
        notification.Type.ShouldBe(type);
        return notification;
    }

    /// <summary>As the consumer does it: match, ask where that is to be done, decide.</summary>
    private async Task<WebhookPlan> ApplyAsync(WebhookNotification notification, Operation row)
    {
        var now = TimeProvider.System.GetUtcNow();
        var isFound = notification.References.Contains(row.Reference)
            || (row.TargetReference is { } target && notification.PspReferences.Contains(target));
        isFound.ShouldBeTrue("the row is found by our reference, or by the target's");
        WebhookDecisions.Match(notification, [row]).ShouldBe([row]);
        Dictionary<string, Finding> findings = [];
        if (WebhookDecisions.IsToAsk(notification, row, now))
        {
            var isOwn = notification.References.Contains(row.Reference);
            findings[row.OperationId] = await _paypal.ResolveAsync(
                row.ToPsp(), row.PspReference ?? (isOwn ? notification.MadeReference : null));
        }

        var rows = new WebhookRows(now, IsOpen: true, 0, new Dictionary<string, Operation> { [row.OperationId] = row });
        return WebhookDecisions.Apply(rows, notification, findings);
    }
}
