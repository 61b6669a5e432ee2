using System.Text;
using Payments.Executor.Psp;
using Payments.Sandbox;

namespace Payments.Executor.Tests.Psp.Braintree;

/// <summary>Adapter and pipeline against the emulator, over real sockets.</summary>
public sealed class BraintreeSandboxTests : IAsyncLifetime
{
    private const string Account = "braintree-a";

    private PspHarness _psp = null!;

    private PspConnection Connection => _psp.Connection(Account);

    public async Task InitializeAsync() => _psp = await StartAsync();

    public async Task DisposeAsync() => await _psp.DisposeAsync();

    /// <summary>A sale: its outcome, and how much the sandbox's own book says was captured.</summary>
    [Theory]
    [InlineData("fake-valid-nonce", OutcomeKind.Approved, null, 1999)]
    [InlineData("fake-valid-visa-nonce", OutcomeKind.Approved, null, 1999)]
    [InlineData("fake-processor-declined-visa-nonce", OutcomeKind.Declined, DeclineReasons.DoNotHonor, 0)]
    [InlineData("fake-processor-failure-jcb-nonce", OutcomeKind.InDoubt, Reasons.PspError, 0)]
    [InlineData("fake-gateway-rejected-fraud-nonce", OutcomeKind.Declined, DeclineReasons.FraudSuspected, 0)]
    [InlineData("pm_card_visa", OutcomeKind.Approved, null, 1999)]
    [InlineData("pm_card_visa_chargeDeclinedInsufficientFunds", OutcomeKind.Declined, DeclineReasons.InsufficientFunds, 0)]
    [InlineData("pm_card_visa_chargeDeclinedStolenCard", OutcomeKind.Declined, DeclineReasons.StolenCard, 0)]
    [InlineData("pm_card_authenticationRequired", OutcomeKind.Declined, DeclineReasons.AuthenticationRequired, 0)]
    [InlineData("pm_sandbox_softDecline_braintree-a", OutcomeKind.Declined, DeclineReasons.TryAgainLater, 0)]
    [InlineData("pm_sandbox_softDecline_stripe-a", OutcomeKind.Approved, null, 1999)]
    [InlineData("pm_sandbox_processing", OutcomeKind.Pending, Reasons.Processing, 0)]
    [InlineData("pm_sandbox_slow", OutcomeKind.Approved, null, 1999)]
    [InlineData("pm_sandbox_wrongAmount", OutcomeKind.InDoubt, Reasons.IntegrityMismatch, 1999)]
    // Never sent again, and found at once.
    [InlineData("pm_sandbox_responseLost", OutcomeKind.Approved, null, 1999)]
    [InlineData("pm_sandbox_saved500", OutcomeKind.Approved, null, 1999)]
    internal async Task Sale_WithAToken_HasItsOutcomeAndAtMostOneCharge(
        string token, OutcomeKind kind, string? reason, long captured)
    {
        var operation = PspHarness.Operation(PspStep.Sale, token);

        var result = await SendAsync(operation);

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((kind, reason));
        result.Tries.Count(t => t.Purpose == TryPurpose.Send).ShouldBe(1);
        var booked = (await _psp.BookedAsync(operation.OperationId)).ShouldHaveSingleItem();
        booked.GetProperty("captured").GetInt64().ShouldBe(captured);
    }

    [Theory]
    [InlineData("pm_sandbox_chargeLost")]
    [InlineData("pm_sandbox_chargeLostOnce")]
    [InlineData("pm_sandbox_500NotCharged")]
    public async Task Sale_ThatNeverHappens_IsInDoubtAndNeverSentAgain(string token)
    {
        var operation = PspHarness.Operation(PspStep.Sale, token);

        var result = await SendAsync(operation);
        var replay = await SendAsync(operation, new PspSend { MayHaveArrived = true, FirstTriedAt = operation.CreatedAt });
        var look = await ResolveAsync(operation);

        result.Outcome.Kind.ShouldBe(OutcomeKind.InDoubt);
        (replay.Outcome.Reason, replay.Tries.Count).ShouldBe((Reasons.ReplayNotAllowed, 0));
        look.Kind.ShouldBe(FindingKind.Absent);
        (await _psp.BookedAsync(operation.OperationId)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("fake-consumed-nonce", OutcomeKind.InDoubt, Reasons.Conflict)]
    [InlineData("fake-luhn-invalid-nonce", OutcomeKind.InvalidRequest, Reasons.InvalidRequest)]
    [InlineData("pm_nobody_knows", OutcomeKind.InvalidRequest, Reasons.InvalidRequest)]
    internal async Task Sale_WithATokenThatIsNone_ChargesNothing(string token, OutcomeKind kind, string reason)
    {
        var operation = PspHarness.Operation(PspStep.Sale, token);

        var result = await SendAsync(operation);

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((kind, reason));
        (await _psp.BookedAsync(operation.OperationId)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(200100, OutcomeKind.Declined, DeclineReasons.InsufficientFunds)]
    [InlineData(300000, OutcomeKind.InDoubt, Reasons.PspError)]
    [InlineData(500100, OutcomeKind.Declined, DeclineReasons.ProcessingError)]
    [InlineData(100400, OutcomeKind.InDoubt, Reasons.IntegrityMismatch)]
    internal async Task Sale_OfATestAmount_IsAsDocumented(long amount, OutcomeKind kind, string reason)
    {
        var result = await SendAsync(PspHarness.Operation(PspStep.Sale, "fake-valid-nonce", amount: amount));

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((kind, reason));
    }

    [Fact]
    public async Task Sale_AtAnAccountOfAnotherCurrency_IsAMismatch()
    {
        var result = await SendAsync(PspHarness.Operation(PspStep.Sale, "fake-valid-nonce") with { CurrencyCode = "EUR" });

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((OutcomeKind.InDoubt, Reasons.IntegrityMismatch));
    }

    [Fact]
    public async Task Sale_WhoseSearchLags_IsFoundLater()
    {
        var clock = new ShiftedTime();
        await using var psp = await StartAsync(new() { ["Sandbox:SearchLagSeconds"] = "60" }, clock);
        var connection = psp.Connection(Account);
        var operation = PspHarness.Operation(PspStep.Sale, "pm_sandbox_responseLost");

        var sent = await psp.SendAsync(operation, over: connection);
        var first = await connection.ResolveAsync(operation, null, CancellationToken.None);
        clock.Shift = TimeSpan.FromMinutes(2);
        var second = await connection.ResolveAsync(operation, null, CancellationToken.None);

        (sent.Outcome.Kind, sent.Outcome.Reason).ShouldBe((OutcomeKind.InDoubt, Reasons.ConnectionLost));
        first.Kind.ShouldBe(FindingKind.Absent);
        second.Outcome!.Kind.ShouldBe(OutcomeKind.Approved);
    }

    [Fact]
    public async Task Sale_ThatSomethingSentTwice_IsOneChargeWithinTheGatewaysWindowAndADuplicateAfterIt()
    {
        var clock = new ShiftedTime();
        await using var psp = await StartAsync(sandboxTime: clock);
        var connection = psp.Connection(Account);
        var operation = PspHarness.Operation(PspStep.Sale, "fake-valid-nonce");

        var first = await psp.SendAsync(operation, over: connection);
        var rejected = await psp.SendAsync(operation, over: connection);
        clock.Shift = TimeSpan.FromMinutes(1);
        await psp.SendAsync(operation, over: connection);
        var look = await connection.ResolveAsync(operation, first.Outcome.PspReference, CancellationToken.None);

        rejected.Outcome.ShouldBe(first.Outcome);
        look.Outcome!.Reason.ShouldBe(Reasons.DuplicateAtPsp);
    }

    [Theory]
    [InlineData("pm_card_visa", 1999, OutcomeKind.Approved, null)]
    [InlineData("pm_card_visa", 500, OutcomeKind.Approved, null)]
    [InlineData("pm_card_visa", 2000, OutcomeKind.Declined, DeclineReasons.AmountNotAllowed)]
    [InlineData("pm_sandbox_captureLost", 1999, OutcomeKind.Approved, null)]
    [InlineData("pm_sandbox_capture500", 1999, OutcomeKind.Approved, null)]
    [InlineData("pm_sandbox_captureRefused", 1999, OutcomeKind.Declined, Reasons.AuthorizationExpired)]
    internal async Task Capture_OfAnAuthorization_HasItsOutcome(string token, long amount, OutcomeKind kind, string? reason)
    {
        var authorize = PspHarness.Operation(PspStep.Authorize, token);
        var authorized = await SendAsync(authorize);

        var result = await SendAsync(
            PspHarness.Operation(PspStep.Capture, target: authorized.Outcome.PspReference, amount: amount));

        authorized.Outcome.AuthorizedUntil.ShouldNotBeNull();
        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((kind, reason));
        (await CapturedAsync(authorize)).ShouldBe(kind == OutcomeKind.Approved ? amount : 0);
        (await ResolveAsync(authorize)).Outcome!.Kind.ShouldBe(
            reason == Reasons.AuthorizationExpired ? OutcomeKind.Declined : OutcomeKind.Approved);
    }

    [Theory]
    [InlineData("pm_card_visa")]
    [InlineData("pm_sandbox_voidLost")]
    public async Task Void_OfAnAuthorization_ReleasesIt(string token)
    {
        var authorize = PspHarness.Operation(PspStep.Authorize, token);
        var authorized = await SendAsync(authorize);
        var undo = PspHarness.Operation(PspStep.Void, target: authorized.Outcome.PspReference);

        var result = await SendAsync(undo);
        var again = await SendAsync(undo);

        result.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        again.Outcome.Kind.ShouldBe(OutcomeKind.Approved, "nothing is held");
        (await _psp.BookedAsync(authorize.OperationId)).Single().GetProperty("canceled").GetBoolean().ShouldBeTrue();
    }

    /// <summary>Of a sale that has not settled: a whole refund is a void, a part has to wait.</summary>
    [Theory]
    [InlineData("pm_card_visa", 1999, OutcomeKind.Approved, null, 0)]
    [InlineData("pm_sandbox_refundLost", 1999, OutcomeKind.Approved, null, 0)]
    [InlineData("pm_sandbox_refund500", 1999, OutcomeKind.Approved, null, 0)]
    [InlineData("pm_sandbox_refundFails", 1999, OutcomeKind.Declined, Reasons.NotYetSettled, 1999)]
    [InlineData("pm_card_visa", 500, OutcomeKind.Declined, Reasons.NotYetSettled, 1999)]
    internal async Task Refund_BeforeTheSettlement_IsAVoidOrHasToWait(
        string token, long amount, OutcomeKind kind, string? reason, long kept)
    {
        var sale = PspHarness.Operation(PspStep.Sale, token);
        var sold = await SendAsync(sale);

        var result = await SendAsync(RefundOf(sold, amount));

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((kind, reason));
        (await KeptAsync(sale)).ShouldBe(kept);
    }

    [Fact]
    public async Task Refund_InPartsAfterTheSettlement_AddsUpAndStopsAtTheCapture()
    {
        var sale = PspHarness.Operation(PspStep.Sale, "pm_card_visa");
        var sold = await SendAsync(sale);
        await SettleAsync(sold.Outcome.PspReference!);
        PspOperation[] parts = [RefundOf(sold, 999), RefundOf(sold, 1001), RefundOf(sold, 1000), RefundOf(sold, 1)];

        List<Outcome> outcomes = [];
        foreach (var part in parts)
            outcomes.Add((await SendAsync(part)).Outcome);

        outcomes.Select(o => o.Reason).ShouldBe([null, Reasons.NotRefundable, null, Reasons.AlreadyRefunded]);
        (await KeptAsync(sale)).ShouldBe(0);
        (await ResolveAsync(parts[0])).Outcome.ShouldBe(outcomes[0]);
        (await ResolveAsync(parts[3])).Kind.ShouldBe(FindingKind.Absent);
    }

    [Theory]
    [InlineData("pm_sandbox_refundLost", 1999, OutcomeKind.Approved, 0)]
    [InlineData("pm_sandbox_refundLost", 500, OutcomeKind.Approved, 1499)]
    [InlineData("pm_sandbox_refundFails", 500, OutcomeKind.Declined, 1999)]
    [InlineData("pm_card_visa", 1999, OutcomeKind.Approved, 0)]
    internal async Task Refund_AfterTheSettlement_IsGivenOnce(string token, long amount, OutcomeKind kind, long kept)
    {
        var sale = PspHarness.Operation(PspStep.Sale, token);
        var sold = await SendAsync(sale);
        await SettleAsync(sold.Outcome.PspReference!);

        var result = await SendAsync(RefundOf(sold, amount));

        result.Outcome.Kind.ShouldBe(kind);
        result.Tries.Count(t => t.Purpose == TryPurpose.Send).ShouldBe(1);
        (await KeptAsync(sale)).ShouldBe(kept);
    }

    [Fact]
    public async Task Faults_OfTheAccount_AreWhatTheyAreCalled()
    {
        await _psp.SetFaultsAsync(new { rateLimited = 1 }, Account);
        var limited = await SendAsync(PspHarness.Operation(PspStep.Sale, "fake-valid-nonce"));
        await _psp.SetFaultsAsync(new { status = 503, count = 1 }, Account);
        var failed = await SendAsync(PspHarness.Operation(PspStep.Sale, "fake-valid-nonce"));
        await _psp.SetFaultsAsync(new { refuse = true }, Account);
        var refused = await SendAsync(PspHarness.Operation(PspStep.Sale, "fake-valid-nonce"));

        (limited.Outcome.Kind, limited.Tries.Count).ShouldBe((OutcomeKind.Approved, 2), "it was not done, so it may be sent again");
        (failed.Outcome.Kind, failed.Outcome.Reason).ShouldBe((OutcomeKind.InDoubt, Reasons.PspError));
        failed.Tries.Count(t => t.Purpose == TryPurpose.Send).ShouldBe(1, "it may have been done");
        (refused.Outcome.Kind, refused.Outcome.Reason).ShouldBe((OutcomeKind.NotAttempted, Reasons.ConnectionRefused));
    }

    [Fact]
    public async Task Send_WithTheWrongKey_IsAConfigurationFault()
    {
        await using var psp = await StartAsync(new() { [$"Psp:Connections:{Account}:SecretKey"] = "wrong" });

        var result = await psp.SendAsync(PspHarness.Operation(PspStep.Sale, "fake-valid-nonce"), over: psp.Connection(Account));

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((OutcomeKind.InvalidRequest, Reasons.Configuration));
    }

    [Fact]
    public async Task Send_Anything_LogsNeitherTokenNorKey()
    {
        foreach (var token in (string[])["pm_card_visa", "pm_sandbox_responseLost", "pm_nobody_knows"])
            await SendAsync(PspHarness.Operation(PspStep.Sale, token));

        _psp.Logs.Lines.ShouldNotBeEmpty();
        _psp.Logs.Lines.ShouldAllBe(l => !l.Text.Contains("pm_") && !l.Text.Contains(PspHarness.SecretKey));
    }

    [Fact]
    public async Task Post_AnOperationNobodyKnows_IsRefused()
    {
        using var client = Client();
        using var content = new StringContent("""{"query":"mutation { createCustomer { customer { id } } }"}""", Encoding.UTF8, "application/json");

        using var response = await client.PostAsync(_psp.Sandbox.AddressOf(Account) + "graphql", content);

        (await response.Content.ReadAsStringAsync()).ShouldContain("\"errorClass\":\"VALIDATION\"");
    }

    private static Task<PspHarness> StartAsync(Dictionary<string, string?>? more = null, TimeProvider? sandboxTime = null)
    {
        var settings = new Dictionary<string, string?>
        {
            [$"Sandbox:Accounts:{Account}:Psp"] = "braintree",
            [$"Sandbox:Accounts:{Account}:SecretKey"] = PspHarness.SecretKey,
            [$"Sandbox:Accounts:{Account}:Port"] = "0",
            [$"Psp:Connections:{Account}:Adapter"] = "braintree",
            [$"Psp:Connections:{Account}:PublicKey"] = "public",
            [$"Psp:Connections:{Account}:Account"] = "shop-USD",
        };
        foreach (var (name, value) in more ?? [])
            settings[name] = value;
        return PspHarness.StartAsync(settings, sandboxTime: sandboxTime);
    }

    private static PspOperation RefundOf(PspResult sold, long amount) =>
        PspHarness.Operation(PspStep.Refund, target: sold.Outcome.PspReference, amount: amount) with { TargetAmountMinor = 1999 };

    private Task<PspResult> SendAsync(PspOperation operation, PspSend? send = null) =>
        _psp.SendAsync(operation, send, Connection);

    private Task<Finding> ResolveAsync(PspOperation operation) =>
        Connection.ResolveAsync(operation, null, CancellationToken.None);

    private async Task<long> CapturedAsync(PspOperation charge) =>
        (await _psp.BookedAsync(charge.OperationId)).Single().GetProperty("captured").GetInt64();

    private async Task<long> KeptAsync(PspOperation charge)
    {
        var booked = (await _psp.BookedAsync(charge.OperationId)).Single();
        return booked.GetProperty("captured").GetInt64() - booked.GetProperty("refunded").GetInt64();
    }

    private Task SettleAsync(string id) => _psp.SettleAtBraintreeAsync(id, Account);

    private static HttpClient Client()
    {
        var client = new HttpClient();
        client.DefaultRequestHeaders.Add("Braintree-Version", "2019-01-01");
        client.DefaultRequestHeaders.Add(
            "Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("public:" + PspHarness.SecretKey)));
        return client;
    }
}
