using System.Text.Json;
using Payments.Executor.Psp;
using Payments.Sandbox;
using Payments.Sandbox.Adyen;
using Payments.Testing;

namespace Payments.Executor.Tests.Psp.Adyen;

/// <summary>Every token at Adyen, over real HTTP, through adapter and pipeline, with the webhooks that follow.</summary>
public sealed class AdyenSandboxTests(AdyenHarnessFixture fixture) : IClassFixture<AdyenHarnessFixture>
{
    private readonly AdyenHarness _adyen = fixture.Harness;

    /// <summary>
    /// A sale: the outcome, how often it was sent, how much the sandbox's own book says was captured, and what AUTHORISATION
    /// says; null where none comes.
    /// </summary>
    [Theory]
    [InlineData("APPROVED", OutcomeKind.Approved, null, 1, 1999, "true")]
    [InlineData("DECLINED", OutcomeKind.Declined, DeclineReasons.GenericDecline, 1, 0, "false")]
    [InlineData("REFERRAL", OutcomeKind.Declined, DeclineReasons.CallIssuer, 1, 0, "false")]
    [InlineData("ERROR", OutcomeKind.InDoubt, Reasons.PspError, 1, 0, "false")]
    [InlineData("UNKNOWN", OutcomeKind.InDoubt, Reasons.PspError, 1, 0, "false")]
    [InlineData("BLOCK_CARD", OutcomeKind.Declined, DeclineReasons.BlockedCard, 1, 0, "false")]
    [InlineData("CARD_EXPIRED", OutcomeKind.Declined, DeclineReasons.ExpiredCard, 1, 0, "false")]
    [InlineData("INVALID_AMOUNT", OutcomeKind.Declined, DeclineReasons.AmountNotAllowed, 1, 0, "false")]
    [InlineData("NOT_ENOUGH_BALANCE", OutcomeKind.Declined, DeclineReasons.InsufficientFunds, 1, 0, "false")]
    [InlineData("FRAUD", OutcomeKind.Declined, DeclineReasons.FraudSuspected, 1, 0, "false")]
    [InlineData("CVC_DECLINED", OutcomeKind.Declined, DeclineReasons.IncorrectCvc, 1, 0, "false")]
    [InlineData("shopper-1/APPROVED", OutcomeKind.Approved, null, 1, 1999, "true")]
    [InlineData("pm_card_visa", OutcomeKind.Approved, null, 1, 1999, "true")]
    [InlineData("pm_card_visa_debit", OutcomeKind.Approved, null, 1, 1999, "true")]
    [InlineData("pm_card_mastercard", OutcomeKind.Approved, null, 1, 1999, "true")]
    [InlineData("pm_card_amex", OutcomeKind.Approved, null, 1, 1999, "true")]
    [InlineData("pm_card_chargeDeclined", OutcomeKind.Declined, DeclineReasons.GenericDecline, 1, 0, "false")]
    [InlineData("pm_card_visa_chargeDeclined", OutcomeKind.Declined, DeclineReasons.GenericDecline, 1, 0, "false")]
    [InlineData("pm_card_chargeCustomerFail", OutcomeKind.Declined, DeclineReasons.GenericDecline, 1, 0, "false")]
    [InlineData("pm_card_visa_chargeDeclinedInsufficientFunds", OutcomeKind.Declined, DeclineReasons.InsufficientFunds, 1, 0, "false")]
    [InlineData("pm_card_visa_chargeDeclinedLostCard", OutcomeKind.Declined, DeclineReasons.BlockedCard, 1, 0, "false")]
    [InlineData("pm_card_visa_chargeDeclinedStolenCard", OutcomeKind.Declined, DeclineReasons.BlockedCard, 1, 0, "false")]
    [InlineData("pm_card_visa_chargeDeclinedVelocityLimitExceeded", OutcomeKind.Declined, DeclineReasons.LimitExceeded, 1, 0, "false")]
    [InlineData("pm_card_chargeDeclinedExpiredCard", OutcomeKind.Declined, DeclineReasons.ExpiredCard, 1, 0, "false")]
    [InlineData("pm_card_chargeDeclinedIncorrectCvc", OutcomeKind.Declined, DeclineReasons.IncorrectCvc, 1, 0, "false")]
    [InlineData("pm_card_chargeDeclinedProcessingError", OutcomeKind.Declined, DeclineReasons.ProcessingError, 1, 0, "false")]
    [InlineData("pm_card_authenticationRequired", OutcomeKind.ActionRequired, Reasons.ShopperAction, 1, 0, null)]
    [InlineData("pm_card_threeDSecure2Required", OutcomeKind.ActionRequired, Reasons.ShopperAction, 1, 0, null)]
    [InlineData("pm_sandbox_processing", OutcomeKind.Pending, Reasons.Processing, 1, 0, null)]
    [InlineData("pm_sandbox_slow", OutcomeKind.Approved, null, 1, 1999, "true")]
    [InlineData("pm_sandbox_responseLost", OutcomeKind.Approved, null, 2, 1999, "true")]
    [InlineData("pm_sandbox_chargeLostOnce", OutcomeKind.Approved, null, 2, 1999, "true")]
    [InlineData("pm_sandbox_saved500", OutcomeKind.InDoubt, Reasons.PspError, 1, 1999, "true")]
    [InlineData("pm_sandbox_wrongAmount", OutcomeKind.InDoubt, Reasons.IntegrityMismatch, 1, 1999, "true")]
    [InlineData("pm_sandbox_softDecline_adyen-eu", OutcomeKind.Declined, DeclineReasons.IssuerUnavailable, 1, 0, "false")]
    [InlineData("pm_sandbox_softDecline_stripe-a", OutcomeKind.Approved, null, 1, 1999, "true")]
    [InlineData("pm_card_chargeDeclinedExpiredCard_adyen-eu", OutcomeKind.Declined, DeclineReasons.ExpiredCard, 1, 0, "false")]
    [InlineData("pm_card_chargeDeclinedExpiredCard_stripe-a", OutcomeKind.Approved, null, 1, 1999, "true")]
    internal async Task Sale_WithAToken_HasItsOutcomeItsWebhookAndAtMostOneCharge(
        string token, OutcomeKind kind, string? reason, int tries, long captured, string? success)
    {
        var operation = PspHarness.Operation(PspStep.Sale, token);

        var result = await _adyen.SendAsync(operation);

        (result.Outcome.Kind, result.Outcome.Reason, result.Tries.Count).ShouldBe((kind, reason, tries));
        var booked = (await _adyen.BookedAsync(operation)).ShouldHaveSingleItem();
        booked.GetProperty("captured").GetInt64().ShouldBe(captured);
        booked.GetProperty("paymentId").GetString().ShouldBe("payment-1");
        booked.GetProperty("orderId").GetString().ShouldBe("order-1");
        if (result.Outcome.PspReference is { } reference)
            booked.GetProperty("paymentIntent").GetString().ShouldBe(reference);
        if (kind == OutcomeKind.Approved)
            (result.Outcome.AmountMinor, result.Outcome.CurrencyCode).ShouldBe((1999, "USD"));
        if (success is null)
            return;
        var item = await _adyen.Webhooks.ItemAsync("AUTHORISATION", _adyen.ReferenceOf(operation));
        item.GetProperty("success").GetString().ShouldBe(success);
        item.GetProperty("pspReference").GetString().ShouldBe(booked.GetProperty("paymentIntent").GetString());
    }

    [Theory]
    [InlineData("pm_sandbox_chargeLost", Reasons.ConnectionLost, 3)]
    [InlineData("pm_sandbox_500NotCharged", Reasons.PspError, 1)]
    public async Task Sale_ThatNeverHappens_IsInDoubtAndNoLookTells(string token, string reason, int tries)
    {
        var operation = PspHarness.Operation(PspStep.Sale, token);

        var result = await _adyen.SendAsync(operation);
        var finding = await _adyen.Connection.ResolveAsync(operation, null, CancellationToken.None);

        (result.Outcome.Kind, result.Outcome.Reason, result.Tries.Count).ShouldBe((OutcomeKind.InDoubt, reason, tries));
        finding.IsNotOffered.ShouldBeTrue();
        finding.Outcome!.Kind.ShouldBe(OutcomeKind.InDoubt);
        (await _adyen.BookedAsync(operation)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("pm_sandbox_stalled")]
    public async Task Sale_WhoseAnswerStalls_IsApprovedByAReplay(string token)
    {
        await using var adyen = await AdyenHarness.StartAsync(new()
        {
            ["Psp:Pipeline:TryLimitSeconds"] = "0.5",
            ["Psp:Pipeline:MaxTries"] = "10",
        });
        var operation = PspHarness.Operation(PspStep.Sale, token);

        var result = await adyen.SendAsync(operation);

        result.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        result.Tries[0].Outcome.Reason.ShouldBe(Reasons.NoAnswer);
        (await adyen.BookedAsync(operation)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Sale_WithAnUnknownToken_IsInvalid()
    {
        var result = await _adyen.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_nobody_knows"));

        result.Outcome.Kind.ShouldBe(OutcomeKind.InvalidRequest);
        result.Outcome.PspCode.ShouldBe("800");
    }

    [Theory]
    [InlineData("pm_card_visa", 1, "true", 1999)]
    [InlineData("pm_sandbox_captureLost", 2, "true", 1999)]
    [InlineData("pm_sandbox_captureRefused", 1, "false", 0)]
    [InlineData("pm_sandbox_captureFailsLate", 1, "true", 0)]
    public async Task Capture_OfAnAuthorizationWithAToken_IsToldByWebhook(
        string token, int tries, string success, long captured)
    {
        var payment = await _adyen.ApprovedAsync(PspStep.Authorize, token);
        var capture = PspHarness.Operation(PspStep.Capture, target: payment);

        var result = await _adyen.SendAsync(capture);
        var item = await _adyen.Webhooks.ItemAsync("CAPTURE", _adyen.ReferenceOf(capture));

        (result.Outcome.Kind, result.Tries.Count).ShouldBe((OutcomeKind.Pending, tries));
        Tell(item).ShouldBe((result.Outcome.PspReference, payment, success));
        (await _adyen.Psp.IntentAsync(payment)).GetProperty("captured").GetInt64().ShouldBe(captured);
    }

    [Theory]
    [InlineData("pm_sandbox_capture500")]
    public async Task Capture_WhoseAnswerIsAnError_IsToldByWebhook(string token)
    {
        var payment = await _adyen.ApprovedAsync(PspStep.Authorize, token);
        var capture = PspHarness.Operation(PspStep.Capture, target: payment);

        var result = await _adyen.SendAsync(capture);
        var item = await _adyen.Webhooks.ItemAsync("CAPTURE", _adyen.ReferenceOf(capture));

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((OutcomeKind.InDoubt, Reasons.PspError));
        item.GetProperty("success").GetString().ShouldBe("true");
        (await _adyen.Psp.IntentAsync(payment)).GetProperty("captured").GetInt64().ShouldBe(1999);
    }

    [Fact]
    public async Task Capture_ThatFailsLate_IsTakenBackByAnotherWebhook()
    {
        var payment = await _adyen.ApprovedAsync(PspStep.Authorize, "pm_sandbox_captureFailsLate");
        var capture = PspHarness.Operation(PspStep.Capture, target: payment);

        var first = await _adyen.DoneAsync(capture, "CAPTURE");
        var second = await _adyen.Webhooks.ItemAsync("CAPTURE_FAILED", _adyen.ReferenceOf(capture));

        Tell(second).ShouldBe(Tell(first));
    }

    [Fact]
    public async Task Capture_OfAPart_ReleasesTheRest()
    {
        var payment = await _adyen.ApprovedAsync(PspStep.Authorize, "pm_card_visa");

        var item = await _adyen.DoneAsync(PspHarness.Operation(PspStep.Capture, target: payment, amount: 500), "CAPTURE");
        var again = await _adyen.DoneAsync(PspHarness.Operation(PspStep.Capture, target: payment, amount: 500), "CAPTURE");

        item.GetProperty("amount").GetProperty("value").GetInt64().ShouldBe(500);
        again.GetProperty("success").GetString().ShouldBe("false");
        var booked = await _adyen.Psp.IntentAsync(payment);
        booked.GetProperty("authorized").GetInt64().ShouldBe(1999);
        booked.GetProperty("captured").GetInt64().ShouldBe(500);
        booked.GetProperty("status").GetString().ShouldBe("succeeded");
    }

    [Theory]
    [InlineData("pm_card_visa", 1)]
    [InlineData("pm_sandbox_voidLost", 2)]
    public async Task Void_OfAnAuthorizationWithAToken_IsToldByWebhook(string token, int tries)
    {
        var payment = await _adyen.ApprovedAsync(PspStep.Authorize, token);
        var undo = PspHarness.Operation(PspStep.Void, target: payment);

        var result = await _adyen.SendAsync(undo);
        var item = await _adyen.Webhooks.ItemAsync("CANCELLATION", _adyen.ReferenceOf(undo));

        (result.Outcome.Kind, result.Tries.Count).ShouldBe((OutcomeKind.Pending, tries));
        Tell(item).ShouldBe((result.Outcome.PspReference, payment, "true"));
        (await _adyen.Psp.IntentAsync(payment)).GetProperty("canceled").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Void_OfASale_IsRefusedByWebhook()
    {
        var payment = await _adyen.ApprovedAsync(PspStep.Sale, "pm_card_visa");

        var item = await _adyen.DoneAsync(PspHarness.Operation(PspStep.Void, target: payment), "CANCELLATION");

        item.GetProperty("success").GetString().ShouldBe("false");
        (await _adyen.Psp.IntentAsync(payment)).GetProperty("captured").GetInt64().ShouldBe(1999);
    }

    /// <summary>The answer with Adyen's reference never came: the void finds the payment by ours.</summary>
    [Fact]
    public async Task Void_ByOurReference_FindsWhatIsInDoubt()
    {
        var authorize = PspHarness.Operation(PspStep.Authorize, "pm_sandbox_saved500");
        (await _adyen.SendAsync(authorize)).Outcome.Kind.ShouldBe(OutcomeKind.InDoubt);
        var undo = PspHarness.Operation(PspStep.Void) with { Undoes = authorize.OperationId };

        var item = await _adyen.DoneAsync(undo, "TECHNICAL_CANCEL");

        var booked = (await _adyen.BookedAsync(authorize)).ShouldHaveSingleItem();
        item.GetProperty("success").GetString().ShouldBe("true");
        item.GetProperty("originalReference").GetString().ShouldBe(booked.GetProperty("paymentIntent").GetString());
        booked.GetProperty("canceled").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Void_ByOurReferenceOfWhatNeverCame_IsRefusedByWebhook()
    {
        var undo = PspHarness.Operation(PspStep.Void) with { Undoes = "never-sent" };

        var item = await _adyen.DoneAsync(undo, "TECHNICAL_CANCEL");

        item.GetProperty("success").GetString().ShouldBe("false");
        item.TryGetProperty("originalReference", out _).ShouldBeFalse();
    }

    /// <summary>The webhook leads to the operation itself; what was too early the first time is done the second.</summary>
    [Fact]
    public async Task Void_InTheOperationsOwnName_IsDoneAnewEachTime()
    {
        var authorize = PspHarness.Operation(PspStep.Authorize, "pm_card_visa");
        var undo = authorize with { Step = PspStep.Void, Token = null, Undoes = authorize.OperationId };

        var early = await _adyen.DoneAsync(undo, "TECHNICAL_CANCEL");
        await _adyen.SendAsync(authorize);
        await _adyen.SendAsync(undo);

        early.GetProperty("success").GetString().ShouldBe("false");
        await Eventually.Async(
            "the cancellation",
            TimeSpan.FromSeconds(30),
            async () => (await _adyen.BookedAsync(authorize)).Single().GetProperty("canceled").GetBoolean());
    }

    [Theory]
    [InlineData("pm_card_visa", 1, "true", 1999)]
    [InlineData("pm_sandbox_refundLost", 2, "true", 1999)]
    [InlineData("pm_sandbox_refundFails", 1, "false", 0)]
    [InlineData("pm_sandbox_refundFailsLate", 1, "true", 0)]
    public async Task Refund_OfASaleWithAToken_IsToldByWebhook(string token, int tries, string success, long refunded)
    {
        var payment = await _adyen.ApprovedAsync(PspStep.Sale, token);
        var refund = PspHarness.Operation(PspStep.Refund, target: payment);

        var result = await _adyen.SendAsync(refund);
        var item = await _adyen.Webhooks.ItemAsync("REFUND", _adyen.ReferenceOf(refund));

        (result.Outcome.Kind, result.Tries.Count).ShouldBe((OutcomeKind.Pending, tries));
        Tell(item).ShouldBe((result.Outcome.PspReference, payment, success));
        var booked = await _adyen.Psp.IntentAsync(payment);
        booked.GetProperty("refunded").GetInt64().ShouldBe(refunded);
        booked.GetProperty("refunds")[0].GetProperty("operationId").GetString().ShouldBe(_adyen.ReferenceOf(refund));
    }

    [Theory]
    [InlineData("pm_sandbox_refund500")]
    public async Task Refund_WhoseAnswerIsAnError_IsToldByWebhook(string token)
    {
        var payment = await _adyen.ApprovedAsync(PspStep.Sale, token);
        var refund = PspHarness.Operation(PspStep.Refund, target: payment);

        var result = await _adyen.SendAsync(refund);
        var item = await _adyen.Webhooks.ItemAsync("REFUND", _adyen.ReferenceOf(refund));

        result.Outcome.Kind.ShouldBe(OutcomeKind.InDoubt);
        item.GetProperty("success").GetString().ShouldBe("true");
    }

    [Fact]
    public async Task Refund_ThatFailsLate_IsTakenBackByAnotherWebhook()
    {
        var payment = await _adyen.ApprovedAsync(PspStep.Sale, "pm_sandbox_refundFailsLate");
        var refund = PspHarness.Operation(PspStep.Refund, target: payment);

        var first = await _adyen.DoneAsync(refund, "REFUND");
        var second = await _adyen.Webhooks.ItemAsync("REFUND_FAILED", _adyen.ReferenceOf(refund));

        Tell(second).ShouldBe(Tell(first));
    }

    [Fact]
    public async Task Refund_InParts_AddsUpAndStopsAtTheCapture()
    {
        var payment = await _adyen.ApprovedAsync(PspStep.Sale, "pm_card_visa");
        List<string?> told = [];
        foreach (var amount in new[] { 999, 1001, 1000, 1 })
        {
            var item = await _adyen.DoneAsync(PspHarness.Operation(PspStep.Refund, target: payment, amount: amount), "REFUND");
            told.Add(item.GetProperty("success").GetString());
        }

        told.ShouldBe(["true", "false", "true", "false"]);
        (await _adyen.Psp.IntentAsync(payment)).GetProperty("refunded").GetInt64().ShouldBe(1999);
    }

    [Theory]
    [InlineData("succeeded", "true", 1999)]
    [InlineData("failed", "false", 0)]
    public async Task Sale_ThatIsPending_IsSettledByHandAndToldByWebhook(string outcome, string success, long captured)
    {
        var operation = PspHarness.Operation(PspStep.Sale, "pm_sandbox_processing");
        var pending = await _adyen.SendAsync(operation);

        await _adyen.Psp.SettleAsync(pending.Outcome.PspReference!, outcome, AdyenHarness.Account);

        var item = await _adyen.Webhooks.ItemAsync("AUTHORISATION", _adyen.ReferenceOf(operation));
        item.GetProperty("success").GetString().ShouldBe(success);
        (await _adyen.BookedAsync(operation)).Single().GetProperty("captured").GetInt64().ShouldBe(captured);
    }

    [Fact]
    public async Task Send_TheSameOperationAgain_GetsTheFirstAnswer()
    {
        var operation = PspHarness.Operation(PspStep.Sale, "pm_card_visa");

        var first = await _adyen.SendAsync(operation);
        var second = await _adyen.SendAsync(
            operation, new PspSend { MayHaveArrived = true, FirstTriedAt = operation.CreatedAt });

        second.Outcome.ShouldBe(first.Outcome);
        (await _adyen.BookedAsync(operation)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Send_WhenTheKeyMayBeForgotten_IsNotRepeated()
    {
        var operation = PspHarness.Operation(PspStep.Sale, "pm_card_visa");
        var longAgo = operation.CreatedAt - TimeSpan.FromDays(6.99);

        var result = await _adyen.SendAsync(operation, new PspSend { MayHaveArrived = true, FirstTriedAt = longAgo });

        (result.Outcome.Kind, result.Outcome.Reason, result.Tries.Count).ShouldBe(
            (OutcomeKind.InDoubt, Reasons.KeyExpired, 0));
        (await _adyen.BookedAsync(operation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_TheSameOperationTwiceAtOnce_ChargesOnce()
    {
        var operation = PspHarness.Operation(PspStep.Sale, "pm_sandbox_slow");

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _adyen.SendAsync(operation)));

        results.ShouldAllBe(r => r.Outcome.Kind == OutcomeKind.Approved || r.Outcome.Reason == Reasons.KeyInUse);
        results.ShouldContain(r => r.Outcome.Kind == OutcomeKind.Approved);
        (await _adyen.BookedAsync(operation)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Send_WhileTheAccountRefusesForAMoment_IsApprovedUnderTheSameKey()
    {
        await using var adyen = await AdyenHarness.StartAsync();
        foreach (var faults in new object[] { new { status = 503, count = 2 }, new { rateLimited = 2 } })
        {
            await adyen.Psp.SetFaultsAsync(faults, AdyenHarness.Account);
            var operation = PspHarness.Operation(PspStep.Sale, "pm_card_visa");

            var result = await adyen.SendAsync(operation);

            (result.Outcome.Kind, result.Tries.Count).ShouldBe((OutcomeKind.Approved, 3));
            (await adyen.BookedAsync(operation)).ShouldHaveSingleItem();
        }
    }

    [Fact]
    public async Task Send_WhileTheAccountIsDown_IsNotAttempted()
    {
        await using var adyen = await AdyenHarness.StartAsync();
        await adyen.Psp.SetFaultsAsync(new { refuse = true }, AdyenHarness.Account);

        var result = await adyen.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"));

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((OutcomeKind.NotAttempted, Reasons.ConnectionRefused));
    }

    [Theory]
    [InlineData("SecretKey", "sk_wrong", "000")]
    [InlineData("Account", "SomebodyElse", "901")]
    public async Task Send_WithAWrongSetting_SaysConfiguration(string setting, string value, string code)
    {
        await using var adyen = await AdyenHarness.StartAsync(
            new() { [$"Psp:Connections:{AdyenHarness.Account}:{setting}"] = value });

        var outcome = (await adyen.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"))).Outcome;

        (outcome.Kind, outcome.Reason, outcome.PspCode).ShouldBe(
            (OutcomeKind.InvalidRequest, Reasons.Configuration, code));
    }

    [Fact]
    public async Task Logs_OfAnything_HoldNoTokenAndNoKey()
    {
        await using var adyen = await AdyenHarness.StartAsync();
        foreach (var token in new[] { "shopper-secret/pm_card_visa", "pm_card_chargeDeclined", "pm_nobody_knows" })
            await adyen.SendAsync(PspHarness.Operation(PspStep.Sale, token));

        adyen.Psp.Logs.Lines.ShouldNotBeEmpty();
        foreach (var (_, text) in adyen.Psp.Logs.Lines)
        {
            text.ShouldNotContain("pm_");
            text.ShouldNotContain("shopper-secret");
            text.ShouldNotContain(PspHarness.SecretKey);
        }
    }

    [Fact]
    public void All_Tokens_AreInTheReadmeAndTestedHere()
    {
        var readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "sandbox-readme.md"));
        var tested = TestedTokens.Of(GetType());
        foreach (var token in SandboxTokens.All.Select(t => t.Name).Concat(AdyenTestValues.Names))
        {
            readme.ShouldContain($"`{token}`");
            tested.ShouldContain(token);
        }
    }

    private static (string? PspReference, string? OriginalReference, string? Success) Tell(JsonElement item) => (
        item.GetProperty("pspReference").GetString(),
        item.GetProperty("originalReference").GetString(),
        item.GetProperty("success").GetString());
}
