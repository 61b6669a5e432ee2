using Payments.Executor.Psp;
using Payments.Sandbox;
using Payments.Sandbox.Square;

namespace Payments.Executor.Tests.Psp.Square;

/// <summary>Every source of the sandbox at Square, over real HTTP, through adapter and pipeline.</summary>
public sealed class SquareSourceTests(SquareHarnessFixture fixture) : IClassFixture<SquareHarnessFixture>
{
    private readonly PspHarness _psp = fixture.Harness;
    private readonly PspConnection _square = fixture.Square;

    /// <summary>
    /// A sale: the outcome, how often it was sent or read, and how much the sandbox's own book says was captured.
    /// </summary>
    [Theory]
    [InlineData("cnon:card-nonce-ok", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("cnon:gift-card-nonce-ok", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("cnon:card-nonce-declined", OutcomeKind.Declined, DeclineReasons.GenericDecline, 1, 0)]
    [InlineData("cnon:card-nonce-rejected-cvv", OutcomeKind.Declined, DeclineReasons.IncorrectCvc, 1, 0)]
    [InlineData("cnon:card-nonce-rejected-postalcode", OutcomeKind.Declined, DeclineReasons.IncorrectPostcode, 1, 0)]
    [InlineData("cnon:card-nonce-rejected-expiration", OutcomeKind.Declined, DeclineReasons.IncorrectExpiry, 1, 0)]
    [InlineData("cnon:gift-card-nonce-insufficient-funds", OutcomeKind.Declined, DeclineReasons.InsufficientFunds, 1, 0)]
    [InlineData("cnon:gift-card-nonce-insufficient-permission", OutcomeKind.Declined, DeclineReasons.TransactionNotPermitted, 1, 0)]
    [InlineData("cnon:card-nonce-declined_square-a", OutcomeKind.Declined, DeclineReasons.GenericDecline, 1, 0)]
    [InlineData("cnon:card-nonce-declined_stripe-a", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("pm_sandbox_processing", OutcomeKind.Pending, Reasons.Processing, 1, 0)]
    [InlineData("pm_sandbox_slow", OutcomeKind.Approved, null, 1, 1999)]
    [InlineData("pm_sandbox_responseLost", OutcomeKind.Approved, null, 2, 1999)]
    [InlineData("pm_sandbox_chargeLostOnce", OutcomeKind.Approved, null, 2, 1999)]
    [InlineData("pm_sandbox_saved500", OutcomeKind.InDoubt, Reasons.PspError, 3, 1999)]
    [InlineData("pm_sandbox_wrongAmount", OutcomeKind.InDoubt, Reasons.IntegrityMismatch, 1, 1999)]
    [InlineData("pm_sandbox_softDecline_square-a", OutcomeKind.Declined, DeclineReasons.GenericDecline, 1, 0)]
    [InlineData("pm_sandbox_softDecline_stripe-a", OutcomeKind.Approved, null, 1, 1999)]
    internal async Task Sale_WithASource_HasItsOutcomeAndAtMostOneCharge(
        string source, OutcomeKind kind, string? reason, int tries, long captured)
    {
        var operation = PspHarness.Operation(PspStep.Sale, source);

        var result = await _psp.SendAsync(operation, over: _square);

        (result.Outcome.Kind, result.Outcome.Reason, result.Tries.Count).ShouldBe((kind, reason, tries));
        var booked = (await _psp.BookedAsync(operation.OperationId)).ShouldHaveSingleItem();
        booked.GetProperty("captured").GetInt64().ShouldBe(captured);
        if (result.Outcome.PspReference is { } reference)
            booked.GetProperty("paymentIntent").GetString().ShouldBe(reference);
        if (kind == OutcomeKind.Approved)
            (result.Outcome.AmountMinor, result.Outcome.CurrencyCode).ShouldBe((1999, "USD"));
    }

    /// <summary>What the look-up by our reference finds is what the answer said, or would have said.</summary>
    [Theory]
    [InlineData("cnon:card-nonce-ok", OutcomeKind.Approved)]
    [InlineData("cnon:card-nonce-declined", OutcomeKind.Declined)]
    [InlineData("pm_sandbox_saved500", OutcomeKind.Approved)]
    [InlineData("pm_sandbox_processing", OutcomeKind.Pending)]
    [InlineData("pm_sandbox_wrongAmount", OutcomeKind.InDoubt)]
    internal async Task LookUp_OfASale_FindsIt(string source, OutcomeKind kind)
    {
        var operation = PspHarness.Operation(PspStep.Sale, source);
        await _psp.SendAsync(operation, over: _square);

        var byReference = await _psp.ResolveAsync(operation, over: _square);
        var byId = await _psp.ResolveAsync(operation, byReference.Outcome!.PspReference, _square);

        byReference.Outcome.Kind.ShouldBe(kind);
        byId.Outcome.ShouldBe(byReference.Outcome);
    }

    [Theory]
    [InlineData("pm_sandbox_chargeLost", Reasons.ConnectionLost, 3)]
    [InlineData("pm_sandbox_500NotCharged", Reasons.PspError, 3)]
    [InlineData("cnon:card-nonce-already-used", Reasons.UnexpectedState, 2)]
    public async Task Sale_ThatNeverHappens_IsInDoubtUntilTheBookSaysAbsent(string source, string reason, int tries)
    {
        var operation = PspHarness.Operation(PspStep.Sale, source);

        var result = await _psp.SendAsync(operation, over: _square);
        var finding = await _psp.ResolveAsync(operation, over: _square);

        (result.Outcome.Kind, result.Outcome.Reason, result.Tries.Count).ShouldBe((OutcomeKind.InDoubt, reason, tries));
        finding.Kind.ShouldBe(FindingKind.Absent);
        (await _psp.BookedAsync(operation.OperationId)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("cnon:nobody-knows", "NOT_FOUND")]
    [InlineData("pm_card_visa", "NOT_FOUND")]
    [InlineData("ccof:customer-card-id-ok", "MISSING_REQUIRED_PARAMETER")]
    [InlineData("ccof:customer-card-id-declined", "MISSING_REQUIRED_PARAMETER")]
    [InlineData("ccof:customer-card-id-requires-verification", "MISSING_REQUIRED_PARAMETER")]
    public async Task Sale_WithASourceSquareCannotTake_IsInvalid(string source, string code)
    {
        var result = await _psp.SendAsync(PspHarness.Operation(PspStep.Sale, source), over: _square);

        (result.Outcome.Kind, result.Outcome.PspCode).ShouldBe((OutcomeKind.InvalidRequest, code));
    }

    [Theory]
    [InlineData("pm_sandbox_stalled")]
    public async Task Sale_WhoseAnswerStalls_IsApprovedByAReplay(string source)
    {
        await using var psp = await SquareHarnessFixture.StartAsync(new()
        {
            ["Psp:Pipeline:TryLimitSeconds"] = "0.5",
            ["Psp:Pipeline:MaxTries"] = "10",
        });
        var operation = PspHarness.Operation(PspStep.Sale, source);

        var result = await psp.SendAsync(operation, over: psp.Connection(SquareHarnessFixture.Account));

        result.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        result.Tries[0].Outcome.Reason.ShouldBe(Reasons.NoAnswer);
        (await psp.BookedAsync(operation.OperationId)).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("cnon:card-nonce-ok", OutcomeKind.Approved, null, 1)]
    [InlineData("pm_sandbox_captureLost", OutcomeKind.Approved, null, 2)]
    [InlineData("pm_sandbox_capture500", OutcomeKind.Approved, null, 2)]
    [InlineData("pm_sandbox_captureRefused", OutcomeKind.Declined, Reasons.AuthorizationExpired, 1)]
    internal async Task Capture_OfAnAuthorizationWithASource_HasItsOutcome(
        string source, OutcomeKind kind, string? reason, int tries)
    {
        var payment = await _psp.ApprovedAsync(PspStep.Authorize, source, _square);
        var capture = PspHarness.Operation(PspStep.Capture, target: payment);

        var result = await _psp.SendAsync(capture, over: _square);

        (result.Outcome.Kind, result.Outcome.Reason, result.Tries.Count).ShouldBe((kind, reason, tries));
        var captured = (await _psp.IntentAsync(payment)).GetProperty("captured").GetInt64();
        captured.ShouldBe(kind == OutcomeKind.Declined ? 0 : 1999);
        (await _psp.ResolveAsync(capture, over: _square)).Outcome!.Kind.ShouldBe(kind);
    }

    [Theory]
    [InlineData("cnon:card-nonce-ok", 1)]
    [InlineData("pm_sandbox_voidLost", 3)]
    public async Task Void_OfAnAuthorizationWithASource_IsApproved(string source, int tries)
    {
        var payment = await _psp.ApprovedAsync(PspStep.Authorize, source, _square);

        var result = await _psp.SendAsync(PspHarness.Operation(PspStep.Void, target: payment), over: _square);

        (result.Outcome.Kind, result.Tries.Count).ShouldBe((OutcomeKind.Approved, tries));
        (await _psp.IntentAsync(payment)).GetProperty("canceled").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("cnon:card-nonce-ok", OutcomeKind.Pending, 1, OutcomeKind.Approved, 1999)]
    [InlineData("pm_sandbox_refundLost", OutcomeKind.Pending, 2, OutcomeKind.Approved, 1999)]
    [InlineData("pm_sandbox_refund500", OutcomeKind.InDoubt, 3, OutcomeKind.Approved, 1999)]
    [InlineData("pm_sandbox_refundFails", OutcomeKind.Pending, 1, OutcomeKind.Declined, 0)]
    internal async Task Refund_OfASaleWithASource_StartsPendingAndEnds(
        string source, OutcomeKind first, int tries, OutcomeKind last, long refunded)
    {
        var time = new ShiftedTime();
        await using var psp = await SquareHarnessFixture.StartAsync(sandboxTime: time);
        var square = psp.Connection(SquareHarnessFixture.Account);
        var payment = await psp.ApprovedAsync(PspStep.Sale, source, square);
        var refund = PspHarness.Operation(PspStep.Refund, target: payment);

        var result = await psp.SendAsync(refund, over: square);
        time.Shift = TimeSpan.FromSeconds(2);
        var byReference = await psp.ResolveAsync(refund, over: square);
        var byId = await psp.ResolveAsync(refund, byReference.Outcome!.PspReference, square);

        (result.Outcome.Kind, result.Tries.Count).ShouldBe((first, tries));
        byReference.Outcome.Kind.ShouldBe(last);
        byId.Outcome.ShouldBe(byReference.Outcome);
        (await psp.IntentAsync(payment)).GetProperty("refunded").GetInt64().ShouldBe(refunded);
    }

    [Fact]
    public void All_Sources_AreInTheReadmeAndTestedHere()
    {
        var readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "sandbox-readme.md"));
        var tested = TestedTokens.Of(GetType());
        // What fails late does so by webhook only, at Adyen.
        var own = SandboxTokens.All
            .Where(t => t.OnCapture != TokenFault.FailLate && t.OnRefund != TokenFault.FailLate)
            .Select(t => t.Name)
            .Where(n => n.StartsWith("pm_sandbox_", StringComparison.Ordinal));
        foreach (var source in SquareSources.All.Select(t => t.Name).Concat(own))
        {
            readme.ShouldContain($"`{source}`");
            tested.ShouldContain(source);
        }
    }
}
