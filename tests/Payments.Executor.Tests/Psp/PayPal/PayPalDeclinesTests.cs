using System.Reflection;
using Payments.Executor.Psp;
using Payments.Executor.Psp.PayPal;
using Payments.Executor.Tests.Psp.Stripe;
using static Payments.Executor.Tests.Psp.PayPal.PayPalResponses;

namespace Payments.Executor.Tests.Psp.PayPal;

public sealed class PayPalDeclinesTests
{
    private static readonly HashSet<string> Normalised =
    [
        .. typeof(DeclineReasons).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!),
    ];

    public static TheoryData<string> Issues => [.. PayPalDeclines.Issues.Keys];

    public static TheoryData<string> ResponseCodes => [.. PayPalDeclines.ResponseCodes.Keys];

    [Theory]
    [MemberData(nameof(Issues))]
    public void Classify_EveryIssue_IsADeclineWithANormalisedReason(string issue)
    {
        var answer = Adapter.Classify(
            PspHarness.Operation(PspStep.Sale, "pm_card_visa"), Responses.Of(422, Error("UNPROCESSABLE_ENTITY", issue)));

        ShouldBe(answer, issue, PayPalDeclines.Issues[issue]);
    }

    /// <summary>A decline may be a 201.</summary>
    [Theory]
    [MemberData(nameof(ResponseCodes))]
    public void Classify_EveryResponseCodeOfADeclinedCapture_IsADeclineWithANormalisedReason(string code)
    {
        var sale = PspHarness.Operation(PspStep.Sale, "pm_card_visa");
        var capture = Payment(sale, "DECLINED", more: $$""","processor_response":{"response_code":"{{code}}"}""");

        var answer = Adapter.Classify(sale, Responses.Of(201, Order(sale, "COMPLETED", Captures(capture))));

        ShouldBe(answer, code, PayPalDeclines.ResponseCodes[code]);
        answer.Outcome.PspReference.ShouldBe("8MC585209K746392H");
    }

    [Theory]
    [InlineData("INSTRUMENT_DECLINED", DeclineKind.Soft, DeclineReasons.GenericDecline)]
    [InlineData("CARD_EXPIRED", DeclineKind.Hard, DeclineReasons.ExpiredCard)]
    [InlineData("COMPLIANCE_VIOLATION", DeclineKind.Hard, DeclineReasons.TransactionNotPermitted)]
    [InlineData("TRANSACTION_LIMIT_EXCEEDED", DeclineKind.Soft, DeclineReasons.LimitExceeded)]
    [InlineData("PAYEE_ACCOUNT_RESTRICTED", DeclineKind.Soft, DeclineReasons.TransactionNotPermitted)]
    [InlineData("5120", DeclineKind.Soft, DeclineReasons.InsufficientFunds)]
    [InlineData("5400", DeclineKind.Hard, DeclineReasons.ExpiredCard)]
    [InlineData("9500", DeclineKind.Hard, DeclineReasons.FraudSuspected)]
    [InlineData("9520", DeclineKind.Hard, DeclineReasons.LostCard)]
    [InlineData("5110", DeclineKind.Hard, DeclineReasons.IncorrectCvc)]
    [InlineData("A_CODE_OF_TOMORROW", DeclineKind.Soft, DeclineReasons.GenericDecline)]
    [InlineData(null, DeclineKind.Soft, DeclineReasons.GenericDecline)]
    internal void Of_ACode_HasItsRow(string? code, DeclineKind decline, string reason) =>
        PayPalDeclines.Of(code).ShouldBe((decline, reason));

    [Fact]
    public void Tables_Both_HaveNoCodeInCommon() =>
        PayPalDeclines.Issues.Keys.Intersect(PayPalDeclines.ResponseCodes.Keys).ShouldBeEmpty();

    private static void ShouldBe(Answer answer, string code, (DeclineKind Decline, string Reason) row)
    {
        answer.Outcome.Kind.ShouldBe(OutcomeKind.Declined);
        (answer.Outcome.Decline, answer.Outcome.Reason).ShouldBe((row.Decline, row.Reason));
        Normalised.ShouldContain(row.Reason);
        answer.Outcome.PspCode.ShouldBe(code);
        answer.Next.ShouldBe(AfterTry.Stop);
    }
}
