using Payments.Executor.Psp;
using Payments.Sandbox;

namespace Payments.Executor.Tests.Psp.PayPal;

/// <summary>Every payment method of the sandbox at PayPal, over real HTTP, through adapter and pipeline.</summary>
public sealed class PayPalVaultTests(PayPalHarnessFixture fixture) : IClassFixture<PayPalHarnessFixture>
{
    private readonly PayPalHarness _paypal = fixture.Harness;

    /// <summary>
    /// A sale: the outcome, how often it was sent or read, and how much the sandbox's own book says was captured.
    /// </summary>
    [Theory]
    [InlineData("pm_card_visa", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("pm_card_visa_debit", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("pm_card_mastercard", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("pm_card_amex", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("B-pm_card_visa", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("pm_card_chargeDeclined", OutcomeKind.Declined, DeclineReasons.DoNotHonor, 1, 0)]
    [InlineData("pm_card_visa_chargeDeclined", OutcomeKind.Declined, DeclineReasons.DoNotHonor, 1, 0)]
    [InlineData("pm_card_chargeCustomerFail", OutcomeKind.Declined, DeclineReasons.DoNotHonor, 1, 0)]
    [InlineData("pm_card_visa_chargeDeclinedInsufficientFunds", OutcomeKind.Declined, DeclineReasons.InsufficientFunds, 1, 0)]
    [InlineData("pm_card_visa_chargeDeclinedLostCard", OutcomeKind.Declined, DeclineReasons.LostCard, 1, 0)]
    [InlineData("pm_card_visa_chargeDeclinedStolenCard", OutcomeKind.Declined, DeclineReasons.LostCard, 1, 0)]
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
    [InlineData("pm_sandbox_saved500", OutcomeKind.InDoubt, Reasons.PspError, 3, 1999)]
    [InlineData("pm_sandbox_wrongAmount", OutcomeKind.InDoubt, Reasons.IntegrityMismatch, 1, 1999)]
    [InlineData("pm_sandbox_softDecline_paypal-a", OutcomeKind.Declined, DeclineReasons.TryAgainLater, 1, 0)]
    [InlineData("pm_sandbox_softDecline_stripe-a", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("pm_card_chargeDeclined_paypal-a", OutcomeKind.Declined, DeclineReasons.DoNotHonor, 1, 0)]
    [InlineData("pm_card_chargeDeclined_stripe-a", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("approved_pm_card_visa", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("B-approved_pm_card_visa", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("approved_pm_card_chargeDeclined", OutcomeKind.Declined, DeclineReasons.DoNotHonor, 1, 0)]
    [InlineData("approved_pm_sandbox_processing", OutcomeKind.Pending, Reasons.Processing, 1, 0)]
    [InlineData("approved_pm_sandbox_responseLost", OutcomeKind.Approved, null, 2, 1999)]
    [InlineData("approved_pm_sandbox_chargeLostOnce", OutcomeKind.Approved, null, 2, 1999)]
    // The 500 is kept under the second step's id, but the creation is answered with the order as it is.
    [InlineData("approved_pm_sandbox_saved500", OutcomeKind.Approved, null, 2, 1999)]
    [InlineData("approved_pm_sandbox_wrongAmount", OutcomeKind.InDoubt, Reasons.IntegrityMismatch, 1, 1999)]
    internal async Task Sale_WithAToken_HasItsOutcomeAndAtMostOneCharge(
        string token, OutcomeKind kind, string? reason, int tries, long captured)
    {
        var sale = PspHarness.Operation(PspStep.Sale, token);

        var result = await _paypal.SendAsync(sale);

        (result.Outcome.Kind, result.Outcome.Reason, result.Tries.Count).ShouldBe((kind, reason, tries));
        (await _paypal.BookedAsync(sale, "captured")).ShouldBe(captured);
        if (kind == OutcomeKind.Approved)
            (result.Outcome.AmountMinor, result.Outcome.CurrencyCode).ShouldBe((1999, "USD"));
    }

    /// <summary>Settlement files name the capture and our invoice id; the capture's id is what we keep.</summary>
    [Fact]
    public async Task Sale_Approved_IsKeptUnderWhatSettlementFilesCallIt()
    {
        var sale = PspHarness.Operation(PspStep.Sale, "pm_card_visa");

        var result = await _paypal.SendAsync(sale);

        var booked = (await _paypal.Psp.BookedAsync(sale.OperationId)).ShouldHaveSingleItem();
        result.Outcome.PspReference.ShouldBe(booked.GetProperty("charge").GetString());
        result.Outcome.SettlementReference.ShouldBeNull("it is the same");
        (booked.GetProperty("paymentId").GetString(), booked.GetProperty("orderId").GetString()).ShouldBe(("payment-1", "order-1"));
    }

    /// <summary>What the search by our reference finds is what the answer said, or would have said.</summary>
    [Theory]
    [InlineData("pm_card_visa", OutcomeKind.Approved)]
    [InlineData("pm_card_chargeDeclined", OutcomeKind.Declined)]
    [InlineData("pm_sandbox_saved500", OutcomeKind.Approved)]
    [InlineData("pm_sandbox_processing", OutcomeKind.Pending)]
    [InlineData("pm_sandbox_wrongAmount", OutcomeKind.InDoubt)]
    internal async Task LookUp_OfASaleOrAnAuthorization_FindsIt(string token, OutcomeKind kind)
    {
        foreach (var step in new[] { PspStep.Sale, PspStep.Authorize })
        {
            var operation = PspHarness.Operation(step, token);
            await _paypal.SendAsync(operation);

            var byReference = await _paypal.ResolveAsync(operation);
            var byId = await _paypal.ResolveAsync(operation, byReference.Outcome!.PspReference);

            byReference.Outcome.Kind.ShouldBe(kind);
            byId.Outcome.ShouldBe(byReference.Outcome);
        }
    }

    [Theory]
    [InlineData("pm_sandbox_chargeLost", OutcomeKind.InDoubt, Reasons.ConnectionLost)]
    [InlineData("pm_sandbox_500NotCharged", OutcomeKind.InDoubt, Reasons.PspError)]
    [InlineData("mock_INSTRUMENT_DECLINED", OutcomeKind.Declined, DeclineReasons.GenericDecline)]
    [InlineData("mock_CARD_EXPIRED", OutcomeKind.Declined, DeclineReasons.ExpiredCard)]
    [InlineData("mock_PAYER_ACTION_REQUIRED", OutcomeKind.Declined, DeclineReasons.AuthenticationRequired)]
    [InlineData("mock_INTERNAL_SERVER_ERROR", OutcomeKind.InDoubt, Reasons.PspError)]
    [InlineData("mock_PERMISSION_DENIED", OutcomeKind.InvalidRequest, Reasons.Configuration)]
    [InlineData("mock_MISSING_REQUIRED_PARAMETER", OutcomeKind.InvalidRequest, Reasons.InvalidRequest)]
    [InlineData("pm_nobody_knows", OutcomeKind.InvalidRequest, Reasons.InvalidRequest)]
    internal async Task Sale_ThatNeverHappens_HasItsOutcomeAndNoCharge(string token, OutcomeKind kind, string reason)
    {
        var sale = PspHarness.Operation(PspStep.Sale, token);

        var result = await _paypal.SendAsync(sale);

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((kind, reason));
        (await _paypal.Psp.BookedAsync(sale.OperationId)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("pm_sandbox_stalled")]
    public async Task Sale_WhoseAnswerStalls_IsApprovedByAReplay(string token)
    {
        await using var paypal = await PayPalHarness.StartAsync(new()
        {
            ["Psp:Pipeline:TryLimitSeconds"] = "0.5",
            ["Psp:Pipeline:MaxTries"] = "10",
        });
        var sale = PspHarness.Operation(PspStep.Sale, token);

        var result = await paypal.SendAsync(sale);

        result.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        result.Tries[0].Outcome.Reason.ShouldBe(Reasons.NoAnswer);
        (await paypal.BookedAsync(sale, "captured")).ShouldBe(1999);
    }

    [Theory]
    [InlineData("pm_card_visa", 1999, OutcomeKind.Approved, null, 1)]
    [InlineData("pm_card_visa", 500, OutcomeKind.Approved, null, 1)]
    [InlineData("pm_sandbox_captureLost", 1999, OutcomeKind.Approved, null, 2)]
    [InlineData("pm_sandbox_captureLost", 500, OutcomeKind.Approved, null, 2)]
    [InlineData("pm_sandbox_capture500", 1999, OutcomeKind.InDoubt, Reasons.PspError, 3)]
    [InlineData("pm_sandbox_captureRefused", 1999, OutcomeKind.Declined, Reasons.AuthorizationExpired, 1)]
    [InlineData("pm_sandbox_captureFailsLate", 1999, OutcomeKind.Approved, null, 1)]
    internal async Task Capture_OfAnAuthorization_HasItsOutcome(
        string token, long amount, OutcomeKind kind, string? reason, int tries)
    {
        var authorize = PspHarness.Operation(PspStep.Authorize, token);
        var authorized = (await _paypal.SendAsync(authorize)).Outcome;
        var capture = PspHarness.Operation(PspStep.Capture, target: authorized.PspReference, amount: amount);

        var result = await _paypal.SendAsync(capture);

        (result.Outcome.Kind, result.Outcome.Reason, result.Tries.Count).ShouldBe((kind, reason, tries));
        var isRefused = kind == OutcomeKind.Declined;
        (await _paypal.BookedAsync(authorize, "captured")).ShouldBe(isRefused ? 0 : amount);
        var found = (await _paypal.ResolveAsync(capture)).Outcome!;
        found.Kind.ShouldBe(isRefused ? OutcomeKind.Declined : OutcomeKind.Approved);
        if (!isRefused)
        {
            found.AmountMinor.ShouldBe(amount);
            found.PaymentReference.ShouldNotBeNull().ShouldBe(found.PspReference);
            (await _paypal.ResolveAsync(capture, found.PspReference)).Outcome.ShouldBe(found);
            // The operation's row names the capture from then on; asked again, it is still found.
            var later = capture with { TargetReference = found.PaymentReference };
            (await _paypal.ResolveAsync(later, found.PspReference)).Outcome.ShouldBe(found);
            (await _paypal.ResolveAsync(later)).Outcome.ShouldBe(found);
        }
    }

    [Theory]
    [InlineData("pm_card_visa", 1)]
    [InlineData("pm_sandbox_voidLost", 2)]
    public async Task Void_OfAnAuthorization_ReleasesIt(string token, int tries)
    {
        var authorize = PspHarness.Operation(PspStep.Authorize, token);
        var authorized = (await _paypal.SendAsync(authorize)).Outcome;
        var undo = PspHarness.Operation(PspStep.Void, target: authorized.PspReference);

        (await _paypal.ResolveAsync(undo)).Kind.ShouldBe(FindingKind.Absent);
        var result = await _paypal.SendAsync(undo);

        (result.Outcome.Kind, result.Tries.Count).ShouldBe((OutcomeKind.Approved, tries));
        (await _paypal.Psp.BookedAsync(authorize.OperationId)).Single().GetProperty("canceled").GetBoolean().ShouldBeTrue();
        (await _paypal.ResolveAsync(undo)).Outcome!.Kind.ShouldBe(OutcomeKind.Approved);
        (await _paypal.ResolveAsync(authorize)).Outcome!.Reason.ShouldBe(Reasons.AuthorizationCanceled);
    }

    [Theory]
    [InlineData("pm_card_visa", 1999, OutcomeKind.Approved, null, 1)]
    [InlineData("pm_card_visa", 500, OutcomeKind.Approved, null, 1)]
    [InlineData("pm_sandbox_refundLost", 1999, OutcomeKind.Approved, null, 2)]
    [InlineData("pm_sandbox_refundLost", 500, OutcomeKind.Approved, null, 2)]
    [InlineData("pm_sandbox_refund500", 1999, OutcomeKind.InDoubt, Reasons.PspError, 3)]
    [InlineData("pm_sandbox_refundFails", 1999, OutcomeKind.Declined, Reasons.RefundFailed, 1)]
    [InlineData("pm_sandbox_refundFailsLate", 1999, OutcomeKind.Approved, null, 1)]
    internal async Task Refund_OfASale_HasItsOutcome(string token, long amount, OutcomeKind kind, string? reason, int tries)
    {
        var sale = PspHarness.Operation(PspStep.Sale, token);
        var sold = (await _paypal.SendAsync(sale)).Outcome;
        var refund = PspHarness.Operation(PspStep.Refund, target: sold.PspReference, amount: amount);

        var result = await _paypal.SendAsync(refund);

        (result.Outcome.Kind, result.Outcome.Reason, result.Tries.Count).ShouldBe((kind, reason, tries));
        var isRefused = kind == OutcomeKind.Declined;
        (await _paypal.BookedAsync(sale, "refunded")).ShouldBe(isRefused ? 0 : amount);
        var found = (await _paypal.ResolveAsync(refund)).Outcome!;
        found.Kind.ShouldBe(isRefused ? OutcomeKind.Declined : OutcomeKind.Approved);
        (await _paypal.ResolveAsync(refund, found.PspReference)).Outcome.ShouldBe(found);
        (await _paypal.ResolveAsync(sale)).Outcome!.Kind.ShouldBe(OutcomeKind.Approved, "taken it was");
    }

    [Fact]
    public void All_Tokens_AreTestedHere()
    {
        var tested = TestedTokens.Of(GetType());

        SandboxTokens.All.Select(t => t.Name).Where(n => !tested.Contains(n)).ShouldBeEmpty();
    }
}
