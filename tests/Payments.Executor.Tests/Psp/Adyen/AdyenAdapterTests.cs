using System.Text;
using Payments.Executor.Psp;
using Payments.Executor.Psp.Adyen;

namespace Payments.Executor.Tests.Psp.Adyen;

public sealed class AdyenAdapterTests
{
    // SHA-256 of "P/O/sale/1" and of "P/O/authorize/1", from coreutils.
    private const string Reference = "5a514196e0a9f87613f7163d855183df27d388158fedcdfa96b3a436fdfba999";
    private const string TargetReference = "b90af85f5ee449220f79447bf05877c5dba9d6082e479abb9d98584bde9475ac";

    private static readonly AdyenAdapter Adapter = new("Merchant");

    [Theory]
    [InlineData(
        PspStep.Sale,
        "v72/payments",
        """
        {"merchantAccount":"Merchant","reference":"5a514196e0a9f87613f7163d855183df27d388158fedcdfa96b3a436fdfba999","amount":{"value":1999,"currency":"USD"},"paymentMethod":{"type":"scheme","storedPaymentMethodId":"M5N7"},"shopperReference":"shop/per","shopperInteraction":"ContAuth","recurringProcessingModel":"CardOnFile","returnUrl":"https://return.invalid/","captureDelayHours":0,"metadata":{"payment_id":"P 1","order_id":"O-1"}}
        """)]
    [InlineData(
        PspStep.Authorize,
        "v72/payments",
        """
        {"merchantAccount":"Merchant","reference":"5a514196e0a9f87613f7163d855183df27d388158fedcdfa96b3a436fdfba999","amount":{"value":1999,"currency":"USD"},"paymentMethod":{"type":"scheme","storedPaymentMethodId":"M5N7"},"shopperReference":"shop/per","shopperInteraction":"ContAuth","recurringProcessingModel":"CardOnFile","returnUrl":"https://return.invalid/","additionalData":{"manualCapture":"true"},"metadata":{"payment_id":"P 1","order_id":"O-1"}}
        """)]
    [InlineData(
        PspStep.Capture,
        "v72/payments/PSP1/captures",
        """
        {"merchantAccount":"Merchant","reference":"5a514196e0a9f87613f7163d855183df27d388158fedcdfa96b3a436fdfba999","amount":{"value":1999,"currency":"USD"}}
        """)]
    [InlineData(
        PspStep.Void,
        "v72/payments/PSP1/cancels",
        """
        {"merchantAccount":"Merchant","reference":"5a514196e0a9f87613f7163d855183df27d388158fedcdfa96b3a436fdfba999"}
        """)]
    [InlineData(
        PspStep.Refund,
        "v72/payments/PSP1/refunds",
        """
        {"merchantAccount":"Merchant","reference":"5a514196e0a9f87613f7163d855183df27d388158fedcdfa96b3a436fdfba999","amount":{"value":1999,"currency":"USD"}}
        """)]
    internal void Prepare_AStep_GivesTheseBytes(PspStep step, string path, string body)
    {
        var operation = Operation(step);

        var request = Adapter.Prepare(operation).Request.ShouldNotBeNull();

        request.Method.ShouldBe("POST");
        request.Path.ShouldBe(path);
        Encoding.UTF8.GetString(request.Body.Span).ShouldBe(body.Trim());
        request.ContentType.ShouldBe("application/json");
        request.Headers.ShouldBe([new("Idempotency-Key", "P/O/sale/1")]);
        Adapter.Prepare(operation).Request!.ToBytes().ShouldBe(request.ToBytes());
    }

    [Fact]
    public void Prepare_ATokenWithoutShopper_NamesNone()
    {
        var request = Adapter.Prepare(Operation(PspStep.Sale) with { Token = "M5N7" }).Request!;

        var body = Encoding.UTF8.GetString(request.Body.Span);
        body.ShouldContain("\"storedPaymentMethodId\":\"M5N7\"");
        body.ShouldNotContain("shopperReference");
    }

    [Fact]
    public void Prepare_ACustomerReference_IsTheShopperOfTheWholeToken()
    {
        var request = Adapter.Prepare(
            Operation(PspStep.Sale) with { Token = "M5/N7", CustomerReference = "shopper-7" }).Request!;

        var body = Encoding.UTF8.GetString(request.Body.Span);
        body.ShouldContain("\"storedPaymentMethodId\":\"M5/N7\"");
        body.ShouldContain("\"shopperReference\":\"shopper-7\"");
    }

    [Fact]
    public void Prepare_AVoidOfWhatHasNoPspReference_CancelsByOurs()
    {
        var operation = Operation(PspStep.Void) with { TargetReference = null, Undoes = "P/O/authorize/1" };

        var request = Adapter.Prepare(operation).Request.ShouldNotBeNull();

        request.Path.ShouldBe("v72/cancels");
        Encoding.UTF8.GetString(request.Body.Span).ShouldBe(
            $$"""{"merchantAccount":"Merchant","reference":"{{Reference}}","paymentReference":"{{TargetReference}}"}""");
    }

    /// <summary>Its key would be the payment's own, and a cancel that came too early must not be all there ever is.</summary>
    [Theory]
    [InlineData(null, "v72/cancels")]
    [InlineData("PSP1", "v72/payments/PSP1/cancels")]
    public void Prepare_AVoidInTheOperationsOwnName_HasNoKey(string? target, string path)
    {
        var operation = Operation(PspStep.Void) with { TargetReference = target, Undoes = "P/O/sale/1" };

        var request = Adapter.Prepare(operation).Request.ShouldNotBeNull();

        request.Path.ShouldBe(path);
        request.Headers.ShouldBeEmpty();
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

    [Fact]
    public void Prepare_ALongOperationId_HasAKeyThatAdyenTakes()
    {
        var operation = Operation(PspStep.Sale) with { OperationId = $"P/{new string('o', 64)}/sale/1" };

        Adapter.Prepare(operation).Request!.Headers.Single().Value.Length.ShouldBe(64);
    }

    [Theory]
    [InlineData("P/O/sale/1", Reference)]
    [InlineData("P/O/authorize/1", TargetReference)]
    public void ReferenceOf_AnOperation_IsShortAndWithoutHyphens(string operationId, string reference)
    {
        Adapter.ReferenceOf(operationId).ShouldBe(reference);
        Adapter.ReferenceOf(operationId).Length.ShouldBeLessThanOrEqualTo(80);
    }

    [Theory]
    [InlineData(PspStep.Sale)]
    [InlineData(PspStep.Refund)]
    internal void ReplayOf_AStep_EndsBeforeAdyenForgetsTheKey(PspStep step)
    {
        var rule = Adapter.ReplayOf(step);

        rule.IsSafe.ShouldBeTrue();
        rule.KeyLifetime.ShouldBe(TimeSpan.FromHours((7 * 24) - 1));
    }

    [Theory]
    [InlineData(PspStep.Sale)]
    [InlineData(PspStep.Authorize)]
    [InlineData(PspStep.Capture)]
    [InlineData(PspStep.Void)]
    [InlineData(PspStep.Refund)]
    internal void Prepare_ALook_IsImpossible(PspStep step)
    {
        Adapter.PrepareRetrieve(Operation(step), "PSP1").ShouldBeNull();
        Adapter.PrepareLookUp(Operation(step), null).ShouldBeNull();
    }

    [Fact]
    public void AdyenToken_Printed_SaysNothing() => AdyenToken.Of(Operation(PspStep.Sale)).ToString().ShouldBe("AdyenToken");

    private static PspOperation Operation(PspStep step) => new()
    {
        Step = step,
        OperationId = "P/O/sale/1",
        PaymentId = "P 1",
        OrderId = "O-1",
        AmountMinor = 1999,
        CurrencyCode = "USD",
        Token = "shop/per/M5N7",
        TargetReference = "PSP1",
        CreatedAt = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero),
    };
}
