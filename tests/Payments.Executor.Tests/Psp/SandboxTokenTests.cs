using Payments.Executor.Psp;
using Payments.Sandbox;

namespace Payments.Executor.Tests.Psp;

/// <summary>Every payment method of the sandbox, over real HTTP, through adapter and pipeline.</summary>
public sealed class SandboxTokenTests(PspHarnessFixture fixture) : IClassFixture<PspHarnessFixture>
{
    private readonly PspHarness _psp = fixture.Harness;

    /// <summary>
    /// A sale: the outcome, how often it was sent, and how much the sandbox's own book says was captured.
    /// </summary>
    [Theory]
    [InlineData("pm_card_visa", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("pm_card_visa_debit", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("pm_card_mastercard", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("pm_card_amex", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("pm_card_chargeDeclined", OutcomeKind.Declined, DeclineReasons.GenericDecline, 1, 0)]
    [InlineData("pm_card_visa_chargeDeclined", OutcomeKind.Declined, DeclineReasons.GenericDecline, 1, 0)]
    [InlineData("pm_card_chargeCustomerFail", OutcomeKind.Declined, DeclineReasons.GenericDecline, 1, 0)]
    [InlineData("pm_card_visa_chargeDeclinedInsufficientFunds", OutcomeKind.Declined, DeclineReasons.InsufficientFunds, 1, 0)]
    [InlineData("pm_card_visa_chargeDeclinedLostCard", OutcomeKind.Declined, DeclineReasons.LostCard, 1, 0)]
    [InlineData("pm_card_visa_chargeDeclinedStolenCard", OutcomeKind.Declined, DeclineReasons.StolenCard, 1, 0)]
    [InlineData("pm_card_visa_chargeDeclinedVelocityLimitExceeded", OutcomeKind.Declined, DeclineReasons.LimitExceeded, 1, 0)]
    [InlineData("pm_card_chargeDeclinedExpiredCard", OutcomeKind.Declined, DeclineReasons.ExpiredCard, 1, 0)]
    [InlineData("pm_card_chargeDeclinedIncorrectCvc", OutcomeKind.Declined, DeclineReasons.IncorrectCvc, 1, 0)]
    [InlineData("pm_card_chargeDeclinedProcessingError", OutcomeKind.Declined, DeclineReasons.ProcessingError, 1, 0)]
    [InlineData("pm_card_authenticationRequired", OutcomeKind.ActionRequired, Reasons.ShopperAction, 1, 0)]
    [InlineData("pm_card_threeDSecure2Required", OutcomeKind.ActionRequired, Reasons.ShopperAction, 1, 0)]
    [InlineData("pm_sandbox_processing", OutcomeKind.Pending, Reasons.Processing, 1, 0)]
    [InlineData("pm_sandbox_slow", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("pm_sandbox_responseLost", OutcomeKind.Approved, null, 2, 1999)]
    [InlineData("pm_sandbox_chargeLostOnce", OutcomeKind.Approved, null, 2, 1999)]
    [InlineData("pm_sandbox_saved500", OutcomeKind.InDoubt, Reasons.SavedError, 2, 1999)]
    [InlineData("pm_sandbox_wrongAmount", OutcomeKind.InDoubt, Reasons.IntegrityMismatch, 1, 1999)]
    [InlineData("pm_sandbox_softDecline_stripe-a", OutcomeKind.Declined, DeclineReasons.TryAgainLater, 1, 0)]
    [InlineData("pm_sandbox_softDecline_stripe-b", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("pm_card_chargeDeclinedExpiredCard_stripe-a", OutcomeKind.Declined, DeclineReasons.ExpiredCard, 1, 0)]
    [InlineData("pm_card_chargeDeclinedExpiredCard_stripe-b", OutcomeKind.Approved, null, 1, 1999)]
    internal async Task Sale_WithAToken_HasItsOutcomeAndAtMostOneCharge(
        string token, OutcomeKind kind, string? reason, int tries, long captured)
    {
        var operation = PspHarness.Operation(PspStep.Sale, token);

        var result = await _psp.SendAsync(operation);

        result.Outcome.Kind.ShouldBe(kind);
        result.Outcome.Reason.ShouldBe(reason);
        result.Tries.Count.ShouldBe(tries);
        var booked = (await _psp.BookedAsync(operation.OperationId)).ShouldHaveSingleItem();
        booked.GetProperty("captured").GetInt64().ShouldBe(captured);
        if (result.Outcome.PspReference is { } reference)
            booked.GetProperty("paymentIntent").GetString().ShouldBe(reference);
        if (kind == OutcomeKind.Approved)
            (result.Outcome.AmountMinor, result.Outcome.CurrencyCode).ShouldBe((1999, "USD"));
    }

    [Theory]
    [InlineData("pm_sandbox_stalled")]
    public async Task Sale_WhoseAnswerStalls_IsApprovedByAReplay(string token)
    {
        await using var psp = await PspHarness.StartAsync(new()
        {
            ["Psp:Pipeline:TryLimitSeconds"] = "0.5",
            ["Psp:Pipeline:MaxTries"] = "10",
        });
        var operation = PspHarness.Operation(PspStep.Sale, token);

        var result = await psp.SendAsync(operation);

        result.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        result.Tries[0].Outcome.Reason.ShouldBe(Reasons.NoAnswer);
        (await psp.BookedAsync(operation.OperationId)).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("pm_sandbox_chargeLost", Reasons.ConnectionLost, 3)]
    [InlineData("pm_sandbox_500NotCharged", Reasons.SavedError, 2)]
    public async Task Sale_ThatNeverHappens_IsInDoubtUntilTheBookSaysAbsent(string token, string reason, int tries)
    {
        var operation = PspHarness.Operation(PspStep.Sale, token);

        var result = await _psp.SendAsync(operation);
        var finding = await _psp.ResolveAsync(operation);

        (result.Outcome.Kind, result.Outcome.Reason, result.Tries.Count).ShouldBe((OutcomeKind.InDoubt, reason, tries));
        finding.Kind.ShouldBe(FindingKind.Absent);
        (await _psp.BookedAsync(operation.OperationId)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Sale_WithAnUnknownToken_IsInvalid()
    {
        var result = await _psp.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_nobody_knows"));

        result.Outcome.Kind.ShouldBe(OutcomeKind.InvalidRequest);
        result.Outcome.PspCode.ShouldBe("resource_missing");
    }

    [Theory]
    [InlineData("pm_card_visa", OutcomeKind.Approved, null, 1)]
    [InlineData("pm_sandbox_captureLost", OutcomeKind.Approved, null, 2)]
    [InlineData("pm_sandbox_captureFailsLate", OutcomeKind.Approved, null, 1)]
    [InlineData("pm_sandbox_capture500", OutcomeKind.InDoubt, Reasons.SavedError, 2)]
    [InlineData("pm_sandbox_captureRefused", OutcomeKind.Declined, Reasons.AuthorizationExpired, 1)]
    internal async Task Capture_OfAnAuthorizationWithAToken_HasItsOutcome(
        string token, OutcomeKind kind, string? reason, int tries)
    {
        var intent = await _psp.ApprovedAsync(PspStep.Authorize, token);
        var capture = PspHarness.Operation(PspStep.Capture, target: intent);

        var result = await _psp.SendAsync(capture);

        (result.Outcome.Kind, result.Outcome.Reason, result.Tries.Count).ShouldBe((kind, reason, tries));
        var captured = (await _psp.IntentAsync(intent)).GetProperty("captured").GetInt64();
        captured.ShouldBe(kind == OutcomeKind.Declined ? 0 : 1999);
        var finding = await _psp.ResolveAsync(capture);
        finding.Outcome!.Kind.ShouldBe(kind == OutcomeKind.Declined ? OutcomeKind.Declined : OutcomeKind.Approved);
    }

    [Theory]
    [InlineData("pm_card_visa", 1)]
    [InlineData("pm_sandbox_voidLost", 2)]
    public async Task Void_OfAnAuthorizationWithAToken_IsApproved(string token, int tries)
    {
        var intent = await _psp.ApprovedAsync(PspStep.Authorize, token);

        var result = await _psp.SendAsync(PspHarness.Operation(PspStep.Void, target: intent));

        (result.Outcome.Kind, result.Tries.Count).ShouldBe((OutcomeKind.Approved, tries));
        (await _psp.IntentAsync(intent)).GetProperty("canceled").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("pm_card_visa", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("pm_sandbox_refundLost", OutcomeKind.Approved, null, 2, 1999)]
    [InlineData("pm_sandbox_refundFailsLate", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("pm_sandbox_refund500", OutcomeKind.InDoubt, Reasons.SavedError, 2, 1999)]
    [InlineData("pm_sandbox_refundFails", OutcomeKind.Declined, Reasons.RefundFailed, 1, 0)]
    internal async Task Refund_OfASaleWithAToken_HasItsOutcome(
        string token, OutcomeKind kind, string? reason, int tries, long refunded)
    {
        var intent = await _psp.ApprovedAsync(PspStep.Sale, token);
        var refund = PspHarness.Operation(PspStep.Refund, target: intent);

        var result = await _psp.SendAsync(refund);

        (result.Outcome.Kind, result.Outcome.Reason, result.Tries.Count).ShouldBe((kind, reason, tries));
        (await _psp.IntentAsync(intent)).GetProperty("refunded").GetInt64().ShouldBe(refunded);
        var byLookUp = await _psp.ResolveAsync(refund);
        byLookUp.Outcome!.Kind.ShouldBe(refunded > 0 ? OutcomeKind.Approved : OutcomeKind.Declined);
        var byReference = await _psp.ResolveAsync(refund, byLookUp.Outcome.PspReference);
        byReference.Outcome.ShouldBe(byLookUp.Outcome);
    }

    [Fact]
    public void All_Tokens_AreInTheReadmeAndTestedHere()
    {
        var readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "sandbox-readme.md"));
        var tested = TestedTokens.Of(GetType());
        foreach (var token in SandboxTokens.All.Select(t => t.Name))
        {
            readme.ShouldContain($"`{token}`");
            tested.ShouldContain(token);
        }
    }
}
