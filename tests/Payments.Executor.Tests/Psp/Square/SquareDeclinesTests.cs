using System.Reflection;
using Payments.Executor.Psp;
using Payments.Executor.Psp.Square;
using Payments.Executor.Tests.Psp.Stripe;

namespace Payments.Executor.Tests.Psp.Square;

public sealed class SquareDeclinesTests
{
    public static TheoryData<string> Codes => [.. SquareDeclines.Rows.Keys];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Classify_EveryCode_IsADeclineWithANormalisedReason(string code)
    {
        var known = typeof(DeclineReasons).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (string)f.GetRawConstantValue()!)
            .ToHashSet();
        var answer = SquareResponses.Adapter.Classify(
            PspHarness.Operation(PspStep.Sale, "cnon:card-nonce-ok"),
            Responses.Of(400, SquareResponses.Errors(("PAYMENT_METHOD_ERROR", code))));

        answer.Outcome.Kind.ShouldBe(OutcomeKind.Declined);
        answer.Outcome.Decline.ShouldBe(SquareDeclines.Rows[code].Decline);
        known.ShouldContain(answer.Outcome.Reason!);
        answer.Outcome.PspCode.ShouldBe(code);
        answer.Next.ShouldBe(AfterTry.Stop);
    }

    [Theory]
    [InlineData("GENERIC_DECLINE", DeclineKind.Soft, DeclineReasons.GenericDecline)]
    [InlineData("INSUFFICIENT_FUNDS", DeclineKind.Soft, DeclineReasons.InsufficientFunds)]
    [InlineData("CVV_FAILURE", DeclineKind.Hard, DeclineReasons.IncorrectCvc)]
    [InlineData("ADDRESS_VERIFICATION_FAILURE", DeclineKind.Hard, DeclineReasons.IncorrectPostcode)]
    [InlineData("INVALID_EXPIRATION", DeclineKind.Hard, DeclineReasons.IncorrectExpiry)]
    [InlineData("CARD_EXPIRED", DeclineKind.Hard, DeclineReasons.ExpiredCard)]
    [InlineData("PAN_FAILURE", DeclineKind.Hard, DeclineReasons.IncorrectNumber)]
    [InlineData("TRANSACTION_LIMIT", DeclineKind.Soft, DeclineReasons.LimitExceeded)]
    [InlineData("VOICE_FAILURE", DeclineKind.Soft, DeclineReasons.CallIssuer)]
    [InlineData("CARD_DECLINED_VERIFICATION_REQUIRED", DeclineKind.Soft, DeclineReasons.AuthenticationRequired)]
    [InlineData("A_CODE_OF_TOMORROW", DeclineKind.Soft, DeclineReasons.GenericDecline)]
    [InlineData(null, DeclineKind.Soft, DeclineReasons.GenericDecline)]
    internal void Of_ACode_HasItsRow(string? code, DeclineKind decline, string reason) =>
        SquareDeclines.Of(code).ShouldBe((decline, reason));
}
