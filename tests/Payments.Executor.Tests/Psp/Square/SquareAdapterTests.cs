using System.Text;
using Payments.Executor.Psp;
using Payments.Executor.Psp.Square;
using Payments.Executor.Tests.Psp.Stripe;

namespace Payments.Executor.Tests.Psp.Square;

public sealed class SquareAdapterTests
{
    private const string LongId = "01JDN2X6S1F5Q7W8E9R0T1Y2Z3/order-1/charge/1";

    private static readonly SquareAdapter Adapter = SquareResponses.Adapter;

    [Theory]
    [InlineData(
        PspStep.Sale,
        "v2/payments",
        """{"source_id":"cnon:card-nonce-ok","idempotency_key":"P/O/sale/1","amount_money":{"amount":1999,"currency":"USD"},"autocomplete":true,"location_id":"L1","reference_id":"P/O/sale/1","note":"P/O/sale/1"}""")]
    [InlineData(
        PspStep.Authorize,
        "v2/payments",
        """{"source_id":"cnon:card-nonce-ok","idempotency_key":"P/O/sale/1","amount_money":{"amount":1999,"currency":"USD"},"autocomplete":false,"location_id":"L1","reference_id":"P/O/sale/1","note":"P/O/sale/1","delay_action":"CANCEL"}""")]
    [InlineData(PspStep.Capture, "v2/payments/sq_1/complete", "{}")]
    [InlineData(PspStep.Void, "v2/payments/sq_1/cancel", "{}")]
    [InlineData(
        PspStep.Refund,
        "v2/refunds",
        """{"idempotency_key":"P/O/sale/1","payment_id":"sq_1","amount_money":{"amount":1999,"currency":"USD"},"reason":"P/O/sale/1"}""")]
    internal void Prepare_AStep_GivesTheseBytes(PspStep step, string path, string body)
    {
        var operation = Operation(step);

        var request = Adapter.Prepare(operation).Request.ShouldNotBeNull();

        (request.Method, request.Path, request.ContentType).ShouldBe(("POST", path, "application/json"));
        Encoding.UTF8.GetString(request.Body.Span).ShouldBe(body);
        request.Headers[0].ShouldBe(new("Square-Version", "2025-08-20"));
        Adapter.Prepare(operation).Request!.ToBytes().ShouldBe(request.ToBytes());
    }

    [Fact]
    public void Prepare_ACapture_StoresTheUpdateOfItsAmountToo() =>
        Adapter.Prepare(Operation(PspStep.Capture)).Request!.Headers[1].ShouldBe(new(
            SquareCaptures.UpdateHeader,
            """{"idempotency_key":"P/O/sale/1/amount","payment":{"amount_money":{"amount":1999,"currency":"USD"}}}"""));

    [Fact]
    public void Prepare_AVoidOfAnUnknownPayment_CancelsByTheKeyOfWhatItUndoes()
    {
        var sale = Adapter.Prepare(Operation(PspStep.Sale) with { OperationId = LongId + "23" }).Request!;
        var request = Adapter.Prepare(
            Operation(PspStep.Void) with { TargetReference = null, Undoes = LongId + "23" }).Request!;

        request.Path.ShouldBe("v2/payments/cancel");
        var key = System.Text.Json.JsonDocument.Parse(request.Body).RootElement.GetProperty("idempotency_key").GetString();
        System.Text.Json.JsonDocument.Parse(sale.Body).RootElement.GetProperty("idempotency_key").GetString().ShouldBe(key);
        key!.Length.ShouldBe(45);
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
    [InlineData(-1, "USD", Reasons.AmountNotRepresentable)]
    [InlineData(100, "usd", Reasons.CurrencyNotSupported)]
    [InlineData(100, "", Reasons.CurrencyNotSupported)]
    public void Prepare_AnAmountThatIsNone_IsRefused(long amount, string currency, string reason) =>
        Adapter.Prepare(Operation(PspStep.Sale) with { AmountMinor = amount, CurrencyCode = currency })
            .Refusal.ShouldNotBeNull().Reason.ShouldBe(reason);

    [Theory]
    [InlineData(PspStep.Sale)]
    [InlineData(PspStep.Authorize)]
    internal void Prepare_ACustomerReference_NamesTheCustomerOfTheCard(PspStep step)
    {
        BodyOf(Operation(step) with { CustomerReference = "CUST7" }).ShouldContain("\"customer_id\":\"CUST7\"");
        BodyOf(Operation(step)).ShouldNotContain("customer_id");

        static string BodyOf(PspOperation operation) => Encoding.UTF8.GetString(Adapter.Prepare(operation).Request!.Body.Span);
    }

    [Theory]
    [InlineData("P/O/sale/1")]
    [InlineData(LongId)]
    public void ReferenceOf_AnOperation_FitsAndIsTheSameAgain(string operationId)
    {
        Adapter.ReferenceOf(operationId).Length.ShouldBeLessThanOrEqualTo(40);
        Adapter.ReferenceOf(operationId).ShouldBe(Adapter.ReferenceOf(operationId));
        Adapter.ReferenceOf(operationId + "2").ShouldNotBe(Adapter.ReferenceOf(operationId));
    }

    [Theory]
    [InlineData(PspStep.Sale, 1)]
    [InlineData(PspStep.Authorize, 1)]
    [InlineData(PspStep.Refund, 1)]
    [InlineData(PspStep.Capture, 168)]
    [InlineData(PspStep.Void, 168)]
    internal void ReplayOf_AStep_IsSafeForSoManyHours(PspStep step, int hours) =>
        Adapter.ReplayOf(step).ShouldBe(new ReplayRule(true, TimeSpan.FromHours(hours)));

    [Theory]
    [InlineData(PspStep.Sale, "sq_9", "v2/payments/sq_9")]
    [InlineData(PspStep.Authorize, "sq_9", "v2/payments/sq_9")]
    [InlineData(PspStep.Capture, null, "v2/payments/sq_1")]
    [InlineData(PspStep.Void, null, "v2/payments/sq_1")]
    [InlineData(PspStep.Refund, "sq_1_r9", "v2/refunds/sq_1_r9")]
    [InlineData(PspStep.Sale, null, null)]
    [InlineData(PspStep.Refund, null, null)]
    internal void PrepareRetrieve_AStep_AsksWhatCanTell(PspStep step, string? reference, string? path) =>
        Adapter.PrepareRetrieve(Operation(step), reference)?.Path.ShouldBe(path);

    [Theory]
    [InlineData(PspStep.Sale, "v2/payments?location_id=L1&begin_time=2026-01-01T11%3A55%3A00Z&sort_order=ASC&limit=100")]
    [InlineData(PspStep.Refund, "v2/refunds?location_id=L1&begin_time=2026-01-01T11%3A55%3A00Z&sort_order=ASC&limit=100")]
    [InlineData(PspStep.Capture, null)]
    [InlineData(PspStep.Void, null)]
    internal void PrepareLookUp_AStep_AsksFromWhenItBegan(PspStep step, string? path)
    {
        Adapter.PrepareLookUp(Operation(step), null)?.Path.ShouldBe(path);
        Adapter.PrepareLookUp(Operation(step), "a=/b")?.Path.ShouldBe(path + "&cursor=a%3D%2Fb");
    }

    [Fact]
    public void PrepareLookUp_OfAVoidByKey_GoesBackOverTheLongestHold() =>
        Adapter.PrepareLookUp(Operation(PspStep.Void) with { TargetReference = null, Undoes = "P/O/sale/1" }, null)!.Path
            .ShouldBe("v2/payments?location_id=L1&begin_time=2025-12-25T12%3A00%3A00Z&sort_order=DESC&limit=100");

    [Theory]
    [InlineData("2026-01-01T14:04:00Z", FindingKind.More)]
    [InlineData("2026-01-01T14:06:00Z", FindingKind.Absent)]
    internal void ClassifyLookUp_APageOfOthers_IsTheLastWhenNoReplayCanBeOnTheNext(string lastMade, FindingKind kind)
    {
        var operation = Operation(PspStep.Sale);
        var other = SquareResponses.Payment(operation, "COMPLETED", reference: "other", more: $",\"created_at\":\"{lastMade}\"");

        var finding = Adapter.ClassifyLookUp(operation, null, Responses.Of(200, $$"""{"payments":[{{other}}],"cursor":"next="}"""));

        finding.Kind.ShouldBe(kind);
        finding.Cursor.ShouldBe(kind == FindingKind.More ? "next=" : null);
    }

    [Fact]
    public void ClassifyLookUp_AnEmptyList_IsAbsentButForTheLag()
    {
        var finding = Adapter.ClassifyLookUp(Operation(PspStep.Sale), null, Responses.Of(200, "{}"));

        (finding.Kind, finding.IndexLag).ShouldBe((FindingKind.Absent, TimeSpan.FromMinutes(1)));
    }

    [Theory]
    [InlineData(PspStep.Sale, "payments")]
    [InlineData(PspStep.Refund, "refunds")]
    internal void ClassifyLookUp_OneOrTwoOfOneOperation_IsKnownOrADuplicate(PspStep step, string name)
    {
        var operation = Operation(step);
        var item = step == PspStep.Refund
            ? SquareResponses.Refund(operation, "COMPLETED")
            : SquareResponses.Payment(operation, "COMPLETED");

        Adapter.ClassifyLookUp(operation, null, Responses.Of(200, $$"""{"{{name}}":[{{item}}]}"""))
            .Outcome!.Kind.ShouldBe(OutcomeKind.Approved);
        Adapter.ClassifyLookUp(operation, null, Responses.Of(200, $$"""{"{{name}}":[{{item}},{{item}}]}"""))
            .Outcome!.Reason.ShouldBe(Reasons.DuplicateAtPsp);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    public void ClassifyRetrieve_AnError_SaysNothingAboutTheOperation(int status)
    {
        Adapter.ClassifyRetrieve(Operation(PspStep.Sale), Responses.Of(status, "{}")).Kind.ShouldBe(FindingKind.Unclear);
        Adapter.ClassifyLookUp(Operation(PspStep.Sale), null, Responses.Of(status, "{}")).Kind.ShouldBe(FindingKind.Unclear);
    }

    private static PspOperation Operation(PspStep step) => new()
    {
        Step = step,
        OperationId = "P/O/sale/1",
        PaymentId = "P",
        OrderId = "O",
        AmountMinor = 1999,
        CurrencyCode = "USD",
        Token = "cnon:card-nonce-ok",
        TargetReference = "sq_1",
        CreatedAt = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero),
    };
}
