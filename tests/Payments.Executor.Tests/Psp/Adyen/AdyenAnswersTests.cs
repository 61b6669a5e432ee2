using Payments.Executor.Psp;
using Payments.Executor.Psp.Adyen;
using Payments.Executor.Tests.Psp.Stripe;

namespace Payments.Executor.Tests.Psp.Adyen;

public sealed class AdyenAnswersTests
{
    private static readonly AdyenAdapter Adapter = new("Merchant");

    /// <summary>The documented result codes, written down independently of the table.</summary>
    public static TheoryData<string, string, string?> ResultCodes => new()
    {
        { "Authorised", nameof(OutcomeKind.Approved), null },
        { "Refused", nameof(OutcomeKind.Declined), DeclineReasons.InsufficientFunds },
        { "Cancelled", nameof(OutcomeKind.Declined), Reasons.AuthorizationCanceled },
        { "Error", nameof(OutcomeKind.InDoubt), Reasons.PspError },
        { "Pending", nameof(OutcomeKind.Pending), Reasons.Processing },
        { "Received", nameof(OutcomeKind.Pending), Reasons.Processing },
        { "RedirectShopper", nameof(OutcomeKind.ActionRequired), Reasons.ShopperAction },
        { "IdentifyShopper", nameof(OutcomeKind.ActionRequired), Reasons.ShopperAction },
        { "ChallengeShopper", nameof(OutcomeKind.ActionRequired), Reasons.ShopperAction },
        { "PresentToShopper", nameof(OutcomeKind.ActionRequired), Reasons.ShopperAction },
        { "PartiallyAuthorised", nameof(OutcomeKind.InDoubt), Reasons.IntegrityMismatch },
    };

    [Theory]
    [MemberData(nameof(ResultCodes))]
    [InlineData("AuthenticationFinished", nameof(OutcomeKind.InDoubt), Reasons.UnexpectedState)]
    [InlineData("Success", nameof(OutcomeKind.InDoubt), Reasons.UnexpectedState)]
    [InlineData("ACodeOfTomorrow", nameof(OutcomeKind.InDoubt), Reasons.UnexpectedState)]
    public void Classify_AResultCode_TellsAboutThePayment(string resultCode, string kind, string? reason)
    {
        foreach (var step in new[] { PspStep.Sale, PspStep.Authorize })
        {
            var operation = PspHarness.Operation(step, "M5N7");

            var answer = Adapter.Classify(operation, Payment(operation, resultCode, refusalCode: "12"));

            answer.Outcome.Kind.ToString().ShouldBe(kind);
            answer.Outcome.Reason.ShouldBe(reason);
            answer.Outcome.PspReference.ShouldBe("PSP1");
            answer.Outcome.PspStatus.ShouldBe(resultCode);
            answer.Next.ShouldBe(AfterTry.Stop);
            (answer.Outcome.Decline is not null).ShouldBe(answer.Outcome.Kind == OutcomeKind.Declined);
        }
    }

    [Fact]
    public void AdyenResults_All_AreTestedHere() =>
        AdyenResults.Rows.Keys.Order().ShouldBe(ResultCodes.Select(r => (string)r[0]).Order());

    [Fact]
    public void Classify_AnAuthorisedPayment_HasTheAmountInIsoMinorUnits()
    {
        var operation = PspHarness.Operation(PspStep.Sale, "M5N7", amount: 5000) with { CurrencyCode = "ISK" };

        var outcome = Adapter.Classify(operation, Payment(operation, "Authorised", value: 500000, currency: "ISK")).Outcome;

        outcome.Kind.ShouldBe(OutcomeKind.Approved);
        (outcome.AmountMinor, outcome.CurrencyCode).ShouldBe((5000, "ISK"));
    }

    [Fact]
    public void Classify_AnAuthorisedPaymentWithoutAnEcho_IsApproved() =>
        Adapter.Classify(
            PspHarness.Operation(PspStep.Sale, "M5N7"),
            Responses.Of(200, """{"pspReference":"PSP1","resultCode":"Authorised"}"""))
            .Outcome.Kind.ShouldBe(OutcomeKind.Approved);

    /// <summary>Adyen gives no reference of a payment that waits for the shopper before it is made.</summary>
    [Theory]
    [InlineData("RedirectShopper")]
    [InlineData("IdentifyShopper")]
    [InlineData("ChallengeShopper")]
    [InlineData("PresentToShopper")]
    public void Classify_AnActionWithoutAReference_IsADeclineThatNeedsNoVoid(string resultCode)
    {
        var outcome = Adapter.Classify(
            PspHarness.Operation(PspStep.Sale, "M5N7"),
            Responses.Of(200, $$"""{"resultCode":"{{resultCode}}"}""")).Outcome;

        (outcome.Kind, outcome.Decline, outcome.Reason).ShouldBe(
            (OutcomeKind.Declined, DeclineKind.Soft, DeclineReasons.AuthenticationRequired));
    }

    [Theory]
    [InlineData("Authorised", 2000, "USD", null, "")]
    [InlineData("Authorised", 1999, "EUR", null, "")]
    [InlineData("Authorised", 1999, "USD", "other", "")]
    [InlineData("Authorised", 1999, "USD", null, ",\"additionalData\":{\"authorisedAmountValue\":\"1998\"}")]
    [InlineData("Authorised", 1999, "USD", null, ",\"additionalData\":{\"authorisedAmountCurrency\":\"EUR\"}")]
    [InlineData("Pending", 2000, "USD", null, "")]
    [InlineData("Error", 1999, "USD", "other", "")]
    [InlineData("Refused", 1999, "USD", "other", "")]
    [InlineData("IdentifyShopper", 1, "USD", null, "")]
    [InlineData("PartiallyAuthorised", 1999, "USD", null, "")]
    public void Classify_AnEchoOfSomethingElse_IsAMismatch(
        string resultCode, long value, string currency, string? reference, string more)
    {
        var operation = PspHarness.Operation(PspStep.Sale, "M5N7");

        var answer = Adapter.Classify(
            operation, Payment(operation, resultCode, "2", value, currency, reference, more));

        (answer.Outcome.Kind, answer.Outcome.Reason).ShouldBe((OutcomeKind.InDoubt, Reasons.IntegrityMismatch));
        answer.Outcome.PspReference.ShouldBe("PSP1");
        answer.Next.ShouldBe(AfterTry.Stop);
    }

    [Theory]
    [InlineData(PspStep.Capture)]
    [InlineData(PspStep.Void)]
    [InlineData(PspStep.Refund)]
    internal void Classify_AModificationTakenIn_IsPendingWithItsOwnReference(PspStep step)
    {
        var operation = PspHarness.Operation(step, target: "PSP1");

        var answer = Adapter.Classify(operation, Modification(operation));

        (answer.Outcome.Kind, answer.Outcome.Reason).ShouldBe((OutcomeKind.Pending, Reasons.Processing));
        answer.Outcome.PspReference.ShouldBe("PSP2");
        answer.Next.ShouldBe(AfterTry.Stop);
    }

    [Fact]
    public void Classify_ACancelByOurReferenceTakenIn_IsPending()
    {
        var operation = PspHarness.Operation(PspStep.Void) with { Undoes = "op-0" };
        var reference = Adapter.ReferenceOf(operation.OperationId);
        var body = $$"""{"pspReference":"PSP2","reference":"{{reference}}","paymentReference":"x","status":"received"}""";

        Adapter.Classify(operation, Responses.Of(201, body)).Outcome.Kind.ShouldBe(OutcomeKind.Pending);
    }

    [Theory]
    [InlineData("PSP9", null, 1999, "USD")]
    [InlineData("PSP1", "other", 1999, "USD")]
    [InlineData("PSP1", null, 2000, "USD")]
    [InlineData("PSP1", null, 1999, "EUR")]
    public void Classify_AModificationOfSomethingElse_IsAMismatch(
        string payment, string? reference, long value, string currency)
    {
        var operation = PspHarness.Operation(PspStep.Capture, target: "PSP1");

        Adapter.Classify(operation, Modification(operation, "received", payment, reference, value, currency))
            .Outcome.Reason.ShouldBe(Reasons.IntegrityMismatch);
    }

    [Fact]
    public void Classify_AModificationWithAnotherWord_IsInDoubt()
    {
        var operation = PspHarness.Operation(PspStep.Refund, target: "PSP1");

        var outcome = Adapter.Classify(operation, Modification(operation, "pondered")).Outcome;

        (outcome.Kind, outcome.Reason, outcome.PspStatus).ShouldBe(
            (OutcomeKind.InDoubt, Reasons.UnexpectedState, "pondered"));
    }

    private static PspResponse Payment(
        PspOperation operation,
        string resultCode,
        string? refusalCode = null,
        long? value = null,
        string currency = "USD",
        string? reference = null,
        string more = "") =>
        Responses.Of(
            200,
            $$"""
            {"pspReference":"PSP1","resultCode":"{{resultCode}}","refusalReasonCode":"{{refusalCode}}",
             "amount":{"value":{{value ?? operation.AmountMinor}},"currency":"{{currency}}"},
             "merchantReference":"{{reference ?? Adapter.ReferenceOf(operation.OperationId)}}"{{more}} }
            """);

    private static PspResponse Modification(
        PspOperation operation,
        string status = "received",
        string payment = "PSP1",
        string? reference = null,
        long value = 1999,
        string currency = "USD") =>
        Responses.Of(
            201,
            $$"""
            {"pspReference":"PSP2","paymentPspReference":"{{payment}}","status":"{{status}}",
             "amount":{"value":{{value}},"currency":"{{currency}}"},
             "reference":"{{reference ?? Adapter.ReferenceOf(operation.OperationId)}}"}
            """);
}
