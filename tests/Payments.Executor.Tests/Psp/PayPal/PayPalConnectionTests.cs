using System.Text.Json;
using Payments.Executor.Psp;

namespace Payments.Executor.Tests.Psp.PayPal;

/// <summary>What one PayPal connection does over real sockets beyond a single call.</summary>
public sealed class PayPalConnectionTests : IAsyncLifetime
{
    private readonly ShiftedTime _time = new();
    private PayPalHarness _paypal = null!;

    public async Task InitializeAsync() => _paypal = await PayPalHarness.StartAsync(sandboxTime: _time);

    public async Task DisposeAsync() => await _paypal.DisposeAsync();

    [Fact]
    public async Task Authorize_Approved_SaysUntilWhen()
    {
        var authorize = PspHarness.Operation(PspStep.Authorize, "pm_card_visa");

        var result = await _paypal.SendAsync(authorize);

        var until = result.Outcome.AuthorizedUntil.ShouldNotBeNull();
        (until - authorize.CreatedAt).ShouldBeInRange(TimeSpan.FromDays(28.99), TimeSpan.FromDays(29.01));
    }

    [Fact]
    public async Task Capture_OfAPart_ReleasesTheRest()
    {
        var authorization = await _paypal.ApprovedAsync(PspStep.Authorize, "pm_card_visa");

        await _paypal.CapturedAsync(authorization, 1000);
        var second = await _paypal.SendAsync(PspHarness.Operation(PspStep.Capture, target: authorization, amount: 500));

        // Captured it is, and not by this operation: a person has to look.
        (second.Outcome.Kind, second.Outcome.Reason).ShouldBe((OutcomeKind.InDoubt, Reasons.UnexpectedState));
    }

    [Fact]
    public async Task Capture_OfMoreThanWasAuthorized_IsInDoubtAndTakesNothing()
    {
        var authorize = PspHarness.Operation(PspStep.Authorize, "pm_card_visa");
        var authorization = (await _paypal.SendAsync(authorize)).Outcome.PspReference;

        var result = await _paypal.SendAsync(PspHarness.Operation(PspStep.Capture, target: authorization, amount: 2000));

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((OutcomeKind.InDoubt, Reasons.UnexpectedState));
        (await _paypal.BookedAsync(authorize, "captured")).ShouldBe(0);
    }

    /// <summary>Once captured, the refund has to name the capture; the void says which.</summary>
    [Fact]
    public async Task Void_OfACapturedAuthorization_IsRefusedAndNamesTheCapture()
    {
        var authorization = await _paypal.ApprovedAsync(PspStep.Authorize, "pm_card_visa");
        var capture = await _paypal.CapturedAsync(authorization);

        var byAuthorization = await _paypal.SendAsync(PspHarness.Operation(PspStep.Void, target: authorization));
        var byCapture = await _paypal.SendAsync(PspHarness.Operation(PspStep.Void, target: capture));
        var refund = await _paypal.SendAsync(
            PspHarness.Operation(PspStep.Refund, target: byAuthorization.Outcome.PaymentReference));

        foreach (var refused in new[] { byAuthorization.Outcome, byCapture.Outcome })
        {
            (refused.Kind, refused.Reason, refused.PaymentReference).ShouldBe(
                (OutcomeKind.Declined, Reasons.AlreadyCaptured, capture));
        }

        refund.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
    }

    [Fact]
    public async Task Void_Again_IsReadAndBelieved()
    {
        var authorization = await _paypal.ApprovedAsync(PspStep.Authorize, "pm_card_visa");
        await _paypal.SendAsync(PspHarness.Operation(PspStep.Void, target: authorization));

        var again = await _paypal.SendAsync(PspHarness.Operation(PspStep.Void, target: authorization));
        var capture = await _paypal.SendAsync(PspHarness.Operation(PspStep.Capture, target: authorization));

        (again.Outcome.Kind, again.Tries[0].Outcome.PspCode).ShouldBe((OutcomeKind.Approved, "PREVIOUSLY_VOIDED"));
        (capture.Outcome.Kind, capture.Outcome.Reason).ShouldBe((OutcomeKind.Declined, Reasons.AuthorizationCanceled));
    }

    [Fact]
    public async Task Void_OfAnOrderThatWaitsForItsBuyer_SeesThatNothingIsHeld()
    {
        var sale = await _paypal.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_authenticationRequired"));
        var undo = PspHarness.Operation(PspStep.Void, target: sale.Outcome.PspReference);

        var result = await _paypal.SendAsync(undo);

        sale.Outcome.PspReference!.ShouldStartWith("ODR-");
        sale.Outcome.PspStatus.ShouldBe("PAYER_ACTION_REQUIRED");
        (result.Outcome.Kind, result.Outcome.PspReference).ShouldBe((OutcomeKind.Approved, sale.Outcome.PspReference));
        (await _paypal.ResolveAsync(undo)).Outcome.ShouldBe(result.Outcome);
    }

    [Fact]
    public async Task Refund_InParts_StopsAtWhatWasCaptured()
    {
        var authorize = PspHarness.Operation(PspStep.Authorize, "pm_card_visa");
        var capture = await _paypal.CapturedAsync((await _paypal.SendAsync(authorize)).Outcome.PspReference!, 1000);
        List<(OutcomeKind, string?)> outcomes = [];
        foreach (var amount in new[] { 400L, 700L, 600L, 1L })
        {
            var refund = PspHarness.Operation(PspStep.Refund, target: capture, amount: amount);
            var outcome = (await _paypal.SendAsync(refund)).Outcome;
            outcomes.Add((outcome.Kind, outcome.Reason));
        }

        outcomes.ShouldBe(
        [
            (OutcomeKind.Approved, null), (OutcomeKind.Declined, Reasons.NotRefundable), (OutcomeKind.Approved, null),
            (OutcomeKind.Declined, Reasons.AlreadyRefunded),
        ]);
        (await _paypal.BookedAsync(authorize, "refunded")).ShouldBe(1000);
    }

    [Fact]
    public async Task Refund_RefusedAfterATryThatMayHaveArrived_StaysInDoubtWhileTheOrderMayLag()
    {
        var sale = await _paypal.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"));
        await _paypal.SendAsync(PspHarness.Operation(PspStep.Refund, target: sale.Outcome.PspReference));
        var refund = PspHarness.Operation(PspStep.Refund, target: sale.Outcome.PspReference);

        var result = await _paypal.SendAsync(refund, new PspSend { MayHaveArrived = true, FirstTriedAt = refund.CreatedAt });

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((OutcomeKind.InDoubt, Reasons.UnexpectedState));
    }

    [Fact]
    public async Task Refund_OfASaleThatIsProcessing_HasToWait()
    {
        var sale = await _paypal.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_sandbox_processing"));

        var refund = await _paypal.SendAsync(PspHarness.Operation(PspStep.Refund, target: sale.Outcome.PspReference));

        (refund.Outcome.Kind, refund.Outcome.Decline, refund.Outcome.PspCode).ShouldBe(
            (OutcomeKind.Declined, DeclineKind.Soft, "PENDING_CAPTURE"));
    }

    [Theory]
    [InlineData("succeeded", OutcomeKind.Approved, null)]
    [InlineData("failed", OutcomeKind.Declined, DeclineReasons.DoNotHonor)]
    internal async Task Settle_AProcessingPayment_IsFoundAsSettled(string outcome, OutcomeKind kind, string? reason)
    {
        foreach (var step in new[] { PspStep.Sale, PspStep.Authorize })
        {
            var operation = PspHarness.Operation(step, "pm_sandbox_processing");
            var id = (await _paypal.SendAsync(operation)).Outcome.PspReference;
            var order = (await _paypal.Psp.BookedAsync(operation.OperationId)).Single().GetProperty("paymentIntent").GetString()!;

            await _paypal.Psp.SettleAsync(order, outcome, PayPalHarness.Account);

            var found = (await _paypal.ResolveAsync(operation, id)).Outcome!;
            (found.Kind, found.Reason).ShouldBe((kind, reason));
        }
    }

    /// <summary>Decimal strings of the currency's own places; ISO 4217 gives forint two, PayPal none.</summary>
    [Theory]
    [InlineData("JPY", 1999)]
    [InlineData("HUF", 199900)]
    [InlineData("TWD", 100)]
    [InlineData("EUR", 1)]
    public async Task Sale_InACurrency_IsEchoedInMinorUnits(string currency, long amount)
    {
        var sale = PspHarness.Operation(PspStep.Sale, "pm_card_visa", amount: amount) with { CurrencyCode = currency };

        var result = await _paypal.SendAsync(sale);

        (result.Outcome.Kind, result.Outcome.AmountMinor, result.Outcome.CurrencyCode).ShouldBe(
            (OutcomeKind.Approved, amount, currency));
        (await _paypal.BookedAsync(sale, "captured")).ShouldBe(amount);
    }

    /// <summary>An order forgets its id after six hours: then a replay is a new charge, so there is none.</summary>
    [Theory]
    [InlineData(PspStep.Sale, 4, OutcomeKind.Approved, null, 1)]
    [InlineData(PspStep.Sale, 6, OutcomeKind.InDoubt, Reasons.KeyExpired, 0)]
    [InlineData(PspStep.Capture, 6, OutcomeKind.Approved, null, 1)]
    [InlineData(PspStep.Capture, 45 * 24, OutcomeKind.InDoubt, Reasons.KeyExpired, 0)]
    internal async Task Replay_SomeHoursLater_OnlyWithinTheKeysLife(
        PspStep step, int hours, OutcomeKind kind, string? reason, int tries)
    {
        var target = step == PspStep.Capture ? await _paypal.ApprovedAsync(PspStep.Authorize, "pm_card_visa") : null;
        var operation = PspHarness.Operation(step, "pm_card_visa", target);
        await _paypal.SendAsync(operation);

        var replay = await _paypal.SendAsync(operation, new PspSend
        {
            MayHaveArrived = true,
            FirstTriedAt = TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(hours),
        });

        (replay.Outcome.Kind, replay.Outcome.Reason, replay.Tries.Count).ShouldBe((kind, reason, tries));
    }

    /// <summary>Should it be sent all the same: the invoice id is a second guard, and leads to the first charge.</summary>
    [Fact]
    public async Task Sale_SentAgainUnderAForgottenKey_IsOneChargeAndFound()
    {
        var sale = PspHarness.Operation(PspStep.Sale, "pm_card_visa");
        var first = await _paypal.SendAsync(sale);
        _time.Shift = TimeSpan.FromHours(7);

        var again = await _paypal.SendAsync(sale);

        again.Tries[0].Outcome.PspCode.ShouldBe("DUPLICATE_INVOICE_ID");
        again.Outcome.ShouldBe(first.Outcome);
        (await _paypal.BookedAsync(sale, "captured")).ShouldBe(1999);
    }

    /// <summary>A replay is answered with what has become of it since.</summary>
    [Fact]
    public async Task Sale_ReplayedAfterItsRefund_IsStillApproved()
    {
        var sale = PspHarness.Operation(PspStep.Sale, "pm_card_visa");
        var first = await _paypal.SendAsync(sale);
        await _paypal.SendAsync(PspHarness.Operation(PspStep.Refund, target: first.Outcome.PspReference, amount: 500));

        var replay = await _paypal.SendAsync(sale, new PspSend { MayHaveArrived = true, FirstTriedAt = sale.CreatedAt });

        (replay.Outcome.Kind, replay.Outcome.PspStatus).ShouldBe((OutcomeKind.Approved, "PARTIALLY_REFUNDED"));
        (await _paypal.BookedAsync(sale, "captured")).ShouldBe(1999);
    }

    /// <summary>Transaction search shows a payment up to three hours late; until it reaches so far, absence is no answer.</summary>
    [Fact]
    public async Task Sale_WhoseSearchLags_IsFoundLater()
    {
        await using var paypal = await PayPalHarness.StartAsync(
            new() { ["Sandbox:SearchLagSeconds"] = "3600", ["Psp:Pipeline:MaxTries"] = "1" }, sandboxTime: _time);
        var sale = PspHarness.Operation(PspStep.Sale, "pm_sandbox_responseLost");

        var sent = await paypal.SendAsync(sale);
        var early = await paypal.ResolveAsync(sale);
        _time.Shift = TimeSpan.FromHours(2);
        var late = await paypal.ResolveAsync(sale);

        (sent.Outcome.Kind, sent.Outcome.Reason).ShouldBe((OutcomeKind.InDoubt, Reasons.ConnectionLost));
        (early.Kind, early.Outcome!.Reason).ShouldBe((FindingKind.Unclear, Reasons.NotFound));
        (late.Kind, late.Outcome!.Kind).ShouldBe((FindingKind.Known, OutcomeKind.Approved));
    }

    [Fact]
    public async Task Sale_ThatNeverHappened_IsProvedAbsentByTheSecondLookAfterTheSearchsLag()
    {
        var sale = PspHarness.Operation(PspStep.Sale, "pm_sandbox_chargeLost");
        var sent = await _paypal.SendAsync(sale);
        _time.Shift = TimeSpan.FromHours(4);

        var first = await _paypal.ResolveAsync(sale);
        var second = await _paypal.ResolveAsync(sale);

        sent.Outcome.Kind.ShouldBe(OutcomeKind.InDoubt);
        (first.Kind, second.Kind).ShouldBe((FindingKind.Absent, FindingKind.Absent));
        var (tried, limit) = (sale.CreatedAt, TimeSpan.FromSeconds(20));
        second.IsProof(tried, tried.AddMinutes(1), tried.AddHours(2), limit).ShouldBeFalse();
        second.IsProof(tried, tried.AddMinutes(1), tried.AddHours(3.1), limit).ShouldBeTrue();
    }

    /// <summary>A capture of which nothing is known is looked for in its order, at once.</summary>
    [Fact]
    public async Task Capture_ThatNeverHappened_IsAbsentFromItsOrder()
    {
        var authorization = await _paypal.ApprovedAsync(PspStep.Authorize, "pm_card_visa");
        var capture = PspHarness.Operation(PspStep.Capture, target: authorization);
        var sale = await _paypal.ApprovedAsync(PspStep.Sale, "pm_card_visa");
        var refund = PspHarness.Operation(PspStep.Refund, target: sale);

        (await _paypal.ResolveAsync(capture)).Kind.ShouldBe(FindingKind.Absent);
        (await _paypal.ResolveAsync(refund)).Kind.ShouldBe(FindingKind.Absent);
        (await _paypal.ResolveAsync(capture with { TargetReference = "UNKNOWN" })).Kind.ShouldBe(FindingKind.Unclear);
        (await _paypal.ResolveAsync(refund with { TargetReference = "UNKNOWN" })).Kind.ShouldBe(FindingKind.Unclear);
    }

    [Fact]
    public async Task LookUp_OverSeveralPages_FindsTheOneOfOurs()
    {
        // As fast as it goes: PayPal's pages are long.
        await using var paypal = await PayPalHarness.StartAsync(new()
        {
            [$"Psp:Connections:{PayPalHarness.Account}:Limits:MaxPerSecond"] = "10000",
        });
        await Parallel.ForAsync(0, 501, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            await paypal.ApprovedAsync(i % 2 == 0 ? PspStep.Sale : PspStep.Authorize, "pm_card_visa"));
        var sale = PspHarness.Operation(PspStep.Sale, "pm_card_visa");
        await paypal.SendAsync(sale);

        (await paypal.ResolveAsync(sale)).Outcome!.Kind.ShouldBe(OutcomeKind.Approved);
    }

    /// <summary>The sandbox's clock runs on; ours does not know that the token has expired until PayPal says so.</summary>
    [Fact]
    public async Task Sale_AfterTheTokenExpired_IsSentOnceMoreWithinItsTry()
    {
        await _paypal.ApprovedAsync(PspStep.Sale, "pm_card_visa");
        _time.Shift = TimeSpan.FromHours(10);

        var result = await _paypal.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"));

        (result.Outcome.Kind, result.Tries.Count).ShouldBe((OutcomeKind.Approved, 1));
    }

    [Theory]
    [InlineData("""{"rateLimited":1}""", OutcomeKind.Approved, null, 2)]
    [InlineData("""{"status":503,"count":1}""", OutcomeKind.Approved, null, 2)]
    [InlineData("""{"status":503,"count":9}""", OutcomeKind.InDoubt, Reasons.PspError, 3)]
    [InlineData("""{"rateLimited":9,"retryAfterSeconds":60}""", OutcomeKind.NotAttempted, Reasons.RateLimited, 1)]
    [InlineData("""{"refuse":true}""", OutcomeKind.NotAttempted, Reasons.ConnectionRefused, 3)]
    internal async Task Sale_WithAFaultOfTheAccount_HasItsOutcome(string fault, OutcomeKind kind, string? reason, int tries)
    {
        foreach (var hasToken in new[] { false, true })
        {
            await using var paypal = await PayPalHarness.StartAsync();
            if (hasToken)
                await paypal.ApprovedAsync(PspStep.Sale, "pm_card_visa");
            await paypal.Psp.SetFaultsAsync(JsonSerializer.Deserialize<JsonElement>(fault), PayPalHarness.Account);

            var result = await paypal.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"));

            (result.Outcome.Kind, result.Outcome.Reason, result.Tries.Count).ShouldBe((kind, reason, tries));
        }
    }

    [Fact]
    public async Task Send_WithTheWrongSecret_IsNotAttemptedForItsConfiguration()
    {
        await using var paypal = await PayPalHarness.StartAsync(
            new() { [$"Psp:Connections:{PayPalHarness.Account}:SecretKey"] = "wrong" });

        var result = await paypal.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"));

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((OutcomeKind.NotAttempted, Reasons.Configuration));
    }

    [Fact]
    public async Task Send_Anything_LogsNeitherTokenNorKey()
    {
        foreach (var token in (string[])["pm_card_visa", "pm_sandbox_responseLost", "pm_nobody_knows", "mock_CARD_EXPIRED"])
            await _paypal.SendAsync(PspHarness.Operation(PspStep.Sale, token));

        _paypal.Psp.Logs.Lines.ShouldNotBeEmpty();
        _paypal.Psp.Logs.Lines.ShouldAllBe(l => !l.Text.Contains("pm_") && !l.Text.Contains("mock_")
            && !l.Text.Contains(PspHarness.SecretKey) && !l.Text.Contains("A21AA"));
    }
}
