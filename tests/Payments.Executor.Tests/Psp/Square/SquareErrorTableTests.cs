using Payments.Executor.Psp;
using Payments.Executor.Psp.Square;
using Payments.Executor.Tests.Psp.Stripe;

namespace Payments.Executor.Tests.Psp.Square;

public sealed class SquareErrorTableTests
{
    public static TheoryData<int> RowNumbers => [.. Enumerable.Range(0, SquareErrorTable.Rows.Count)];

    /// <summary>Every row, by an answer of its own: none is hidden by one before it.</summary>
    [Theory]
    [MemberData(nameof(RowNumbers))]
    public void Classify_AnAnswerOfARow_IsWhatTheRowSays(int number)
    {
        var row = SquareErrorTable.Rows[number];
        var step = row.Step ?? PspStep.Sale;
        var (status, category, code) = (row.Status ?? 418, row.Category ?? "UNHEARD_OF", row.Code ?? "UNHEARD_OF");

        SquareErrorTable.Of(status, [new(category, code)], step).ShouldBe((row, code));
        var answer = Classify(step, status, SquareResponses.Errors((category, code)));

        answer.Outcome.Kind.ShouldBe(row.Kind);
        answer.Outcome.Reason.ShouldBe(row.Reason ?? SquareDeclines.Of(code).Reason);
        answer.Outcome.PspCode.ShouldBe(code);
        answer.Next.ShouldBe(row.Next);
        answer.IfAbsent?.Reason.ShouldBe(row.IfAbsent);
        (answer.Outcome.Decline is not null).ShouldBe(row.Kind == OutcomeKind.Declined);
        answer.Outcome.Message!.ShouldNotContain("cnon");
    }

    /// <summary>The documented answers, written down independently of the table.</summary>
    [Theory]
    [InlineData(400, "PAYMENT_METHOD_ERROR", "GENERIC_DECLINE", PspStep.Sale, OutcomeKind.Declined, AfterTry.Stop)]
    [InlineData(402, "PAYMENT_METHOD_ERROR", "INSUFFICIENT_FUNDS", PspStep.Authorize, OutcomeKind.Declined, AfterTry.Stop)]
    [InlineData(500, "PAYMENT_METHOD_ERROR", "GENERIC_DECLINE", PspStep.Sale, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(400, "INVALID_REQUEST_ERROR", "VALUE_TOO_LONG", PspStep.Sale, OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(400, "INVALID_REQUEST_ERROR", "VALUE_TOO_LOW", PspStep.Refund, OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(400, "INVALID_REQUEST_ERROR", "CARD_TOKEN_USED", PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(400, "PAYMENT_METHOD_ERROR", "CARD_TOKEN_USED", PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(400, "INVALID_REQUEST_ERROR", "SOURCE_USED", PspStep.Authorize, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(400, "INVALID_REQUEST_ERROR", "CARD_TOKEN_EXPIRED", PspStep.Sale, OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(400, "INVALID_REQUEST_ERROR", "IDEMPOTENCY_KEY_REUSED", PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Stop)]
    [InlineData(400, "INVALID_REQUEST_ERROR", "BAD_REQUEST", PspStep.Capture, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(400, "INVALID_REQUEST_ERROR", "BAD_REQUEST", PspStep.Void, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(400, "INVALID_REQUEST_ERROR", "VERSION_MISMATCH", PspStep.Capture, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(400, "PAYMENT_METHOD_ERROR", "DELAYED_TRANSACTION_EXPIRED", PspStep.Capture, OutcomeKind.Declined, AfterTry.Stop)]
    [InlineData(400, "PAYMENT_METHOD_ERROR", "DELAYED_TRANSACTION_CAPTURED", PspStep.Capture, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(400, "PAYMENT_METHOD_ERROR", "DELAYED_TRANSACTION_CANCELED", PspStep.Void, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(400, "REFUND_ERROR", "REFUND_ALREADY_PENDING", PspStep.Refund, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(400, "INVALID_REQUEST_ERROR", "REFUND_AMOUNT_INVALID", PspStep.Refund, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(400, "REFUND_ERROR", "PAYMENT_NOT_REFUNDABLE", PspStep.Refund, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(400, "REFUND_ERROR", "REFUND_DECLINED", PspStep.Refund, OutcomeKind.Declined, AfterTry.Stop)]
    [InlineData(400, "REFUND_ERROR", "A_CODE_OF_TOMORROW", PspStep.Refund, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(401, "AUTHENTICATION_ERROR", "ACCESS_TOKEN_EXPIRED", PspStep.Sale, OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(403, "AUTHENTICATION_ERROR", "FORBIDDEN", PspStep.Sale, OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(404, "INVALID_REQUEST_ERROR", "NOT_FOUND", PspStep.Capture, OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(409, "INVALID_REQUEST_ERROR", "CONFLICT", PspStep.Sale, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(429, "RATE_LIMIT_ERROR", "RATE_LIMITED", PspStep.Sale, OutcomeKind.NotAttempted, AfterTry.RetrySameKey)]
    [InlineData(400, "API_ERROR", "TEMPORARY_ERROR", PspStep.Sale, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(504, "API_ERROR", "GATEWAY_TIMEOUT", PspStep.Sale, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(408, "INVALID_REQUEST_ERROR", "REQUEST_TIMEOUT", PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Stop)]
    [InlineData(400, null, null, PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Stop)]
    [InlineData(302, null, null, PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Stop)]
    internal void Classify_ADocumentedAnswer_IsAsDocumented(
        int status, string? category, string? code, PspStep step, OutcomeKind kind, AfterTry next)
    {
        var answer = Classify(step, status, SquareResponses.Errors((category, code)));

        answer.Outcome.Kind.ShouldBe(kind);
        answer.Next.ShouldBe(next);
    }

    [Fact]
    public void Classify_SeveralErrorsOneOfThemDoubtful_IsInDoubt() =>
        Classify(PspStep.Sale, 400, SquareResponses.Errors(
            ("PAYMENT_METHOD_ERROR", "CVV_FAILURE"), ("API_ERROR", "INTERNAL_SERVER_ERROR")))
            .Outcome.Kind.ShouldBe(OutcomeKind.InDoubt);

    [Fact]
    public void Classify_SeveralDeclines_GoesByTheFirst() =>
        Classify(PspStep.Sale, 400, SquareResponses.Errors(
            ("PAYMENT_METHOD_ERROR", "CVV_FAILURE"), ("PAYMENT_METHOD_ERROR", "GENERIC_DECLINE")))
            .Outcome.Reason.ShouldBe(DeclineReasons.IncorrectCvc);

    [Theory]
    [InlineData(503, "<html>maintenance</html>")]
    [InlineData(200, "<html>captive portal</html>")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"payment":{"id":"sq_1"}}""")]
    [InlineData(200, "")]
    [InlineData(204, "")]
    [InlineData(400, "")]
    public void Classify_ABodyThatIsNotSquares_IsInDoubt(int status, string body) =>
        Classify(PspStep.Sale, status, body).Outcome.Kind.ShouldBe(OutcomeKind.InDoubt);

    private static Answer Classify(PspStep step, int status, string body) => SquareResponses.Adapter.Classify(
        PspHarness.Operation(step, "cnon:card-nonce-ok", "sq_1"), Responses.Of(status, body));
}
