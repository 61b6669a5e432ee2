using System.Reflection;
using Payments.Executor.Psp;
using Payments.Executor.Psp.Braintree;

namespace Payments.Executor.Tests.Psp.Braintree;

public sealed class BraintreeTablesTests
{
    private static readonly HashSet<string> KnownReasons =
    [
        .. typeof(DeclineReasons).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (string)f.GetRawConstantValue()!),
    ];

    public static TheoryData<int> RowNumbers => [.. Enumerable.Range(0, BraintreeErrorTable.Rows.Count)];

    public static TheoryData<string> Codes => [.. BraintreeDeclines.Codes.Keys.Where(c => c != "3000")];

    public static TheoryData<string> Rejections => [.. BraintreeDeclines.Rejections.Keys];

    /// <summary>Every row, by an answer of its own: none is hidden by one before it.</summary>
    [Theory]
    [MemberData(nameof(RowNumbers))]
    public void Classify_AnErrorOfARow_IsWhatTheRowSays(int number)
    {
        var row = BraintreeErrorTable.Rows[number];
        var step = row.Step ?? PspStep.Sale;
        var (status, errorClass, code) = (row.Status ?? 200, row.Class ?? "UNHEARD_OF", row.Code ?? "99999");

        BraintreeErrorTable.Of(status, new BraintreeError(errorClass, code), step).ShouldBeSameAs(row);
        var answer = BraintreeResponses.Adapter.Classify(
            BraintreeResponses.Operation(step), BraintreeResponses.Error(status, errorClass, code));

        (answer.Outcome.Kind, answer.Outcome.Reason, answer.Next).ShouldBe((row.Kind, row.Reason, row.Next));
        (answer.IfAbsent?.Reason, answer.IfAbsent?.Decline).ShouldBe(
            (row.IfAbsent, row.IfAbsent is null ? null : row.Decline));
        answer.Outcome.Message!.ShouldNotContain("nonce");
    }

    /// <summary>The documented errors, written down independently of the table.</summary>
    [Theory]
    [InlineData(200, "VALIDATION", "81503", PspStep.Sale, OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(200, "VALIDATION", null, PspStep.Sale, OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(200, "VALIDATION", "91564", PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(200, "VALIDATION", "91504", PspStep.Void, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(200, "VALIDATION", "91506", PspStep.Refund, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(200, "VALIDATION", "91507", PspStep.Capture, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(200, "VALIDATION", "91512", PspStep.Refund, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(200, "VALIDATION", "91521", PspStep.Refund, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(200, "VALIDATION", "91522", PspStep.Capture, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(200, "AUTHENTICATION", null, PspStep.Sale, OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(200, "AUTHORIZATION", null, PspStep.Sale, OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(200, "NOT_FOUND", null, PspStep.Capture, OutcomeKind.InvalidRequest, AfterTry.Stop)]
    [InlineData(200, "RESOURCE_LIMIT", null, PspStep.Sale, OutcomeKind.NotAttempted, AfterTry.RetrySameKey)]
    [InlineData(429, null, null, PspStep.Sale, OutcomeKind.NotAttempted, AfterTry.RetrySameKey)]
    [InlineData(200, "INTERNAL", null, PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(200, "SERVICE_AVAILABILITY", null, PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(200, "A_CLASS_OF_TOMORROW", null, PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(503, "VALIDATION", null, PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Read)]
    [InlineData(302, null, null, PspStep.Sale, OutcomeKind.InDoubt, AfterTry.Read)]
    internal void Classify_ADocumentedError_IsAsDocumented(
        int status, string? errorClass, string? code, PspStep step, OutcomeKind kind, AfterTry next)
    {
        var answer = BraintreeResponses.Adapter.Classify(
            BraintreeResponses.Operation(step), BraintreeResponses.Error(status, errorClass, code));

        (answer.Outcome.Kind, answer.Next).ShouldBe((kind, next));
    }

    [Fact]
    public void Of_SeveralErrors_TheLeastCertainSpeaks() =>
        BraintreeErrorTable.Of(
            200, [new("VALIDATION", null), new("RESOURCE_LIMIT", null), new("INTERNAL", null)], PspStep.Sale)
            .Row.Kind.ShouldBe(OutcomeKind.InDoubt);

    [Theory]
    [MemberData(nameof(Codes))]
    public void Classify_EveryProcessorCode_IsADeclineWithANormalisedReason(string code)
    {
        var outcome = Sale("PROCESSOR_DECLINED", BraintreeResponses.Declined(code)).Outcome;

        (outcome.Kind, outcome.Decline, outcome.Reason, outcome.PspCode).ShouldBe((
            OutcomeKind.Declined,
            BraintreeDeclines.Codes[code].Decline,
            BraintreeDeclines.Codes[code].Reason,
            code));
        KnownReasons.ShouldContain(outcome.Reason!);
    }

    [Theory]
    [MemberData(nameof(Rejections))]
    public void Classify_EveryGatewayRejection_IsADeclineWithANormalisedReason(string rejection)
    {
        var outcome = Sale("GATEWAY_REJECTED", BraintreeResponses.Rejected(rejection)).Outcome;

        (outcome.Kind, outcome.Decline, outcome.Reason, outcome.PspCode).ShouldBe((
            OutcomeKind.Declined,
            BraintreeDeclines.Rejections[rejection].Decline,
            BraintreeDeclines.Rejections[rejection].Reason,
            rejection));
        KnownReasons.ShouldContain(outcome.Reason!);
    }

    [Theory]
    [InlineData("2001", null, DeclineKind.Soft, DeclineReasons.InsufficientFunds)]
    [InlineData("2001", "HARD", DeclineKind.Hard, DeclineReasons.InsufficientFunds)]
    [InlineData("2004", "SOFT", DeclineKind.Soft, DeclineReasons.ExpiredCard)]
    [InlineData("2014", null, DeclineKind.Hard, DeclineReasons.FraudSuspected)]
    [InlineData("2999", null, DeclineKind.Soft, DeclineReasons.GenericDecline)]
    internal void Classify_ADecline_IsAsHardAsTheAnswerSays(string code, string? told, DeclineKind decline, string reason)
    {
        var outcome = Sale("PROCESSOR_DECLINED", BraintreeResponses.Declined(code, told)).Outcome;

        (outcome.Decline, outcome.Reason).ShouldBe((decline, reason));
    }

    [Theory]
    [InlineData(1999, "USD", "19.99")]
    [InlineData(5, "USD", "0.05")]
    [InlineData(1999, "JPY", "1999")]
    [InlineData(12345, "KWD", "12.345")]
    [InlineData(1_000_000_000_000, "USD", "10000000000.00")]
    public void ToWire_AnAmount_GoesThereAndBack(long minor, string currency, string wire)
    {
        BraintreeAmounts.ToWire(minor, currency).ShouldBe((wire, null));
        BraintreeAmounts.FromWire(wire, currency).ShouldBe(minor);
    }

    [Theory]
    [InlineData(0, "USD", Reasons.AmountNotRepresentable)]
    [InlineData(-1, "USD", Reasons.AmountNotRepresentable)]
    [InlineData(100, "CLF", Reasons.CurrencyNotSupported)]
    [InlineData(100, "usd", Reasons.CurrencyNotSupported)]
    [InlineData(100, "", Reasons.CurrencyNotSupported)]
    public void ToWire_AnythingElse_IsRefusedBeforeSending(long minor, string currency, string reason) =>
        BraintreeAmounts.ToWire(minor, currency).Refusal!.Refusal!.Reason.ShouldBe(reason);

    [Theory]
    [InlineData("10", "USD", 1000)]
    [InlineData("10.500", "USD", 1050)]
    [InlineData("10.001", "USD", null)]
    [InlineData("-1.00", "USD", null)]
    [InlineData("1,000.00", "USD", null)]
    [InlineData("1e3", "USD", null)]
    [InlineData(null, "USD", null)]
    [InlineData("1.00", null, null)]
    public void FromWire_AText_IsAnAmountOrNothing(string? wire, string? currency, int? minor) =>
        BraintreeAmounts.FromWire(wire, currency).ShouldBe(minor);

    private static Answer Sale(string status, System.Text.Json.Nodes.JsonObject happened) =>
        BraintreeResponses.Adapter.Classify(
            BraintreeResponses.Operation(PspStep.Sale),
            BraintreeResponses.Mutated(PspStep.Sale, BraintreeResponses.Transaction(status, history: happened)));
}
