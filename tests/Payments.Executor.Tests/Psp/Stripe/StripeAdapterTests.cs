using System.Text;
using Payments.Executor.Psp;
using Payments.Executor.Psp.Stripe;

namespace Payments.Executor.Tests.Psp.Stripe;

public sealed class StripeAdapterTests
{
    private const string Ids = "metadata[payment_id]=P%201&metadata[order_id]=O%261&metadata[operation_id]=P%2FO%2Fsale%2F1";

    private static readonly StripeAdapter Adapter = new();

    [Theory]
    [InlineData(
        PspStep.Sale,
        "v1/payment_intents",
        "amount=1999&currency=usd&capture_method=automatic&confirm=true&payment_method=pm_card_visa"
            + "&automatic_payment_methods[enabled]=true&automatic_payment_methods[allow_redirects]=never&" + Ids
            + "&expand[]=latest_charge")]
    [InlineData(
        PspStep.Authorize,
        "v1/payment_intents",
        "amount=1999&currency=usd&capture_method=manual&confirm=true&payment_method=pm_card_visa"
            + "&automatic_payment_methods[enabled]=true&automatic_payment_methods[allow_redirects]=never&" + Ids
            + "&expand[]=latest_charge")]
    [InlineData(PspStep.Capture, "v1/payment_intents/pi_1/capture", "amount_to_capture=1999")]
    [InlineData(PspStep.Void, "v1/payment_intents/pi_1/cancel", "cancellation_reason=abandoned")]
    [InlineData(PspStep.Refund, "v1/refunds", "payment_intent=pi_1&amount=1999&" + Ids)]
    internal void Prepare_AStep_GivesTheseBytes(PspStep step, string path, string body)
    {
        var operation = Operation(step);

        var request = Adapter.Prepare(operation).Request.ShouldNotBeNull();

        request.Method.ShouldBe("POST");
        request.Path.ShouldBe(path);
        Encoding.UTF8.GetString(request.Body.Span).ShouldBe(body);
        request.ContentType.ShouldBe("application/x-www-form-urlencoded");
        request.Headers.ShouldBe([new("Stripe-Version", "2023-08-16"), new("Idempotency-Key", "P/O/sale/1")]);
        Adapter.Prepare(operation).Request!.ToBytes().ShouldBe(request.ToBytes());
        Encoding.UTF8.GetString(request.Body.Span).ShouldNotContain("payment_method_types");
    }

    [Theory]
    [InlineData(PspStep.Sale)]
    [InlineData(PspStep.Authorize)]
    internal void Prepare_ACustomerReference_NamesTheCustomerOfThePaymentMethod(PspStep step) =>
        Encoding.UTF8.GetString(Adapter.Prepare(Operation(step) with { CustomerReference = "cus_7" }).Request!.Body.Span)
            .ShouldContain("&customer=cus_7&");

    [Theory]
    [InlineData(PspStep.Sale)]
    [InlineData(PspStep.Authorize)]
    [InlineData(PspStep.Capture)]
    [InlineData(PspStep.Void)]
    [InlineData(PspStep.Refund)]
    internal void Prepare_WithoutTokenOrTarget_IsRefused(PspStep step) =>
        Adapter.Prepare(Operation(step) with { Token = null, TargetReference = null })
            .Refusal.ShouldNotBeNull().Reason.ShouldBe(Reasons.MissingField);

    [Fact]
    public void Prepare_AnAmountStripeCannotTake_IsRefused() =>
        Adapter.Prepare(Operation(PspStep.Sale) with { CurrencyCode = "KWD" }).Refusal.ShouldNotBeNull().Reason
            .ShouldBe(Reasons.AmountNotRepresentable);

    [Theory]
    [InlineData(PspStep.Sale, "pi_9", "v1/payment_intents/pi_9?expand%5B%5D=latest_charge")]
    [InlineData(PspStep.Authorize, "pi_9", "v1/payment_intents/pi_9?expand%5B%5D=latest_charge")]
    [InlineData(PspStep.Capture, null, "v1/payment_intents/pi_1?expand%5B%5D=latest_charge")]
    [InlineData(PspStep.Void, null, "v1/payment_intents/pi_1?expand%5B%5D=latest_charge")]
    [InlineData(PspStep.Refund, "re_9", "v1/refunds/re_9")]
    [InlineData(PspStep.Sale, null, null)]
    [InlineData(PspStep.Refund, null, null)]
    internal void PrepareRetrieve_AStep_AsksWhatCanTell(PspStep step, string? reference, string? path) =>
        Adapter.PrepareRetrieve(Operation(step), reference)?.Path.ShouldBe(path);

    [Fact]
    public void LookUp_OfABusyAccount_TurnsToSearchAfterFivePages()
    {
        var operation = Operation(PspStep.Sale);
        List<string> paths = [];
        string? cursor = null;
        Finding finding;
        do
        {
            paths.Add(Adapter.PrepareLookUp(operation, cursor)!.Path);
            var page = cursor == "search" ? """{"data":[]}""" : """{"data":[{"id":"pi_9","metadata":{}}],"has_more":true}""";
            finding = Adapter.ClassifyLookUp(operation, cursor, Responses.Of(200, page));
            cursor = finding.Cursor;
        }
        while (finding.Kind == FindingKind.More);

        paths.Count.ShouldBe(6);
        paths[0].ShouldBe("v1/payment_intents?limit=100&created%5Bgte%5D=1767268500");
        paths[1].ShouldBe("v1/payment_intents?limit=100&created%5Bgte%5D=1767268500&starting_after=pi_9");
        Uri.UnescapeDataString(paths[5]).ShouldBe(
            "v1/payment_intents/search?limit=10&query=metadata['operation_id']:'P/O/sale/1'");
        finding.Kind.ShouldBe(FindingKind.Absent);
        finding.IndexLag.ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact]
    public void LookUp_OfAShortList_IsAbsentWithoutLag()
    {
        var finding = Adapter.ClassifyLookUp(
            Operation(PspStep.Sale), null, Responses.Of(200, """{"data":[],"has_more":false}"""));

        finding.Kind.ShouldBe(FindingKind.Absent);
        finding.IndexLag.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void LookUp_TwoIntentsOfOneOperation_IsADuplicateThatSomebodyMustSee()
    {
        var operation = Operation(PspStep.Sale);
        var intent = Responses.Intent(operation, "succeeded", received: 1999);

        var finding = Adapter.ClassifyLookUp(
            operation, null, Responses.Of(200, $$"""{"data":[{{intent}},{{intent}}]}"""));

        finding.Kind.ShouldBe(FindingKind.Known);
        finding.Outcome!.Reason.ShouldBe(Reasons.DuplicateAtPsp);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    public void ClassifyRetrieve_AnError_SaysNothingAboutTheOperation(int status)
    {
        Adapter.ClassifyRetrieve(Operation(PspStep.Sale), Responses.Of(status, "{}")).Kind.ShouldBe(
            FindingKind.Unclear);
        Adapter.ClassifyLookUp(Operation(PspStep.Sale), null, Responses.Of(status, "{}")).Kind.ShouldBe(
            FindingKind.Unclear);
    }

    private static PspOperation Operation(PspStep step) => new()
    {
        Step = step,
        OperationId = "P/O/sale/1",
        PaymentId = "P 1",
        OrderId = "O&1",
        AmountMinor = 1999,
        CurrencyCode = "USD",
        Token = "pm_card_visa",
        TargetReference = "pi_1",
        CreatedAt = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero),
    };
}
