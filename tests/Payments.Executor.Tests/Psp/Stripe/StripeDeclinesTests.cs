using System.Reflection;
using Payments.Executor.Psp;
using Payments.Executor.Psp.Stripe;

namespace Payments.Executor.Tests.Psp.Stripe;

public sealed class StripeDeclinesTests
{
    public static TheoryData<string> Codes => [.. StripeDeclines.Rows.Keys];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Classify_EveryDeclineCode_IsADeclineWithANormalisedReason(string code)
    {
        var known = typeof(DeclineReasons).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (string)f.GetRawConstantValue()!)
            .ToHashSet();
        var answer = Decline($$"""{"error":{"type":"card_error","code":"card_declined","decline_code":"{{code}}"} }""");

        answer.Outcome.Kind.ShouldBe(OutcomeKind.Declined);
        answer.Outcome.Decline.ShouldBe(StripeDeclines.Rows[code].Decline);
        known.ShouldContain(answer.Outcome.Reason!);
        answer.Outcome.PspCode.ShouldBe(code);
        answer.Next.ShouldBe(AfterTry.Stop);
    }

    [Theory]
    [InlineData("insufficient_funds", DeclineKind.Soft, DeclineReasons.InsufficientFunds)]
    [InlineData("lost_card", DeclineKind.Hard, DeclineReasons.LostCard)]
    [InlineData("stolen_card", DeclineKind.Hard, DeclineReasons.StolenCard)]
    [InlineData("fraudulent", DeclineKind.Hard, DeclineReasons.FraudSuspected)]
    [InlineData("do_not_honor", DeclineKind.Soft, DeclineReasons.DoNotHonor)]
    [InlineData("authentication_required", DeclineKind.Soft, DeclineReasons.AuthenticationRequired)]
    [InlineData("a_code_of_tomorrow", DeclineKind.Soft, DeclineReasons.GenericDecline)]
    internal void Of_ACode_HasItsRow(string code, DeclineKind decline, string reason) =>
        StripeDeclines.Of(code).ShouldBe((decline, reason));

    [Fact]
    public void Classify_ACardErrorWithoutDeclineCode_GoesByItsCode()
    {
        var outcome = Decline("""{"error":{"type":"card_error","code":"expired_card"}}""").Outcome;

        outcome.Reason.ShouldBe(DeclineReasons.ExpiredCard);
        outcome.Decline.ShouldBe(DeclineKind.Hard);
        outcome.PspCode.ShouldBe("expired_card");
    }

    private static Answer Decline(string body) =>
        new StripeAdapter().Classify(PspHarness.Operation(PspStep.Sale, "pm_card_visa"), Responses.Of(402, body));
}
