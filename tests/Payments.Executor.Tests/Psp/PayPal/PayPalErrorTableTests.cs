using Payments.Executor.Psp;
using Payments.Executor.Psp.PayPal;
using Payments.Executor.Tests.Psp.Stripe;

namespace Payments.Executor.Tests.Psp.PayPal;

public sealed class PayPalErrorTableTests
{
    public static TheoryData<int> RowNumbers => [.. Enumerable.Range(0, PayPalErrorTable.Rows.Count)];

    /// <summary>Every row, by an answer of its own: none is hidden by one before it.</summary>
    [Theory]
    [MemberData(nameof(RowNumbers))]
    public void Classify_AnAnswerOfARow_IsWhatTheRowSays(int number)
    {
        var row = PayPalErrorTable.Rows[number];
        var step = row.Step ?? PspStep.Sale;
        var (status, issue) = (row.Status ?? 418, row.Issue ?? "UNHEARD_OF");

        PayPalErrorTable.Of(status, issue, step).ShouldBeSameAs(row);
        var answer = Classify(step, status, PayPalResponses.Error("ANY", issue));

        answer.Outcome.Kind.ShouldBe(row.Kind);
        answer.Outcome.Reason.ShouldBe(row.Reason ?? PayPalDeclines.Of(issue).Reason);
        answer.Outcome.PspCode.ShouldBe(issue);
        answer.Next.ShouldBe(row.Next);
        answer.IfAbsent?.Reason.ShouldBe(row.IfAbsent);
        (answer.Outcome.Decline is not null).ShouldBe(row.Kind == OutcomeKind.Declined);
        // PayPal's own sentences may repeat what was sent.
        answer.Outcome.Message.ShouldBe($"PayPal answered {status} ANY {issue}.");
    }

    /// <summary>What is read before it is believed is in doubt until then; what is repeated, unless PayPal says it did nothing, too.</summary>
    [Fact]
    public void Rows_ThatLeadToAReadOrARepetition_ClaimNothing() =>
        PayPalErrorTable.Rows.Where(r => r.Next != AfterTry.Stop).ShouldAllBe(
            r => r.Kind == OutcomeKind.InDoubt || (r.Kind == OutcomeKind.NotAttempted && (r.Status == 401 || r.Status == 429)));

    /// <summary>The documented answers, written down independently of the table.</summary>
    [Theory]
    [InlineData(422, "INSTRUMENT_DECLINED", PspStep.Sale, OutcomeKind.Declined, AfterTry.Stop)]
    [InlineData(422, "TRANSACTION_REFUSED", PspStep.Authorize, OutcomeKind.Declined, AfterTry.Stop)]
    [InlineData(422, "PAYER_CANNOT_PAY", PspStep.Sale, OutcomeKind.Declined, AfterTry.Stop)]
    [InlineData(422, "CARD_EXPIRED", PspStep.Sale, OutcomeKind.Declined, AfterTry.Stop)]
    [InlineData(422, "PAYMENT_SOURCE_DECLINED_BY_PROCESSOR", PspStep.Sale, OutcomeKind.Declined, AfterTry.Stop)]
    [InlineData(422, "TRANSACTION_LIMIT_EXCEEDED", PspStep.Sale, OutcomeKind.Declined, AfterTry.Stop)]
    [InlineData(422, "COMPLIANCE_VIOLATION", PspStep.Sale, OutcomeKind.Declined, AfterTry.Stop)]
    [InlineData(422, "PAYER_ACCOUNT_RESTRICTED", PspStep.Sale, OutcomeKind.Declined, AfterTry.Stop)]
    [InlineData(422, "PAYER_ACTION_REQUIRED", PspStep.Sale, OutcomeKind.Declined, AfterTry.Stop)]
    [InlineData(422, "ORDER_NOT_APPROVED", PspStep.Sale, OutcomeKind.Declined, AfterTry.Stop)]
    [InlineData(422, "ORDER_ALREADY_CAPTURED", PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(422, "ORDER_ALREADY_AUTHORIZED", PspStep.Authorize, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(422, "AUTHORIZATION_ALREADY_CAPTURED", PspStep.Capture, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(422, "AUTHORIZATION_VOIDED", PspStep.Capture, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(422, "PREVIOUSLY_CAPTURED", PspStep.Void, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(422, "PREVIOUSLY_VOIDED", PspStep.Void, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(422, "CAPTURE_FULLY_REFUNDED", PspStep.Refund, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(422, "REFUND_AMOUNT_EXCEEDED", PspStep.Refund, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(422, "ORDER_COMPLETION_IN_PROGRESS", PspStep.Sale, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(409, "PREVIOUS_REQUEST_IN_PROGRESS", PspStep.Refund, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(422, "DUPLICATE_INVOICE_ID", PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(422, "DUPLICATE_INVOICE_ID", PspStep.Capture, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(422, "DECIMAL_PRECISION", PspStep.Sale, OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(422, "CURRENCY_MISMATCH", PspStep.Refund, OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(422, "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK", PspStep.Refund, OutcomeKind.Declined, AfterTry.Stop)]
    [InlineData(400, "PAYPAL_REQUEST_ID_REQUIRED", PspStep.Sale, OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(401, null, PspStep.Sale, OutcomeKind.NotAttempted, AfterTry.RetrySameKey)]
    [InlineData(403, "PERMISSION_DENIED", PspStep.Sale, OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(404, "INVALID_RESOURCE_ID", PspStep.Capture, OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(404, "INVALID_RESOURCE_ID", PspStep.Void, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(429, null, PspStep.Sale, OutcomeKind.NotAttempted, AfterTry.RetrySameKey)]
    [InlineData(500, null, PspStep.Sale, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(503, "INSTRUMENT_DECLINED", PspStep.Sale, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(504, null, PspStep.Refund, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(408, null, PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Stop)]
    [InlineData(302, null, PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Stop)]
    internal void Classify_ADocumentedAnswer_IsAsDocumented(
        int status, string? issue, PspStep step, OutcomeKind kind, AfterTry next)
    {
        var answer = Classify(step, status, PayPalResponses.Error("ANY", issue));

        (answer.Outcome.Kind, answer.Next).ShouldBe((kind, next));
    }

    /// <summary>The buyer has to come back: not soft for another connection's sake, but because he never said no.</summary>
    [Theory]
    [InlineData("PAYER_ACTION_REQUIRED")]
    [InlineData("ORDER_NOT_APPROVED")]
    public void Classify_AnOrderThatWaitsForItsBuyer_IsDeclinedAsAuthenticationRequired(string issue) =>
        Classify(PspStep.Sale, 422, PayPalResponses.Error("ANY", issue)).Outcome.Reason
            .ShouldBe(DeclineReasons.AuthenticationRequired);

    /// <summary>Without an issue the name tells.</summary>
    [Fact]
    public void Classify_AnErrorWithoutAnIssue_GoesByItsName() =>
        Classify(PspStep.Sale, 422, """{"name":"INSTRUMENT_DECLINED"}""").Outcome.Kind.ShouldBe(OutcomeKind.Declined);

    [Theory]
    [InlineData(503, "<html>maintenance</html>")]
    [InlineData(200, "<html>captive portal</html>")]
    [InlineData(200, "{}")]
    [InlineData(200, "[]")]
    [InlineData(201, """{"id":"5O190127TN364715T","status":17}""")]
    [InlineData(200, "")]
    [InlineData(204, "")]
    [InlineData(302, "")]
    public void Classify_ABodyThatIsNotPayPals_IsInDoubt(int status, string body) =>
        Classify(PspStep.Sale, status, body).Outcome.Kind.ShouldBe(OutcomeKind.InDoubt);

    /// <summary>Without <c>Prefer</c> an answer has no amount to compare.</summary>
    [Theory]
    [InlineData(PspStep.Capture)]
    [InlineData(PspStep.Refund)]
    internal void Classify_AMinimalAnswer_IsInDoubtAndAskedForAgain(PspStep step)
    {
        var answer = Classify(step, 201, """{"id":"8MC585209K746392H","status":"COMPLETED","links":[]}""");

        (answer.Outcome.Kind, answer.Outcome.Reason, answer.Next).ShouldBe(
            (OutcomeKind.InDoubt, Reasons.UnreadableAnswer, AfterTry.RetrySameKey));
    }

    private static Answer Classify(PspStep step, int status, string body) => PayPalResponses.Adapter.Classify(
        PspHarness.Operation(step, "pm_card_visa", "0VF52814937998046"), Responses.Of(status, body));
}
