using System.Text;
using Payments.Executor.Psp;
using Payments.Executor.Psp.Adyen;
using Payments.Executor.Psp.Braintree;
using Payments.Executor.Psp.PayPal;
using Payments.Executor.Psp.Square;
using Payments.Executor.Psp.Stripe;
using static Payments.Executor.Tests.Psp.Webhooks.WebhookSigning;

namespace Payments.Executor.Tests.Psp.Webhooks;

public sealed class WebhookParseTests
{
    [Fact]
    public void Parse_StripeIntent_NamesOurReferenceAndTheIntentAndAsks()
    {
        var parsed = One(new StripeWebhooks(), """
            {"id":"evt_1","type":"payment_intent.succeeded","data":{"object":
            {"id":"pi_1","object":"payment_intent","metadata":{"operation_id":"pay/order/charge/1"}}}}
            """);

        parsed.References.ShouldBe(["pay/order/charge/1"]);
        parsed.PspReferences.ShouldBe(["pi_1"]);
        parsed.ClaimOf(PspStep.Sale).ShouldBe(new WebhookClaim(PspStep.Sale, OutcomeKind.Approved));
        parsed.ClaimOf(PspStep.Void).ShouldBe(new WebhookClaim(PspStep.Void));
        parsed.ClaimOf(PspStep.Refund).ShouldBeNull();
    }

    [Theory]
    [InlineData("succeeded", nameof(OutcomeKind.Approved))]
    [InlineData("failed", nameof(OutcomeKind.Declined))]
    [InlineData("pending", null)]
    public void Parse_StripeRefund_SpeaksOfRefundsOnly(string status, string? expected)
    {
        var parsed = One(new StripeWebhooks(), $$$"""
            {"id":"evt_1","type":"refund.updated","data":{"object":
            {"id":"re_1","object":"refund","status":"{{{status}}}","payment_intent":"pi_1","metadata":{"operation_id":"r"}} }}
            """);

        var claim = parsed.Claims.ShouldHaveSingleItem();
        claim.Step.ShouldBe(PspStep.Refund);
        $"{claim.Kind}".ShouldBe(expected ?? "");
        claim.Proof.ShouldBeNull();
        parsed.PspReferences.ShouldBe(["re_1", "pi_1"]);
    }

    [Theory]
    [InlineData("payout.paid")]
    [InlineData("a.type.of.next.year")]
    public void Parse_StripeOfAnotherType_IsKept(string type) =>
        One(new StripeWebhooks(), $$$$"""{"id":"evt_1","type":"{{{{type}}}}","data":{"object":{"id":"po_1"}}}""").Claims.ShouldBeEmpty();

    [Theory]
    [InlineData("stripe")]
    [InlineData("adyen")]
    [InlineData("paypal")]
    [InlineData("square")]
    [InlineData("braintree")]
    public void Parse_WhatIsNotUnderstood_IsKeptUnderItsHash(string psp)
    {
        foreach (var body in new[] { "", "{}", "[1]", "not json", "bt_payload=%%%", "bt_signature=a|b&bt_payload=PGE%2B" })
        {
            var parsed = WebhookFormats.All[psp].Parse(Encoding.UTF8.GetBytes(body)).ShouldHaveSingleItem();
            parsed.Type.ShouldBe(WebhookNotification.UnreadableType);
            parsed.EventId.ShouldStartWith("sha256:");
            parsed.Claims.ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("AUTHORISATION", true, "Sale:Approved Authorize:Approved")]
    [InlineData("AUTHORISATION", false, "Sale:Declined(generic_decline) Authorize:Declined(generic_decline)")]
    [InlineData("CAPTURE", true, "Capture:Approved")]
    [InlineData("CAPTURE", false, "Capture:Declined(capture_failed)")]
    [InlineData("CAPTURE_FAILED", true, "Capture:Declined(capture_failed) Sale:Declined(capture_failed)")]
    [InlineData("CANCELLATION", true, "Void:Approved")]
    [InlineData("CANCELLATION", false, "Void:Declined(void_failed)")]
    [InlineData("TECHNICAL_CANCEL", true, "Void:Approved Sale:Declined(authorization_canceled) Authorize:Declined(authorization_canceled)")]
    [InlineData("TECHNICAL_CANCEL", false, "Void:Declined(void_failed)")]
    [InlineData("CANCEL_OR_REFUND", true, "Void:Approved Refund:Approved")]
    [InlineData("CANCEL_OR_REFUND", false, "Void:Declined(void_failed) Refund:Declined(refund_failed)")]
    [InlineData("REFUND", true, "Refund:Approved")]
    [InlineData("REFUND", false, "Refund:Declined(refund_failed)")]
    [InlineData("REFUND_FAILED", true, "Refund:Declined(refund_failed)")]
    [InlineData("REFUNDED_REVERSED", true, "Refund:Declined(refund_reversed)")]
    [InlineData("CHARGEBACK", true, "")]
    [InlineData("REPORT_AVAILABLE", true, "")]
    public void Parse_AdyenEvent_ProvesItsRow(string code, bool success, string expected)
    {
        var parsed = Single(new AdyenWebhooks(), AdyenDelivery(AdyenItem(code, success, original: "PSP0")));

        string.Join(' ', parsed.Claims.Select(c =>
            $"{c.Step}:{c.Proof!.Kind}{(c.Proof.Reason is { } reason ? $"({reason})" : "")}")).ShouldBe(expected);
        parsed.Claims.ShouldAllBe(c => c.Kind == c.Proof!.Kind && c.Proof.PspStatus == code);
        parsed.Claims.ShouldAllBe(c => c.Proof!.PspReference == (c.Step == PspStep.Sale || c.Step == PspStep.Authorize ? "PSP0" : "PSP1"));
        parsed.References.ShouldBe(["reference-1"]);
        parsed.PspReferences.ShouldBe(["PSP1", "PSP0"]);
        parsed.EventId.ShouldBe($"{code}:PSP1:{(success ? "true" : "false")}");
    }

    [Fact]
    public void Parse_AdyenWithSeveralItems_FindsEach() =>
        new AdyenWebhooks().Parse(AdyenDelivery(AdyenItem("AUTHORISATION"), AdyenItem("CAPTURE", pspReference: "PSP2")).Body)
            .Select(n => n.EventId).ShouldBe(["AUTHORISATION:PSP1:true", "CAPTURE:PSP2:true"]);

    [Theory]
    [InlineData(1000, "EUR", 1000L)]
    [InlineData(1000, "JPY", 1000L)]
    [InlineData(100_000, "CLP", 1000L)]
    [InlineData(100_001, "CLP", null)]
    [InlineData(1000, "ISK", 10L)]
    [InlineData(10, "IDR", 1000L)]
    [InlineData(10, "CVE", 1000L)]
    public void FromWire_AdyenAmount_IsInIsoMinorUnits(long wire, string currency, long? expected) =>
        AdyenEvents.FromWire(wire, currency).ShouldBe(expected);

    [Theory]
    [InlineData("payment.updated", "payment", "COMPLETED", nameof(PspStep.Sale), nameof(OutcomeKind.Approved))]
    [InlineData("payment.updated", "payment", "APPROVED", nameof(PspStep.Authorize), nameof(OutcomeKind.Approved))]
    [InlineData("payment.updated", "payment", "CANCELED", nameof(PspStep.Void), nameof(OutcomeKind.Approved))]
    [InlineData("payment.created", "payment", "FAILED", nameof(PspStep.Sale), nameof(OutcomeKind.Declined))]
    [InlineData("payment.updated", "payment", "PENDING", nameof(PspStep.Sale), null)]
    [InlineData("refund.updated", "refund", "REJECTED", nameof(PspStep.Refund), nameof(OutcomeKind.Declined))]
    public void Parse_SquareObject_ClaimsByItsStatus(string type, string name, string status, string step, string? expected)
    {
        var parsed = One(new SquareWebhooks(), $$$"""
            {"event_id":"e1","type":"{{{type}}}","data":{"id":"p1","object":{"{{{name}}}":
            {"id":"p1","payment_id":"p0","status":"{{{status}}}","reference_id":"ours","location_id":"L1"}} }}
            """);

        $"{parsed.ClaimOf(Enum.Parse<PspStep>(step))!.Kind}".ShouldBe(expected ?? "");
        (parsed.EventId, parsed.Account).ShouldBe(("e1", "L1"));
        parsed.References.ShouldBe(["ours"]);
        parsed.PspReferences.ShouldBe(["p1", "p0"]);
        parsed.Claims.ShouldAllBe(c => c.Proof == null);
    }

    [Fact]
    public void Parse_PayPalCapture_NamesEveryIdAndProvesNothing()
    {
        var parsed = One(new PayPalWebhooks(), """
            {"id":"WH-1","event_type":"PAYMENT.CAPTURE.COMPLETED","resource":{"id":"C1","status":"COMPLETED","custom_id":"ours",
            "supplementary_data":{"related_ids":{"order_id":"O1","authorization_id":"A1"}}}}
            """);

        parsed.References.ShouldBe(["ours"]);
        parsed.PspReferences.ShouldBe(["C1", "A1", "O1"]);
        parsed.Claims.Select(c => c.Step).ShouldBe([PspStep.Sale, PspStep.Capture]);
        parsed.Claims.ShouldAllBe(c => c.Kind == OutcomeKind.Approved && c.Proof == null);
    }

    [Fact]
    public void Parse_PayPalRefund_FindsItsCaptureByTheLink() =>
        One(new PayPalWebhooks(), """
            {"id":"WH-1","event_type":"PAYMENT.CAPTURE.REFUNDED","resource":{"id":"R1","links":[
            {"rel":"self","href":"https://api.paypal.com/v2/payments/refunds/R1"},
            {"rel":"up","href":"https://api.paypal.com/v2/payments/captures/C1"}]}}
            """).PspReferences.ShouldBe(["R1", "C1"]);

    [Theory]
    [InlineData("transaction_settled", "sale", "Sale:Approved Authorize: Capture:Approved")]
    [InlineData("transaction_settlement_declined", "sale", "Sale:Declined Authorize: Capture:Declined")]
    [InlineData("transaction_settled", "credit", "Refund:Approved")]
    [InlineData("refund_failed", "credit", "Refund:Declined")]
    [InlineData("transaction_disbursed", "sale", "")]
    [InlineData("dispute_opened", "sale", "")]
    public void Parse_BraintreeKind_ClaimsItsRow(string kind, string type, string expected)
    {
        var parsed = Single(new BraintreeWebhooks(), Braintree($"""
            <notification><timestamp>2026-11-22T07:45:29Z</timestamp><kind>{kind}</kind><subject><transaction>
            <id>tx1</id><order-id>ours</order-id><type>{type}</type></transaction></subject></notification>
            """));

        string.Join(' ', parsed.Claims.Select(c => $"{c.Step}:{c.Kind}")).ShouldBe(expected);
        parsed.EventId.ShouldBe($"{kind}:tx1");
        parsed.References.ShouldBe(["ours"]);
        parsed.PspReferences.ShouldBe(["tx1", "dHJhbnNhY3Rpb25fdHgx", "cmVmdW5kX3R4MQ=="]);
    }

    [Fact]
    public void Parse_BraintreeWithDocumentType_IsNotRead() =>
        Single(new BraintreeWebhooks(), Braintree("""
            <!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><notification><kind>&b;</kind></notification>
            """)).Type.ShouldBe(WebhookNotification.UnreadableType);

    private static WebhookDelivery Braintree(string xml) => Delivery(
        $"bt_signature=a&bt_payload={Uri.EscapeDataString(Convert.ToBase64String(Encoding.UTF8.GetBytes(xml)) + "\n")}");

    private static WebhookNotification One(IPspWebhooks webhooks, string body) => Single(webhooks, Delivery(body));

    private static WebhookNotification Single(IPspWebhooks webhooks, WebhookDelivery delivery) =>
        webhooks.Parse(delivery.Body).ShouldHaveSingleItem();
}
