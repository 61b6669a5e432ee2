using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Payments.Executor.Psp;
using Payments.Sandbox;

namespace Payments.Executor.Tests.Psp.Square;

/// <summary>What one Square connection does over real sockets beyond a single call.</summary>
public sealed class SquareConnectionTests : IAsyncLifetime
{
    private PspHarness _psp = null!;
    private PspConnection _square = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _psp = await SquareHarnessFixture.StartAsync();
        _square = _psp.Connection(SquareHarnessFixture.Account);
        _client = Client(_psp);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _psp.DisposeAsync();
    }

    [Fact]
    public async Task Capture_OfAPart_LowersTheAmountFirst()
    {
        var payment = await _psp.ApprovedAsync(PspStep.Authorize, "cnon:card-nonce-ok", _square);

        var result = await _psp.SendAsync(PspHarness.Operation(PspStep.Capture, target: payment, amount: 1000), over: _square);

        (result.Outcome.Kind, result.Outcome.AmountMinor).ShouldBe((OutcomeKind.Approved, 1000));
        (await _psp.IntentAsync(payment)).GetProperty("captured").GetInt64().ShouldBe(1000);
    }

    [Fact]
    public async Task Capture_OfAPartWhoseAnswerIsLost_CapturesThePartOnce()
    {
        var payment = await _psp.ApprovedAsync(PspStep.Authorize, "pm_sandbox_captureLost", _square);
        var capture = PspHarness.Operation(PspStep.Capture, target: payment, amount: 1000);

        var result = await _psp.SendAsync(capture, over: _square);

        (result.Outcome.Kind, result.Tries.Count).ShouldBe((OutcomeKind.Approved, 2));
        (await _psp.IntentAsync(payment)).GetProperty("captured").GetInt64().ShouldBe(1000);
    }

    [Fact]
    public async Task Capture_OfMoreThanWasAuthorized_CapturesNothing()
    {
        var payment = await _psp.ApprovedAsync(PspStep.Authorize, "cnon:card-nonce-ok", _square);

        var result = await _psp.SendAsync(PspHarness.Operation(PspStep.Capture, target: payment, amount: 2000), over: _square);

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((OutcomeKind.InvalidRequest, Reasons.AmountNotRepresentable));
        (await _psp.IntentAsync(payment)).GetProperty("captured").GetInt64().ShouldBe(0);
    }

    /// <summary>A completion would have captured the whole amount.</summary>
    [Fact]
    public async Task Capture_OfAPartThatSquareCannotLower_IsRefusedAndNothingMoreIsAsked()
    {
        var body = SquareResponses.One(PspStep.Capture, SquareResponses.Payment(
            PspHarness.Operation(PspStep.Capture, target: "sq_1"), "APPROVED")).ReplaceLineEndings("");
        await using var server = new OddServer($"""
            HTTP/1.1 200 OK
            Content-Type: application/json
            Content-Length: {body.Length}
            Connection: close

            {body}
            """);
        await using var odd = await PspHarness.StartAsync(new()
        {
            ["Psp:Connections:square-odd:Adapter"] = "square",
            ["Psp:Connections:square-odd:BaseAddress"] = server.Address,
            ["Psp:Connections:square-odd:SecretKey"] = PspHarness.SecretKey,
            ["Psp:Connections:square-odd:Account"] = "L1",
        });
        var capture = PspHarness.Operation(PspStep.Capture, target: "sq_1", amount: 1000);

        var result = await odd.SendAsync(capture, over: odd.Connection("square-odd"));

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((OutcomeKind.InvalidRequest, Reasons.AmountNotRepresentable));
        server.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task Capture_Again_IsReadAndBelieved()
    {
        var payment = await _psp.ApprovedAsync(PspStep.Authorize, "cnon:card-nonce-ok", _square);
        var capture = PspHarness.Operation(PspStep.Capture, target: payment);
        await _psp.SendAsync(capture, over: _square);

        (await _psp.SendAsync(capture, over: _square)).Outcome.Kind.ShouldBe(OutcomeKind.Approved);
    }

    [Fact]
    public async Task Void_OfACapturedPayment_IsRefusedAsCaptured()
    {
        var payment = await _psp.ApprovedAsync(PspStep.Sale, "cnon:card-nonce-ok", _square);

        var result = await _psp.SendAsync(PspHarness.Operation(PspStep.Void, target: payment), over: _square);

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((OutcomeKind.Declined, Reasons.AlreadyCaptured));
    }

    [Fact]
    public async Task Void_ByKey_CancelsWhatItUndoesAndProvesIt()
    {
        var authorization = PspHarness.Operation(PspStep.Authorize, "pm_sandbox_saved500");
        (await _psp.SendAsync(authorization, over: _square)).Outcome.PspReference.ShouldBeNull();

        var result = await _psp.SendAsync(ByKey(authorization), over: _square);

        result.Outcome.Kind.ShouldBe(OutcomeKind.Approved);
        var booked = (await _psp.BookedAsync(authorization.OperationId)).ShouldHaveSingleItem();
        booked.GetProperty("canceled").GetBoolean().ShouldBeTrue();
        result.Outcome.PspReference.ShouldBe(booked.GetProperty("paymentIntent").GetString());
    }

    [Fact]
    public async Task Void_ByKeyOfASale_IsRefusedAsCaptured()
    {
        var sale = PspHarness.Operation(PspStep.Sale, "pm_sandbox_saved500");
        await _psp.SendAsync(sale, over: _square);

        var result = await _psp.SendAsync(ByKey(sale), over: _square);

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((OutcomeKind.Declined, Reasons.AlreadyCaptured));
    }

    /// <summary>Square says yes also where it found nothing; the create may still be under way.</summary>
    [Fact]
    public async Task Void_ByKeyOfNothing_StaysInDoubt()
    {
        var authorization = PspHarness.Operation(PspStep.Authorize, "pm_sandbox_chargeLost");
        await _psp.SendAsync(authorization, over: _square);

        var result = await _psp.SendAsync(ByKey(authorization), over: _square);

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((OutcomeKind.InDoubt, Reasons.NotFound));
        (await _psp.ResolveAsync(ByKey(authorization), over: _square)).Kind.ShouldBe(FindingKind.Absent);
    }

    [Fact]
    public async Task Refund_InParts_StopsAtWhatWasCaptured()
    {
        var payment = await _psp.ApprovedAsync(PspStep.Sale, "cnon:card-nonce-ok", _square);
        List<OutcomeKind> kinds = [];
        foreach (var amount in new[] { 500L, 1499L, 1L })
        {
            var refund = PspHarness.Operation(PspStep.Refund, target: payment, amount: amount);
            kinds.Add((await _psp.SendAsync(refund, over: _square)).Outcome.Kind);
        }

        kinds.ShouldBe([OutcomeKind.Pending, OutcomeKind.Pending, OutcomeKind.InDoubt]);
        (await _psp.IntentAsync(payment)).GetProperty("refunded").GetInt64().ShouldBe(1999);
    }

    [Fact]
    public async Task Refund_OfAnAuthorization_IsRefused()
    {
        var payment = await _psp.ApprovedAsync(PspStep.Authorize, "cnon:card-nonce-ok", _square);

        var result = await _psp.SendAsync(PspHarness.Operation(PspStep.Refund, target: payment), over: _square);

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((OutcomeKind.Declined, Reasons.NotRefundable));
    }

    [Fact]
    public async Task Authorize_Approved_SaysUntilWhen()
    {
        var operation = PspHarness.Operation(PspStep.Authorize, "cnon:card-nonce-ok");

        var result = await _psp.SendAsync(operation, over: _square);

        var until = result.Outcome.AuthorizedUntil.ShouldNotBeNull();
        (until - operation.CreatedAt).ShouldBeInRange(TimeSpan.FromDays(6.99), TimeSpan.FromDays(7.01));
    }

    [Fact]
    public async Task LookUp_OverSeveralPages_FindsTheOneOfOurs()
    {
        var operation = PspHarness.Operation(PspStep.Sale, "cnon:card-nonce-ok");
        for (var i = 0; i < 101; i++)
            await _psp.SendAsync(PspHarness.Operation(PspStep.Sale, "cnon:card-nonce-ok"), over: _square);
        await _psp.SendAsync(operation, over: _square);

        (await _psp.ResolveAsync(operation, over: _square)).Outcome!.Kind.ShouldBe(OutcomeKind.Approved);
    }

    [Theory]
    [InlineData("""{"rateLimited":1}""", OutcomeKind.Approved, 2)]
    [InlineData("""{"status":503,"count":1}""", OutcomeKind.Approved, 2)]
    [InlineData("""{"rateLimited":9,"retryAfterSeconds":60}""", OutcomeKind.NotAttempted, 1)]
    [InlineData("""{"refuse":true}""", OutcomeKind.NotAttempted, 3)]
    internal async Task Sale_WithAFaultOfTheAccount_HasItsOutcome(string fault, OutcomeKind kind, int tries)
    {
        await _psp.SetFaultsAsync(JsonSerializer.Deserialize<JsonElement>(fault), SquareHarnessFixture.Account);

        var result = await _psp.SendAsync(PspHarness.Operation(PspStep.Sale, "cnon:card-nonce-ok"), over: _square);

        (result.Outcome.Kind, result.Tries.Count).ShouldBe((kind, tries));
    }

    [Fact]
    public async Task Settle_AProcessingPayment_IsFoundAsSettled()
    {
        var operation = PspHarness.Operation(PspStep.Sale, "pm_sandbox_processing");
        var id = (await _psp.SendAsync(operation, over: _square)).Outcome.PspReference!;

        await _psp.SettleAsync(id, "failed", SquareHarnessFixture.Account);

        var outcome = (await _psp.ResolveAsync(operation, id, _square)).Outcome!;
        (outcome.Kind, outcome.PspCode).ShouldBe((OutcomeKind.Declined, "GENERIC_DECLINE"));
    }

    [Fact]
    public async Task Create_TheSameKeyWithAnotherBody_IsKeyReused()
    {
        var first = await PostAsync("v2/payments", Create("k", 100));
        var same = await PostAsync("v2/payments", Create("k", 100));
        var other = await PostAsync("v2/payments", Create("k", 101));

        same.Body.GetRawText().ShouldBe(first.Body.GetRawText());
        (other.Status, CodeOf(other.Body)).ShouldBe((HttpStatusCode.BadRequest, "IDEMPOTENCY_KEY_REUSED"));
    }

    [Theory]
    [InlineData("""{"idempotency_key":"k","amount_money":{"amount":1,"currency":"USD"}}""", "MISSING_REQUIRED_PARAMETER")]
    [InlineData("""{"source_id":"cnon:card-nonce-ok","amount_money":{"amount":1,"currency":"USD"}}""", "MISSING_REQUIRED_PARAMETER")]
    [InlineData("""{"source_id":"cnon:card-nonce-ok","idempotency_key":"k","amount_money":{"amount":"1","currency":"USD"}}""", "EXPECTED_OBJECT")]
    [InlineData("""{"source_id":"cnon:card-nonce-ok","idempotency_key":"k","amount_money":{"amount":0,"currency":"USD"}}""", "VALUE_TOO_LOW")]
    [InlineData("""{"source_id":"cnon:card-nonce-ok","idempotency_key":"0123456789012345678901234567890123456789012345","amount_money":{"amount":1,"currency":"USD"}}""", "VALUE_TOO_LONG")]
    [InlineData("""{"source_id":"cnon:card-nonce-ok","idempotency_key":"k","amount_money":{"amount":1,"currency":"USD"},"capture":true}""", "UNKNOWN_BODY_PARAMETER")]
    [InlineData("[]", "EXPECTED_JSON_BODY")]
    public async Task Create_ABadRequest_NamesTheRuleAndSavesNothing(string body, string code)
    {
        var bad = await PostAsync("v2/payments", body);
        var good = await PostAsync("v2/payments", Create("k", 100));

        (bad.Status, CodeOf(bad.Body)).ShouldBe((HttpStatusCode.BadRequest, code));
        good.Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("v2/payments/nobody", HttpStatusCode.NotFound)]
    [InlineData("v2/refunds/nobody", HttpStatusCode.NotFound)]
    [InlineData("v2/customers", HttpStatusCode.NotFound)]
    [InlineData("v1/payment_intents", HttpStatusCode.NotFound)]
    [InlineData("v2/payments?sort_order=UP", HttpStatusCode.BadRequest)]
    [InlineData("v2/payments?reference_id=x", HttpStatusCode.BadRequest)]
    [InlineData("v2/payments", HttpStatusCode.OK)]
    public async Task Get_APath_HasItsStatus(string path, HttpStatusCode status)
    {
        using var response = await _client.GetAsync(new Uri(path, UriKind.Relative));
        response.StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task Get_WithAnotherToken_IsUnauthorized()
    {
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "other");
        using var response = await _client.GetAsync(new Uri("v2/payments", UriKind.Relative));
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Start_WithAPspNobodyKnows_SaysWhichAreKnown()
    {
        var failure = await Should.ThrowAsync<OptionsValidationException>(() => SandboxHost.StartAsync(new Dictionary<string, string?>
        {
            ["Sandbox:Accounts:a:SecretKey"] = "sk",
            ["Sandbox:Accounts:a:Psp"] = "stripy",
        }));

        failure.Message.ShouldContain("Sandbox:Accounts:a:Psp is 'stripy'; known are ");
    }

    private static HttpClient Client(PspHarness psp)
    {
        var client = new HttpClient { BaseAddress = psp.Sandbox.AddressOf(SquareHarnessFixture.Account) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", PspHarness.SecretKey);
        return client;
    }

    private static PspOperation ByKey(PspOperation undone) =>
        PspHarness.Operation(PspStep.Void) with { Undoes = undone.OperationId };

    private static string Create(string key, long amount) =>
        $$"""{"source_id":"cnon:card-nonce-ok","idempotency_key":"{{key}}","amount_money":{"amount":{{amount}},"currency":"USD"} }""";

    private static string? CodeOf(JsonElement body) => body.GetProperty("errors")[0].GetProperty("code").GetString();

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body);
        using var response = await _client.PostAsync(new Uri(path, UriKind.Relative), content);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }
}
