using Payments.Executor.Psp;
using Payments.Executor.Psp.Stripe;

namespace Payments.Executor.Tests.Psp.Stripe;

public sealed class StripeErrorTableTests
{
    public static TheoryData<int> RowNumbers => [.. Enumerable.Range(0, StripeErrorTable.Rows.Count)];

    /// <summary>Every row, by an answer of its own: none is hidden by one before it.</summary>
    [Theory]
    [MemberData(nameof(RowNumbers))]
    public void Classify_AnAnswerOfARow_IsWhatTheRowSays(int number)
    {
        var row = StripeErrorTable.Rows[number];
        var step = row.Step ?? PspStep.Sale;
        var (status, type, code) = (row.Status ?? 418, row.Type ?? "unheard_of", row.Code ?? "unheard_of");

        StripeErrorTable.Of(status, type, code, step).ShouldBeSameAs(row);
        var answer = Classify(
            step, status, $$"""{"error":{"type":"{{type}}","code":"{{code}}","message":"pm_card_visa"} }""");

        answer.Outcome.Kind.ShouldBe(row.Kind);
        answer.Outcome.Reason.ShouldBe(row.Reason ?? StripeDeclines.Of(code).Reason);
        answer.Next.ShouldBe(row.Next);
        answer.IfAbsent?.Reason.ShouldBe(row.IfAbsent);
        (answer.Outcome.Decline is not null).ShouldBe(row.Kind == OutcomeKind.Declined);
        answer.Outcome.Message!.ShouldNotContain("pm_");
    }

    /// <summary>The documented answers, written down independently of the table.</summary>
    [Theory]
    [InlineData(402, "card_error", "card_declined", PspStep.Sale, OutcomeKind.Declined, AfterTry.Stop)]
    [InlineData(402, "card_error", "card_declined", PspStep.Capture, OutcomeKind.Declined, AfterTry.Stop)]
    [InlineData(402, "invalid_request_error", "odd", PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Stop)]
    [InlineData(400, "invalid_request_error", "parameter_missing", PspStep.Sale, OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(400, "invalid_request_error", "payment_intent_unexpected_state", PspStep.Capture, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(400, "invalid_request_error", "payment_intent_unexpected_state", PspStep.Void, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(400, "invalid_request_error", "charge_already_refunded", PspStep.Refund, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(400, "invalid_request_error", "charge_already_captured", PspStep.Capture, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(400, "invalid_request_error", "charge_expired_for_capture", PspStep.Capture, OutcomeKind.Declined, AfterTry.Stop)]
    [InlineData(400, "idempotency_error", null, PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Stop)]
    [InlineData(409, "idempotency_error", null, PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Stop)]
    [InlineData(409, "idempotency_error", "idempotency_key_in_use", PspStep.Sale, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(409, "invalid_request_error", "idempotency_key_in_use", PspStep.Sale, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(409, null, null, PspStep.Sale, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(401, "invalid_request_error", null, PspStep.Sale, OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(403, null, null, PspStep.Sale, OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(404, "invalid_request_error", "resource_missing", PspStep.Capture, OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(429, "invalid_request_error", "rate_limit", PspStep.Sale, OutcomeKind.NotAttempted, AfterTry.RetrySameKey)]
    [InlineData(424, null, null, PspStep.Sale, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(500, "api_error", null, PspStep.Sale, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(502, null, null, PspStep.Sale, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(503, null, null, PspStep.Sale, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(504, null, null, PspStep.Sale, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(302, null, null, PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Stop)]
    [InlineData(418, null, null, PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Stop)]
    internal void Classify_ADocumentedAnswer_IsAsDocumented(
        int status, string? type, string? code, PspStep step, OutcomeKind kind, AfterTry next) => Check(
            status, type, code, step, kind, next);

    [Fact]
    public void Classify_AReplayedServerError_IsNotTriedAgain()
    {
        var answer = Classify(PspStep.Sale, 500, "{}", ("Idempotent-Replayed", "true"));

        answer.Outcome.Reason.ShouldBe(Reasons.SavedError);
        answer.Next.ShouldBe(AfterTry.Stop);
    }

    [Fact]
    public void Classify_StripeSaysNotToRetry_IsNotTriedAgain() =>
        Classify(PspStep.Sale, 500, "{}", ("Stripe-Should-Retry", "false")).Next.ShouldBe(AfterTry.Stop);

    [Fact]
    public void Classify_StripeSaysToRetryADecline_IsNotTriedAgain() =>
        Classify(PspStep.Sale, 402, """{"error":{"type":"card_error","code":"card_declined"}}""", (
            "Stripe-Should-Retry", "true"))
            .Next.ShouldBe(AfterTry.Stop);

    [Theory]
    [InlineData(503, "<html>maintenance</html>")]
    [InlineData(200, "<html>captive portal</html>")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"object":"payment_intent","id":"pi_1"}""")]
    [InlineData(200, "")]
    [InlineData(204, "")]
    public void Classify_ABodyThatIsNotStripes_IsInDoubt(int status, string body) =>
        Classify(PspStep.Sale, status, body).Outcome.Kind.ShouldBe(OutcomeKind.InDoubt);

    private static void Check(int status, string? type, string? code, PspStep step, OutcomeKind kind, AfterTry next)
    {
        static string Json(string? text) => text is null ? "null" : $"\"{text}\"";
        var answer = Classify(step, status, $$"""{"error":{"type":{{Json(type)}},"code":{{Json(code)}} } }""");

        answer.Outcome.Kind.ShouldBe(kind);
        answer.Next.ShouldBe(next);
    }

    private static Answer Classify(
        PspStep step, int status, string body, params (string Name, string Value)[] headers) =>
        new StripeAdapter().Classify(
            PspHarness.Operation(step, "pm_card_visa", "pi_1"), Responses.Of(status, body, headers));
}
