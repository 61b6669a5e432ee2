using Payments.Executor.Psp;
using Payments.Executor.Psp.Adyen;
using Payments.Executor.Tests.Psp.Stripe;

namespace Payments.Executor.Tests.Psp.Adyen;

public sealed class AdyenErrorTableTests
{
    public static TheoryData<int> RowNumbers => [.. Enumerable.Range(0, AdyenErrorTable.Rows.Count)];

    /// <summary>Every row, by an answer of its own: none is hidden by one before it.</summary>
    [Theory]
    [MemberData(nameof(RowNumbers))]
    public void Classify_AnAnswerOfARow_IsWhatTheRowSays(int number)
    {
        var row = AdyenErrorTable.Rows[number];
        var (status, type, code) = (row.Status ?? 418, row.Type ?? "unheard_of", row.Code ?? "unheard_of");

        AdyenErrorTable.Of(status, type, code).ShouldBeSameAs(row);
        var answer = Classify(PspStep.Sale, status, type, code, isTransient: true);

        answer.Outcome.Kind.ShouldBe(row.Kind);
        answer.Outcome.Reason.ShouldBe(row.Reason);
        answer.Outcome.PspCode.ShouldBe(code);
        answer.Next.ShouldBe(row.Next);
        answer.Outcome.Message!.ShouldNotContain("M5N7");
    }

    /// <summary>The documented answers, written down independently of the table.</summary>
    [Theory]
    [InlineData(400, "validation", "702", OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(401, "security", "000", OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(403, "security", "901", OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(422, "validation", "14_030", OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(422, "internal", "000", OutcomeKind.InDoubt, AfterTry.Stop)]
    [InlineData(422, "validation", "704", OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(409, "validation", "704", OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(409, null, null, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(503, "internal", "703", OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(429, null, null, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(500, "configuration", "905", OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(502, null, null, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(503, null, null, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(504, null, null, OutcomeKind.InDoubt, AfterTry.RetrySameKey)]
    [InlineData(404, null, null, OutcomeKind.InDoubt, AfterTry.Stop)]
    [InlineData(302, null, null, OutcomeKind.InDoubt, AfterTry.Stop)]
    internal void Classify_ADocumentedAnswer_IsAsDocumented(
        int status, string? type, string? code, OutcomeKind kind, AfterTry nextWhereTransient)
    {
        foreach (var step in Enum.GetValues<PspStep>())
        {
            var transient = Classify(step, status, type, code, isTransient: true);
            (transient.Outcome.Kind, transient.Next).ShouldBe((kind, nextWhereTransient));
            var lasting = Classify(step, status, type, code, isTransient: false);
            (lasting.Outcome.Kind, lasting.Next).ShouldBe((kind, AfterTry.Stop));
            var silent = Classify(step, status, type, code, isTransient: null);
            (silent.Outcome.Kind, silent.Next).ShouldBe((kind, AfterTry.Stop));
        }
    }

    [Theory]
    [InlineData(503, "<html>maintenance</html>")]
    [InlineData(200, "<html>captive portal</html>")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"resultCode":"Authorised"}""")]
    [InlineData(200, """{"resultCode":"Pending"}""")]
    [InlineData(200, """{"resultCode":"Authorised","pspReference":"<script>"}""")]
    [InlineData(201, "")]
    public void Classify_ABodyThatIsNotAdyens_IsInDoubt(int status, string body)
    {
        foreach (var step in Enum.GetValues<PspStep>())
        {
            new AdyenAdapter("M").Classify(PspHarness.Operation(step, "M5N7", "PSP1"), Responses.Of(status, body))
                .Outcome.Kind.ShouldBe(OutcomeKind.InDoubt);
        }
    }

    private static Answer Classify(PspStep step, int status, string? type, string? code, bool? isTransient)
    {
        static string Json(string? text) => text is null ? "null" : $"\"{text}\"";
        var body = $$"""{"status":{{status}},"errorType":{{Json(type)}},"errorCode":{{Json(code)}},"message":"M5N7"}""";
        (string, string)[] headers = isTransient is { } value ? [("transient-error", value ? "true" : "false")] : [];
        return new AdyenAdapter("M").Classify(
            PspHarness.Operation(step, "M5N7", "PSP1"), Responses.Of(status, body, headers));
    }
}
