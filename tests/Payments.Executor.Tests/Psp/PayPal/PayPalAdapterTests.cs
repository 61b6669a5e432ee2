using System.Text;
using Payments.Executor.Psp;
using Payments.Executor.Psp.PayPal;
using Payments.Executor.Tests.Psp.Stripe;

namespace Payments.Executor.Tests.Psp.PayPal;

public sealed class PayPalAdapterTests
{
    private const string LongId = "01JDN2X6S1F5Q7W8E9R0T1Y2Z3/order-1/charge/1";
    private const string Target = "0VF52814937998046";

    private static readonly PayPalAdapter Adapter = PayPalResponses.Adapter;

    [Theory]
    [InlineData(
        PspStep.Sale,
        "v2/checkout/orders",
        """{"intent":"CAPTURE","purchase_units":[{"reference_id":"P/O","custom_id":"P,O,sale,1","invoice_id":"P,O,sale,1","amount":{"currency_code":"USD","value":"19.99"}}],"payment_source":{"card":{"vault_id":"pm_card_visa"}}}""")]
    [InlineData(
        PspStep.Authorize,
        "v2/checkout/orders",
        """{"intent":"AUTHORIZE","purchase_units":[{"reference_id":"P/O","custom_id":"P,O,sale,1","invoice_id":"P,O,sale,1","amount":{"currency_code":"USD","value":"19.99"}}],"payment_source":{"card":{"vault_id":"pm_card_visa"}}}""")]
    [InlineData(
        PspStep.Capture,
        "v2/payments/authorizations/0VF52814937998046/capture",
        """{"amount":{"currency_code":"USD","value":"19.99"},"invoice_id":"P,O,sale,1","final_capture":true}""")]
    [InlineData(PspStep.Void, "v2/payments/authorizations/0VF52814937998046/void", "")]
    [InlineData(
        PspStep.Refund,
        "v2/payments/captures/0VF52814937998046/refund",
        """{"amount":{"currency_code":"USD","value":"19.99"},"custom_id":"P,O,sale,1","invoice_id":"P,O,sale,1"}""")]
    internal void Prepare_AStep_GivesTheseBytes(PspStep step, string path, string body)
    {
        var operation = Operation(step);

        var request = Adapter.Prepare(operation).Request.ShouldNotBeNull();

        (request.Method, request.Path, request.ContentType).ShouldBe(("POST", path, "application/json"));
        Encoding.UTF8.GetString(request.Body.Span).ShouldBe(body);
        request.Headers.Take(2).ShouldBe([new("PayPal-Request-Id", "P/O/sale/1"), new("Prefer", "return=representation")]);
        request.Headers.Skip(2).Select(h => h.Value).ShouldBe(step switch
        {
            PspStep.Sale => ["capture P/O/sale/1/complete"],
            PspStep.Authorize => ["authorize P/O/sale/1/complete"],
            _ => (string[])[],
        });
        Adapter.Prepare(operation).Request!.ToBytes().ShouldBe(request.ToBytes());
    }

    [Fact]
    public void Prepare_WithABillingAgreement_NamesItAsSuch() =>
        Encoding.UTF8.GetString(Adapter.Prepare(Operation(PspStep.Sale) with { Token = "B-1AB23456CD789012E" }).Request!.Body.Span)
            .ShouldContain(""" "payment_source":{"token":{"id":"B-1AB23456CD789012E","type":"BILLING_AGREEMENT"}} """.Trim());

    /// <summary>What PayPal takes everywhere is 38 characters.</summary>
    [Fact]
    public void Prepare_ALongOperationId_IsAKeyThatFitsAndTellsOperationsApart()
    {
        var key = KeyOf(LongId);

        key.Length.ShouldBe(38);
        KeyOf(LongId).ShouldBe(key);
        KeyOf(LongId + "2").ShouldNotBe(key);
    }

    [Theory]
    [InlineData(PspStep.Sale)]
    [InlineData(PspStep.Authorize)]
    [InlineData(PspStep.Capture)]
    [InlineData(PspStep.Void)]
    [InlineData(PspStep.Refund)]
    internal void Prepare_WithoutTokenOrTarget_IsRefused(PspStep step) =>
        Adapter.Prepare(Operation(step) with { Token = null, TargetReference = null })
            .Refusal.ShouldNotBeNull().Reason.ShouldBe(Reasons.MissingField);

    [Theory]
    [InlineData(0, "USD", Reasons.AmountNotRepresentable)]
    [InlineData(199950, "HUF", Reasons.AmountNotRepresentable)]
    [InlineData(1000, "KWD", Reasons.CurrencyNotSupported)]
    public void Prepare_AnAmountThatPayPalCannotTake_IsRefused(long amount, string currency, string reason) =>
        Adapter.Prepare(Operation(PspStep.Sale) with { AmountMinor = amount, CurrencyCode = currency })
            .Refusal.ShouldNotBeNull().Reason.ShouldBe(reason);

    [Fact]
    public void Prepare_ATargetWithOddCharacters_StaysInItsPlace() =>
        Adapter.Prepare(Operation(PspStep.Refund) with { TargetReference = "../a?b" }).Request!.Path
            .ShouldBe("v2/payments/captures/..%2Fa%3Fb/refund");

    /// <summary>PayPal cannot cancel an order, which by itself holds nothing: to void it is to see that this is so.</summary>
    [Fact]
    public void Prepare_OnAnOrderThatWaitsForItsBuyer_OnlyLooks()
    {
        var target = "ODR-5O190127TN364715T";

        var request = Adapter.Prepare(Operation(PspStep.Void) with { TargetReference = target }).Request!;

        (request.Method, request.Path).ShouldBe(("GET", "v2/checkout/orders/5O190127TN364715T"));
        foreach (var step in new[] { PspStep.Capture, PspStep.Refund })
        {
            Adapter.Prepare(Operation(step) with { TargetReference = target }).Refusal.ShouldNotBeNull()
                .Reason.ShouldBe(Reasons.NotFound);
        }
    }

    /// <summary>Six hours and 45 days, less what a try under way and clocks may need.</summary>
    [Theory]
    [InlineData(PspStep.Sale, 5)]
    [InlineData(PspStep.Authorize, 5)]
    [InlineData(PspStep.Capture, 44 * 24)]
    [InlineData(PspStep.Void, 44 * 24)]
    [InlineData(PspStep.Refund, 44 * 24)]
    internal void ReplayOf_AStep_IsSafeForSoManyHours(PspStep step, int hours) =>
        Adapter.ReplayOf(step).ShouldBe(new ReplayRule(true, TimeSpan.FromHours(hours)));

    [Theory]
    [InlineData("P/O/sale/1", "P,O,sale,1")]
    [InlineData("01JDN2X6S1F5Q7W8E9R0T1Y2Z3/order_1.a/refund/12", "01JDN2X6S1F5Q7W8E9R0T1Y2Z3,order_1.a,refund,12")]
    public void ReferenceOf_APlainId_HasCommasForSlashes(string operationId, string reference) =>
        Adapter.ReferenceOf(operationId).ShouldBe(reference);

    /// <summary>PayPal says a refund's custom id again only in some characters.</summary>
    [Theory]
    [InlineData("P/order 1/sale/1")]
    [InlineData("P/order,1/sale/1")]
    [InlineData("P/Bestellung-ü/sale/1")]
    [InlineData("P/0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789/sale/1")]
    public void ReferenceOf_AnOddId_IsItsHash(string operationId)
    {
        var reference = Adapter.ReferenceOf(operationId);

        reference.Length.ShouldBeInRange(32, 127);
        reference.ShouldAllBe(c => char.IsAsciiLetterOrDigit(c));
        Adapter.ReferenceOf(operationId).ShouldBe(reference);
        Adapter.ReferenceOf(operationId + "2").ShouldNotBe(reference);
    }

    [Theory]
    [InlineData(PspStep.Sale, "C1", "v2/payments/captures/C1")]
    [InlineData(PspStep.Sale, "ODR-O1", "v2/checkout/orders/O1")]
    [InlineData(PspStep.Authorize, "A1", "v2/payments/authorizations/A1")]
    [InlineData(PspStep.Capture, "C1", "v2/payments/captures/C1")]
    // An authorization does not say which capture was ours.
    [InlineData(PspStep.Capture, Target, null)]
    [InlineData(PspStep.Void, "A1", null)]
    [InlineData(PspStep.Refund, "R1", "v2/payments/refunds/R1")]
    [InlineData(PspStep.Sale, null, null)]
    [InlineData(PspStep.Refund, "", null)]
    internal void PrepareRetrieve_AStep_AsksWhatCanTell(PspStep step, string? reference, string? path)
    {
        var request = Adapter.PrepareRetrieve(Operation(step), reference);

        (request?.Method, request?.Path).ShouldBe((path is null ? null : "GET", path));
    }

    [Fact]
    public void PrepareRetrieve_AVoidOfAnOrder_AsksTheOrder() =>
        Adapter.PrepareRetrieve(Operation(PspStep.Void) with { TargetReference = "ODR-O1" }, null)!.Path
            .ShouldBe("v2/checkout/orders/O1");

    /// <summary>Neither by amount nor by currency: a payment of another amount must be found all the more.</summary>
    [Theory]
    [InlineData(PspStep.Sale, "v1/reporting/transactions?fields=transaction_info&balance_affecting_records_only=N&page_size=500&page=1&start_date=2026-01-01T11%3A55%3A00Z&end_date=2026-01-03T12%3A00%3A00Z")]
    [InlineData(PspStep.Authorize, "v1/reporting/transactions?fields=transaction_info&balance_affecting_records_only=N&page_size=500&page=1&start_date=2026-01-01T11%3A55%3A00Z&end_date=2026-01-03T12%3A00%3A00Z")]
    [InlineData(PspStep.Capture, "v2/payments/authorizations/0VF52814937998046")]
    [InlineData(PspStep.Void, "v2/payments/authorizations/0VF52814937998046")]
    [InlineData(PspStep.Refund, "v2/payments/captures/0VF52814937998046")]
    internal void PrepareLookUp_AStep_BeginsThere(PspStep step, string path) =>
        Adapter.PrepareLookUp(Operation(step), null)!.Path.ShouldBe(path);

    [Theory]
    [InlineData("Order:O1", "v2/checkout/orders/O1")]
    [InlineData("Authorization:A1", "v2/payments/authorizations/A1")]
    [InlineData("Capture:a/b", "v2/payments/captures/a%2Fb")]
    [InlineData("Refund:R1", "v2/payments/refunds/R1")]
    public void PrepareLookUp_ACursor_LeadsThere(string cursor, string path) =>
        Adapter.PrepareLookUp(Operation(PspStep.Refund), cursor)!.Path.ShouldBe(path);

    [Fact]
    public void PrepareLookUp_WithoutATarget_AsksNothing() =>
        Adapter.PrepareLookUp(Operation(PspStep.Refund) with { TargetReference = null }, null).ShouldBeNull();

    /// <summary>What a page of the search leads to.</summary>
    [Theory]
    [InlineData(PspStep.Sale, "C1:ours:S", 1, "2026-01-01T18:00:00Z", "Capture:C1")]
    [InlineData(PspStep.Authorize, "A1:ours:S", 1, "2026-01-01T18:00:00Z", "Authorization:A1")]
    // Listed twice, where only one of the two moves the balance.
    [InlineData(PspStep.Authorize, "A1:ours:S A1:ours:S", 1, "2026-01-01T18:00:00Z", "Authorization:A1")]
    [InlineData(PspStep.Sale, "C1:ours:D", 1, "2026-01-01T18:00:00Z", "Capture:C1")]
    [InlineData(PspStep.Sale, "C1:ours:D C2:ours:S", 1, "2026-01-01T18:00:00Z", "Capture:C2")]
    [InlineData(PspStep.Sale, "C1:ours:P C2:ours:S", 1, "2026-01-01T18:00:00Z", "duplicate_at_psp")]
    [InlineData(PspStep.Sale, "C1:another:S", 2, "2026-01-01T18:00:00Z", "Search:2")]
    [InlineData(PspStep.Sale, "C1:another:S", 1, "2026-01-01T18:00:00Z", "absent")]
    [InlineData(PspStep.Sale, "", 1, "2026-01-01T18:00:00Z", "absent")]
    [InlineData(PspStep.Sale, "", 0, "2026-01-01T18:00:00Z", "absent")]
    // The search does not reach up to the operation yet.
    [InlineData(PspStep.Sale, "", 1, "2026-01-01T11:59:59Z", "not_found")]
    internal void ClassifyLookUp_APageOfTheSearch_LeadsThere(
        PspStep step, string transactions, int pages, string refreshed, string expected)
    {
        var details = transactions.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(t => t.Split(':')).Select(t =>
            $$"""
            {"transaction_info":{"transaction_id":"{{t[0]}}","invoice_id":"{{(t[1] == "ours" ? "P,O,sale,1" : t[1])}}","transaction_status":"{{t[2]}}"} }
            """);
        var body = $$"""
            {"transaction_details":[{{string.Join(',', details)}}],"last_refreshed_datetime":"{{refreshed}}","page":1,"total_pages":{{pages}}}
            """;

        var finding = Adapter.ClassifyLookUp(Operation(step), null, Responses.Of(200, body));

        (finding.Cursor ?? finding.Outcome?.Reason ?? "absent").ShouldBe(expected);
        if (expected == "absent")
            finding.IndexLag.ShouldBe(TimeSpan.FromHours(3));
    }

    [Theory]
    [InlineData(401, Reasons.Configuration)]
    [InlineData(403, Reasons.Configuration)]
    [InlineData(404, Reasons.NotFound)]
    [InlineData(429, Reasons.RateLimited)]
    [InlineData(500, Reasons.PspError)]
    [InlineData(400, Reasons.UnclassifiedAnswer)]
    [InlineData(200, Reasons.UnreadableAnswer)]
    public void ClassifyRetrieve_AnAnswerThatTellsNothing_IsUnclear(int status, string reason)
    {
        var retrieved = Adapter.ClassifyRetrieve(Operation(PspStep.Sale), Responses.Of(status, "{}"));
        var lookedUp = Adapter.ClassifyLookUp(Operation(PspStep.Sale), null, Responses.Of(status, "{}"));

        (retrieved.Kind, retrieved.Outcome!.Reason).ShouldBe((FindingKind.Unclear, reason));
        (lookedUp.Kind, lookedUp.Outcome!.Reason).ShouldBe((FindingKind.Unclear, reason));
    }

    [Theory]
    [InlineData(204, "", OutcomeKind.Approved, "VOIDED")]
    [InlineData(200, "VOIDED", OutcomeKind.Approved, "VOIDED")]
    // A 2xx that did not do it.
    [InlineData(200, "CREATED", OutcomeKind.InDoubt, null)]
    [InlineData(202, "", OutcomeKind.InDoubt, null)]
    internal void Classify_AVoid_IsDoneWithAndWithoutABody(int status, string body, OutcomeKind kind, string? pspStatus)
    {
        var operation = Operation(PspStep.Void);
        var text = body.Length == 0 ? "" : PayPalResponses.Payment(operation, body, Target);

        var outcome = Adapter.Classify(operation, Responses.Of(status, text)).Outcome;

        (outcome.Kind, outcome.PspStatus).ShouldBe((kind, pspStatus));
    }

    [Fact]
    public void RequestIdOf_AResponse_IsPayPalsDebugId() =>
        Adapter.RequestIdOf(Responses.Of(200, "{}", ("paypal-debug-id", "d1"))).ShouldBe("d1");

    private static string KeyOf(string operationId) =>
        Adapter.Prepare(Operation(PspStep.Sale) with { OperationId = operationId }).Request!.Headers[0].Value;

    private static PspOperation Operation(PspStep step) => PspHarness.Operation(step, "pm_card_visa", Target) with
    {
        OperationId = "P/O/sale/1",
        PaymentId = "P",
        OrderId = "O",
        CreatedAt = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero),
    };
}
