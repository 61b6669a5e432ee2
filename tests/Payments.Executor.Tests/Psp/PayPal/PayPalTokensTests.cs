using System.Net;
using Payments.Executor.Psp;
using Payments.Executor.Psp.PayPal;

namespace Payments.Executor.Tests.Psp.PayPal;

/// <summary>Access tokens: fetched once, renewed in time, and no doubt where none was to be had.</summary>
public sealed class PayPalTokensTests : IAsyncLifetime
{
    private readonly PayPalStandIn _paypal = PayPalStandIn.Start();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _paypal.DisposeAsync();

    [Fact]
    public async Task Send_ManyAtOnce_FetchOneToken()
    {
        using var client = Client();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync(client)));

        answers.ShouldAllBe(a => a == HttpStatusCode.UnprocessableEntity);
        _paypal.TokenRequests.ShouldBe(1);
        _paypal.Bearers.ShouldAllBe(b => b == "Bearer token-1");
    }

    /// <summary>A twentieth of its life is kept for a request under way and for clocks.</summary>
    [Theory]
    [InlineData(949, 1)]
    [InlineData(951, 2)]
    [InlineData(5000, 2)]
    public async Task Send_SomeTimeAfterTheToken_RenewsItBeforeItExpires(int seconds, int tokens)
    {
        var time = new SteppedTime();
        using var client = Client(time);
        await PostAsync(client);

        time.Step(TimeSpan.FromSeconds(seconds));
        await PostAsync(client);

        _paypal.TokenRequests.ShouldBe(tokens);
        _paypal.Bearers.ShouldBe(["Bearer token-1", $"Bearer token-{tokens}"]);
    }

    [Fact]
    public async Task Send_WithATokenThatIsRefused_FetchesAnotherAndSendsAgain()
    {
        _paypal.Answer = token => Task.FromResult(token == "token-1" ? (401, "{}") : (422, PayPalStandIn.Declined));
        using var client = Client();

        (await PostAsync(client)).ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await PostAsync(client)).ShouldBe(HttpStatusCode.UnprocessableEntity);

        _paypal.TokenRequests.ShouldBe(2);
        _paypal.Bearers.ShouldBe(["Bearer token-1", "Bearer token-2", "Bearer token-2"]);
    }

    /// <summary>All of them were refused the same token; one renewal serves them all.</summary>
    [Fact]
    public async Task Send_ManyWithATokenThatIsRefused_RenewItOnce()
    {
        using var client = Client();
        await PostAsync(client);
        _paypal.Answer = token => Task.FromResult(token == "token-1" ? (401, "{}") : (422, PayPalStandIn.Declined));

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync(client)));

        answers.ShouldAllBe(a => a == HttpStatusCode.UnprocessableEntity);
        _paypal.TokenRequests.ShouldBe(2);
    }

    [Fact]
    public async Task Send_WithEveryTokenRefused_GivesUpAfterTheSecond()
    {
        _paypal.Answer = _ => Task.FromResult((401, "{}"));
        using var client = Client();

        (await PostAsync(client)).ShouldBe(HttpStatusCode.Unauthorized);

        (_paypal.TokenRequests, _paypal.Bearers.Count).ShouldBe((2, 2));
    }

    /// <summary>The 401 itself says that nothing was done; an exception would say that it is not known.</summary>
    [Fact]
    public async Task Send_WithATokenThatIsRefusedAndNoOtherToBeHad_IsThe401()
    {
        _paypal.Answer = _ => Task.FromResult((401, "{}"));
        _paypal.GiveToken = n => Task.FromResult(n == 1 ? (200, PayPalStandIn.Token(n)) : (503, ""));
        using var client = Client();

        (await PostAsync(client)).ShouldBe(HttpStatusCode.Unauthorized);

        _paypal.Bearers.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Send_GivenUpWhileTheTokenComes_LeavesTheFetchToTheOthers()
    {
        var given = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        _paypal.GiveToken = async n =>
        {
            asked.SetResult();
            await given.Task;
            return (200, PayPalStandIn.Token(n));
        };
        using var client = Client();
        using var impatience = new CancellationTokenSource();
        var first = PostAsync(client, impatience.Token);
        await asked.Task;

        await impatience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        var second = PostAsync(client);
        given.SetResult();

        (await second).ShouldBe(HttpStatusCode.UnprocessableEntity);
        _paypal.TokenRequests.ShouldBe(1);
    }

    /// <summary>Meanwhile nobody asks; what waits is not attempted, and not in doubt.</summary>
    [Theory]
    [InlineData("30", 30)]
    [InlineData("86400", 600)]
    public async Task Send_AfterARefusalWithRetryAfter_AsksForATokenOnlyThen(string retryAfter, int seconds)
    {
        var time = new SteppedTime();
        using var client = Client(time);
        _paypal.RetryAfter = retryAfter;
        _paypal.GiveToken = n => Task.FromResult(n == 1 ? (429, "") : (200, PayPalStandIn.Token(n)));
        await Should.ThrowAsync<HttpRequestException>(() => PostAsync(client));

        time.Step(TimeSpan.FromSeconds(seconds - 1));
        var early = await Should.ThrowAsync<HttpRequestException>(() => PostAsync(client));
        early.HttpRequestError.ShouldBe(HttpRequestError.ConnectionError);
        _paypal.TokenRequests.ShouldBe(1);

        time.Step(TimeSpan.FromSeconds(1));
        (await PostAsync(client)).ShouldBe(HttpStatusCode.UnprocessableEntity);
        _paypal.TokenRequests.ShouldBe(2);
    }

    /// <summary>Without a token nothing was sent, whatever the token's endpoint says; and the next one starts afresh.</summary>
    [Theory]
    [InlineData(500, "", Reasons.ConnectionRefused)]
    [InlineData(503, "<html>maintenance</html>", Reasons.ConnectionRefused)]
    [InlineData(429, "", Reasons.ConnectionRefused)]
    [InlineData(302, "", Reasons.ConnectionRefused)]
    [InlineData(401, """{"error":"invalid_client"}""", Reasons.Configuration)]
    [InlineData(400, """{"error":"unsupported_grant_type"}""", Reasons.Configuration)]
    [InlineData(403, "", Reasons.Configuration)]
    [InlineData(200, "<html>captive portal</html>", Reasons.ConnectionRefused)]
    [InlineData(200, "", Reasons.ConnectionRefused)]
    [InlineData(200, "[]", Reasons.ConnectionRefused)]
    [InlineData(200, "{}", Reasons.ConnectionRefused)]
    [InlineData(200, """{"access_token":"","expires_in":1000}""", Reasons.ConnectionRefused)]
    [InlineData(200, """{"access_token":"a b","expires_in":1000}""", Reasons.ConnectionRefused)]
    [InlineData(200, """{"access_token":"a\r\nX: b","expires_in":1000}""", Reasons.ConnectionRefused)]
    [InlineData(200, """{"access_token":"a"}""", Reasons.ConnectionRefused)]
    [InlineData(200, """{"access_token":"a","expires_in":0}""", Reasons.ConnectionRefused)]
    [InlineData(200, """{"access_token":"a","expires_in":"soon"}""", Reasons.ConnectionRefused)]
    public async Task Sale_WithoutAToken_IsNotAttempted(int status, string body, string reason)
    {
        await using var psp = await StartAsync();
        _paypal.GiveToken = _ => Task.FromResult((status, body));
        var sale = PspHarness.Operation(PspStep.Sale, "pm_card_visa");

        var result = await psp.SendAsync(sale, over: psp.Connection("paypal-odd"));

        (result.Outcome.Kind, result.Outcome.Reason, result.Tries.Count).ShouldBe((OutcomeKind.NotAttempted, reason, 3));
        _paypal.Bearers.ShouldBeEmpty();

        _paypal.GiveToken = n => Task.FromResult((200, PayPalStandIn.Token(n)));
        (await psp.SendAsync(sale, over: psp.Connection("paypal-odd"))).Outcome.Kind.ShouldBe(OutcomeKind.Declined);
    }

    /// <summary>The second try finds the token that the first has waited for in vain.</summary>
    [Fact]
    public async Task Sale_WhoseTokenIsSlow_IsSentWhenItHasCome()
    {
        var given = new TaskCompletionSource();
        _paypal.GiveToken = async n =>
        {
            await given.Task;
            return (200, PayPalStandIn.Token(n));
        };
        await using var psp = await StartAsync(new() { ["Psp:Pipeline:TryLimitSeconds"] = "0.5" });

        var first = await psp.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"), over: psp.Connection("paypal-odd"));
        given.SetResult();
        var second = await psp.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"), over: psp.Connection("paypal-odd"));

        (first.Outcome.Kind, first.Outcome.Reason).ShouldBe((OutcomeKind.NotAttempted, Reasons.ConnectTimeout));
        second.Outcome.Kind.ShouldBe(OutcomeKind.Declined);
        _paypal.Bearers.Count.ShouldBe(1);
    }

    /// <summary>After a renewal it is refused all the same: nothing was done, and another connection may be tried.</summary>
    [Fact]
    public async Task Sale_WithEveryTokenRefused_IsNotAttempted()
    {
        _paypal.Answer = _ => Task.FromResult((401, """{"name":"AUTHENTICATION_FAILURE"}"""));
        await using var psp = await StartAsync();

        var result = await psp.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"), over: psp.Connection("paypal-odd"));

        (result.Outcome.Kind, result.Outcome.Reason).ShouldBe((OutcomeKind.NotAttempted, Reasons.Configuration));
    }

    /// <summary>What may have arrived stays in doubt, also when the token is missing afterwards.</summary>
    [Fact]
    public async Task Sale_ThatMayHaveArrivedAndThenHasNoToken_IsInDoubt()
    {
        _paypal.Answer = _ => Task.FromResult((500, ""));
        await using var psp = await StartAsync();
        var sale = PspHarness.Operation(PspStep.Sale, "pm_card_visa");
        var first = await psp.SendAsync(sale, over: psp.Connection("paypal-odd"));
        _paypal.Answer = _ => Task.FromResult((401, ""));
        _paypal.GiveToken = _ => Task.FromResult((503, ""));

        var replay = await psp.SendAsync(
            sale, new PspSend { MayHaveArrived = true, FirstTriedAt = sale.CreatedAt }, psp.Connection("paypal-odd"));

        (first.Outcome.Kind, first.Outcome.Reason).ShouldBe((OutcomeKind.InDoubt, Reasons.PspError));
        (replay.Outcome.Kind, replay.Outcome.Reason).ShouldBe((OutcomeKind.InDoubt, Reasons.EarlierTryUnknown));
    }

    [Fact]
    public async Task Send_Anything_LogsNeitherTokenNorSecret()
    {
        _paypal.GiveToken = n => Task.FromResult((200, n == 1 ? """{"access_token":"token-x","expires_in":-1}""" : PayPalStandIn.Token(n)));
        await using var psp = await StartAsync();

        await psp.SendAsync(PspHarness.Operation(PspStep.Sale, "pm_card_visa"), over: psp.Connection("paypal-odd"));

        psp.Logs.Lines.ShouldNotBeEmpty();
        psp.Logs.Lines.ShouldAllBe(
            l => !l.Text.Contains("token-") && !l.Text.Contains("pm_card") && !l.Text.Contains(PspHarness.SecretKey));
    }

    private Task<PspHarness> StartAsync(Dictionary<string, string?>? more = null) => PspHarness.StartAsync(new(more ?? [])
    {
        ["Psp:Connections:paypal-odd:Adapter"] = "paypal",
        ["Psp:Connections:paypal-odd:BaseAddress"] = _paypal.Address.AbsoluteUri,
        ["Psp:Connections:paypal-odd:PublicKey"] = "client-1",
        ["Psp:Connections:paypal-odd:SecretKey"] = PspHarness.SecretKey,
    });

    private HttpClient Client(TimeProvider? time = null)
    {
        var connection = new PspConnectionOptions
        {
            Adapter = "paypal",
            BaseAddress = _paypal.Address,
            PublicKey = "client-1",
            SecretKey = "secret-1",
        };
        return new HttpClient(new PayPalTokens(connection, time ?? TimeProvider.System)
        {
            InnerHandler = PspConnections.Network(_paypal.Address, new PspPipelineOptions()),
        })
        {
            BaseAddress = _paypal.Address,
        };
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, CancellationToken cancellationToken = default)
    {
        using var content = new StringContent("{}");
        using var response = await client.PostAsync(new Uri("v2/checkout/orders", UriKind.Relative), content, cancellationToken);
        return response.StatusCode;
    }

    /// <summary>Its timestamps move by hand; its timers run in real time.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        private long _steps;

        public void Step(TimeSpan by) => _steps += (long)(by.TotalSeconds * TimestampFrequency);

        public override long GetTimestamp() => _steps;
    }
}
