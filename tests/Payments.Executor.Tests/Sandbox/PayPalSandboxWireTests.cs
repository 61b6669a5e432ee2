using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Payments.Executor.Tests.Psp;
using Payments.Sandbox;

namespace Payments.Executor.Tests.Sandbox;

/// <summary>The emulated PayPal by itself: its tokens, its idempotency layer, its errors and its rarer calls.</summary>
public sealed class PayPalSandboxWireTests : IAsyncLifetime
{
    private readonly ShiftedTime _time = new();
    private SandboxHost _sandbox = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _sandbox = await StartAsync();
        _client = await ClientAsync(_sandbox);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _sandbox.DisposeAsync();
    }

    [Theory]
    [InlineData("client:key", "grant_type=client_credentials", HttpStatusCode.OK)]
    [InlineData("client:other", "grant_type=client_credentials", HttpStatusCode.Unauthorized)]
    [InlineData(":key", "grant_type=client_credentials", HttpStatusCode.Unauthorized)]
    [InlineData("key", "grant_type=client_credentials", HttpStatusCode.Unauthorized)]
    [InlineData("client:key", "grant_type=password", HttpStatusCode.BadRequest)]
    [InlineData("client:key", "", HttpStatusCode.BadRequest)]
    public async Task Token_ForCredentials_IsGivenOrNot(string credentials, string form, HttpStatusCode status)
    {
        using var response = await AskForTokenAsync(_sandbox, credentials, form);

        response.StatusCode.ShouldBe(status);
        if (status == HttpStatusCode.OK)
        {
            var token = await response.Content.ReadFromJsonAsync<JsonElement>();
            token.GetProperty("token_type").GetString().ShouldBe("Bearer");
            token.GetProperty("expires_in").GetInt32().ShouldBe(32400);
        }
    }

    [Theory]
    [InlineData(8.9, HttpStatusCode.Created)]
    [InlineData(9.1, HttpStatusCode.Unauthorized)]
    public async Task Token_SomeHoursOld_IsGoodForNine(double hours, HttpStatusCode status)
    {
        _time.Shift = TimeSpan.FromHours(hours);

        (await PostAsync("v2/checkout/orders", Sale("r1"), "k")).Status.ShouldBe(status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer made-up")]
    [InlineData("Basic Y2xpZW50OmtleQ==")]
    public async Task Get_WithoutAToken_IsUnauthorized(string? authorization)
    {
        _client.DefaultRequestHeaders.Authorization = authorization is null ? null : AuthenticationHeaderValue.Parse(authorization);

        (await GetAsync("v2/checkout/orders/ANY")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    /// <summary>A token is an account's.</summary>
    [Fact]
    public async Task Get_WithATokenOfAnotherAccount_IsUnauthorized()
    {
        using var response = await _client.GetAsync(new Uri(_sandbox.Address, "b/v2/checkout/orders/ANY"));

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    /// <summary>PayPal answers a repetition with 200, and with what has become of it since.</summary>
    [Fact]
    public async Task Post_TheSameIdAndRequest_IsTheCurrentState()
    {
        var first = await PostAsync("v2/checkout/orders", Sale("r1"), "k");
        var capture = Capture(first.Body).GetProperty("id").GetString();
        await PostAsync($"v2/payments/captures/{capture}/refund", "{}", "k");

        var again = await PostAsync("v2/checkout/orders", Sale("r1"), "k");

        (first.Status, again.Status).ShouldBe((HttpStatusCode.Created, HttpStatusCode.OK));
        again.Body.GetProperty("id").GetString().ShouldBe(first.Body.GetProperty("id").GetString());
        Capture(first.Body).GetProperty("status").GetString().ShouldBe("COMPLETED");
        Capture(again.Body).GetProperty("status").GetString().ShouldBe("REFUNDED");
        (await ChargesAsync()).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Post_TheSameIdWithAnotherRequest_IsRefused()
    {
        await PostAsync("v2/checkout/orders", Sale("r1"), "k");

        var other = await PostAsync("v2/checkout/orders", Sale("r2"), "k");

        (other.Status, other.Issue).ShouldBe((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"));
        (await ChargesAsync()).Length.ShouldBe(1);
    }

    /// <summary>Each kind of call has ids of its own.</summary>
    [Fact]
    public async Task Post_TheSameIdForAnotherKindOfCall_IsAnotherRequest()
    {
        var order = await PostAsync("v2/checkout/orders", Authorization("r1"), "k");
        var id = AuthorizationIn(order.Body).GetProperty("id").GetString();

        var capture = await PostAsync($"v2/payments/authorizations/{id}/capture", "{\"final_capture\":true}", "k");

        capture.Status.ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData(5.9, 1)]
    [InlineData(6.1, 2)]
    public async Task Post_AnOrdersIdAfterHours_IsForgottenAfterSix(double hours, int charges)
    {
        await PostAsync("v2/checkout/orders", Sale(null), "k");
        _time.Shift = TimeSpan.FromHours(hours);
        await PostAsync("v2/checkout/orders", Sale(null), "k");

        (await ChargesAsync()).Length.ShouldBe(charges);
    }

    [Theory]
    [InlineData(44.9, 500)]
    [InlineData(45.1, 1000)]
    public async Task Post_ARefundsIdAfterDays_IsForgottenAfterFortyFive(double days, long refunded)
    {
        var order = await PostAsync("v2/checkout/orders", Sale("r1"), "k");
        var path = $"v2/payments/captures/{Capture(order.Body).GetProperty("id").GetString()}/refund";
        const string Part = """{"amount":{"currency_code":"USD","value":"5.00"}}""";
        await PostAsync(path, Part, "r");
        _time.Shift = TimeSpan.FromDays(days);
        _client.Dispose();
        _client = await ClientAsync(_sandbox);
        await PostAsync(path, Part, "r");

        (await ChargesAsync()).Single().GetProperty("refunded").GetInt64().ShouldBe(refunded);
    }

    /// <summary>Without an id PayPal does it twice.</summary>
    [Fact]
    public async Task Post_WithoutAnId_IsDoneEachTime()
    {
        var order = await PostAsync("v2/checkout/orders", Sale("r1"), "k");
        var path = $"v2/payments/captures/{Capture(order.Body).GetProperty("id").GetString()}/refund";
        const string Part = """{"amount":{"currency_code":"USD","value":"5.00"}}""";

        await PostAsync(path, Part);
        await PostAsync(path, Part);

        (await ChargesAsync()).Single().GetProperty("refunded").GetInt64().ShouldBe(1000);
    }

    [Fact]
    public async Task Post_WithASourceAndNoId_IsRefused()
    {
        var answer = await PostAsync("v2/checkout/orders", Sale("r1"));

        (answer.Status, answer.Issue).ShouldBe((HttpStatusCode.BadRequest, "PAYPAL_REQUEST_ID_REQUIRED"));
    }

    [Fact]
    public async Task Post_WhileTheFirstRuns_IsInProgress()
    {
        await using var sandbox = await StartAsync(new() { ["Sandbox:SlowSeconds"] = "60" });
        _client.Dispose();
        _client = await ClientAsync(sandbox);
        Task<Reply>[] calls =
        [
            PostAsync("v2/checkout/orders", Sale("r1", "pm_sandbox_slow"), "k"),
            PostAsync("v2/checkout/orders", Sale("r1", "pm_sandbox_slow"), "k"),
        ];

        var second = await Task.WhenAny(calls);

        ((await second).Status, (await second).Issue).ShouldBe((HttpStatusCode.Conflict, "PREVIOUS_REQUEST_IN_PROGRESS"));
        var first = calls.Single(c => c != second);
        first.IsCompleted.ShouldBeFalse();
        _client.CancelPendingRequests();
        await Should.ThrowAsync<OperationCanceledException>(first);
    }

    [Fact]
    public async Task Post_WhatFailsValidation_IsNotSavedUnderItsId()
    {
        var invalid = await PostAsync("v2/checkout/orders", Sale("r1").Replace("19.99", "19.999"), "k");
        var valid = await PostAsync("v2/checkout/orders", Sale("r1"), "k");

        (invalid.Status, invalid.Issue, valid.Status).ShouldBe(
            (HttpStatusCode.UnprocessableEntity, "DECIMAL_PRECISION", HttpStatusCode.Created));
    }

    [Theory]
    [InlineData("\"CAPTURE\"", "\"HOLD\"", 400, "INVALID_PARAMETER_VALUE")]
    [InlineData("\"19.99\"", "19.99", 400, "INVALID_PARAMETER_SYNTAX")]
    [InlineData("19.99", "19,99", 400, "INVALID_PARAMETER_SYNTAX")]
    [InlineData("19.99", "1.9.9", 400, "INVALID_PARAMETER_SYNTAX")]
    [InlineData("19.99", "0.00", 422, "CANNOT_BE_ZERO_OR_NEGATIVE")]
    [InlineData("USD", "XYZ", 422, "INVALID_CURRENCY_CODE")]
    [InlineData("USD", "JPY", 422, "DECIMALS_NOT_SUPPORTED")]
    [InlineData("USD", "HUF", 422, "DECIMALS_NOT_SUPPORTED")]
    [InlineData("\"currency_code\":\"USD\",", "", 400, "MISSING_REQUIRED_PARAMETER")]
    [InlineData("purchase_units", "purchases", 400, "MISSING_REQUIRED_PARAMETER")]
    [InlineData("pm_card_visa", "pm_nobody", 422, "TOKEN_ID_NOT_FOUND")]
    [InlineData("{\"intent\"", "[", 400, "MALFORMED_REQUEST_JSON")]
    public async Task Post_AWrongOrder_IsRefused(string part, string instead, int status, string issue)
    {
        Sale("r1").ShouldContain(part);

        var answer = await PostAsync("v2/checkout/orders", Sale("r1").Replace(part, instead), "k");

        ((int)answer.Status, answer.Issue).ShouldBe((status, issue));
        (await ChargesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Post_TheSameInvoiceTwice_IsRefused()
    {
        await PostAsync("v2/checkout/orders", Sale("r1"), "k");

        var again = await PostAsync("v2/checkout/orders", Sale("r1"), "k2");

        (again.Status, again.Issue).ShouldBe((HttpStatusCode.UnprocessableEntity, "DUPLICATE_INVOICE_ID"));
    }

    /// <summary>What was declined has used up no invoice.</summary>
    [Fact]
    public async Task Post_AnInvoiceThatWasDeclined_IsFree()
    {
        await PostAsync("v2/checkout/orders", Sale("r1", "pm_card_chargeDeclined"), "k");

        (await PostAsync("v2/checkout/orders", Sale("r1"), "k2")).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Post_WithoutPrefer_IsAnsweredInShort()
    {
        var order = await PostAsync("v2/checkout/orders", Authorization("r1"), "k");
        var id = AuthorizationIn(order.Body).GetProperty("id").GetString();

        using var capture = await SendAsync($"v2/payments/authorizations/{id}/capture", "{}", "k", prefer: null);
        using var body = JsonDocument.Parse(await capture.Content.ReadAsStringAsync());

        body.RootElement.EnumerateObject().Select(p => p.Name).ShouldBe(["id", "status", "links"]);
    }

    [Theory]
    [InlineData("return=representation", HttpStatusCode.OK)]
    [InlineData(null, HttpStatusCode.NoContent)]
    public async Task Post_AVoid_HasABodyWhereItIsPreferred(string? prefer, HttpStatusCode status)
    {
        var order = await PostAsync("v2/checkout/orders", Authorization("r1"), "k");
        var id = AuthorizationIn(order.Body).GetProperty("id").GetString();

        using var first = await SendAsync($"v2/payments/authorizations/{id}/void", "", "v", prefer);
        using var second = await SendAsync($"v2/payments/authorizations/{id}/void", "", "v2", prefer);
        using var replay = await SendAsync($"v2/payments/authorizations/{id}/void", "", "v", prefer);

        first.StatusCode.ShouldBe(status);
        replay.StatusCode.ShouldBe(status);
        second.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await second.Content.ReadAsStringAsync()).ShouldContain("PREVIOUSLY_VOIDED");
    }

    [Fact]
    public async Task Post_SeveralCaptures_AddUpUntilOneIsFinal()
    {
        var order = await PostAsync("v2/checkout/orders", Authorization("r1"), "k");
        var path = $"v2/payments/authorizations/{AuthorizationIn(order.Body).GetProperty("id").GetString()}/capture";
        const string Part = """{"amount":{"currency_code":"USD","value":"5.00"}}""";
        string[] bodies = [Part, Part.Replace("}}", "},\"final_capture\":true}"), Part];
        List<HttpStatusCode> statuses = [];
        foreach (var body in bodies)
            statuses.Add((await PostAsync(path, body, $"c{statuses.Count}")).Status);

        statuses.ShouldBe([HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.UnprocessableEntity]);
        (await ChargesAsync()).Single().GetProperty("captured").GetInt64().ShouldBe(1000);
    }

    [Theory]
    [InlineData("INSTRUMENT_DECLINED", 422, "UNPROCESSABLE_ENTITY")]
    [InlineData("INTERNAL_SERVER_ERROR", 500, "INTERNAL_SERVER_ERROR")]
    [InlineData("PERMISSION_DENIED", 403, "NOT_AUTHORIZED")]
    public async Task Post_WithPayPalsMockHeader_IsMocked(string code, int status, string name)
    {
        _client.DefaultRequestHeaders.TryAddWithoutValidation(
            "PayPal-Mock-Response", $$"""{"mock_application_codes":"{{code}}"}""");

        var answer = await PostAsync("v2/checkout/orders", Sale("r1"), "k");

        ((int)answer.Status, answer.Body.GetProperty("name").GetString()).ShouldBe((status, name));
        (await ChargesAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("v2/checkout/orders/NONE", 404)]
    [InlineData("v2/payments/authorizations/NONE", 404)]
    [InlineData("v2/payments/captures/NONE", 404)]
    [InlineData("v2/payments/refunds/NONE", 404)]
    [InlineData("v1/payments/sale/NONE", 404)]
    [InlineData("v1/reporting/transactions?start_date=2026-01-01T00:00:00Z&end_date=2026-01-02T00:00:00Z", 200)]
    [InlineData("v1/reporting/transactions?start_date=2026-01-01T00:00:00Z&end_date=2026-03-02T00:00:00Z", 400)]
    [InlineData("v1/reporting/transactions?start_date=2026-01-02T00:00:00Z&end_date=2026-01-01T00:00:00Z", 400)]
    [InlineData("v1/reporting/transactions?start_date=2026-01-01T00:00:00Z", 400)]
    [InlineData("v1/reporting/transactions?start_date=2026-01-01T00:00:00Z&end_date=2026-01-02T00:00:00Z&page_size=501", 400)]
    [InlineData("v1/reporting/transactions?start_date=2026-01-01T00:00:00Z&end_date=2026-01-02T00:00:00Z&page=0", 400)]
    public async Task Get_APath_HasItsStatus(string path, int status) =>
        ((int)(await GetAsync(path)).Status).ShouldBe(status);

    [Theory]
    [InlineData("v2/payments/authorizations/NONE/capture")]
    [InlineData("v2/payments/authorizations/NONE/void")]
    [InlineData("v2/payments/captures/NONE/refund")]
    [InlineData("v2/checkout/orders/NONE/confirm")]
    public async Task Post_OnWhatIsNotThere_IsNotFound(string path)
    {
        var answer = await PostAsync(path, "{}", "k");

        (answer.Status, answer.Issue).ShouldBe((HttpStatusCode.NotFound, "INVALID_RESOURCE_ID"));
    }

    /// <summary>Authorizations move no balance, so a search lists them only when asked to.</summary>
    [Theory]
    [InlineData("", 1)]
    [InlineData("&balance_affecting_records_only=N", 2)]
    public async Task Search_WithAndWithoutTheRest_ListsAuthorizationsOnRequest(string more, int count)
    {
        await PostAsync("v2/checkout/orders", Authorization("r1"), "k");
        await PostAsync("v2/checkout/orders", Sale("r2"), "k2");
        var (start, end) = (_time.GetUtcNow().AddHours(-1), _time.GetUtcNow().AddHours(1));

        var page = (await GetAsync(
            $"v1/reporting/transactions?start_date={start:yyyy-MM-ddTHH:mm:ssZ}&end_date={end:yyyy-MM-ddTHH:mm:ssZ}{more}")).Body;

        page.GetProperty("total_items").GetInt32().ShouldBe(count);
        var last = page.GetProperty("transaction_details").EnumerateArray().Last().GetProperty("transaction_info");
        last.GetProperty("invoice_id").GetString().ShouldBe("r2");
        last.GetProperty("transaction_amount").GetProperty("value").GetString().ShouldBe("19.99");
        last.GetProperty("transaction_status").GetString().ShouldBe("S");
    }

    /// <summary>Orders, ids and what was answered under them outlive the process; access tokens do not.</summary>
    [Fact]
    public async Task Restart_AfterASale_KnowsItAndItsId()
    {
        var file = Path.Combine(Path.GetTempPath(), $"sandbox-{Guid.NewGuid():N}.jsonl");
        try
        {
            string order;
            await using (var first = await StartAsync(new() { ["Sandbox:JournalFile"] = file }))
            {
                _client.Dispose();
                _client = await ClientAsync(first);
                order = (await PostAsync("v2/checkout/orders", Sale("r1"), "k")).Body.GetProperty("id").GetString()!;
            }

            await using var second = await StartAsync(new() { ["Sandbox:JournalFile"] = file });
            var token = _client.DefaultRequestHeaders.Authorization;
            _client.Dispose();
            _client = Client(second, token!);
            (await GetAsync($"v2/checkout/orders/{order}")).Status.ShouldBe(HttpStatusCode.Unauthorized);
            _client.Dispose();
            _client = await ClientAsync(second);

            var again = await PostAsync("v2/checkout/orders", Sale("r1"), "k");

            (again.Status, again.Body.GetProperty("id").GetString()).ShouldBe((HttpStatusCode.OK, order));
            (await ChargesAsync()).Length.ShouldBe(1);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("86401")]
    public async Task Start_WithATokenLifeThatCannotBe_SaysSo(string seconds)
    {
        var exception = await Should.ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => StartAsync(new() { ["Sandbox:AccessTokenSeconds"] = seconds }));

        exception.Message.ShouldContain($"Sandbox:AccessTokenSeconds is {seconds}; it must be from 1 to 86400.");
    }

    private static string Sale(string? invoice, string token = "pm_card_visa") =>
        $$"""
        {"intent":"CAPTURE","purchase_units":[{"amount":{"currency_code":"USD","value":"19.99"}{{(invoice is null ? "" : $",\"invoice_id\":\"{invoice}\"")}} }],
         "payment_source":{"card":{"vault_id":"{{token}}"} } }
        """;

    private static string Authorization(string invoice) => Sale(invoice).Replace("CAPTURE", "AUTHORIZE");

    private static JsonElement Capture(JsonElement order) => PaymentIn(order, "captures");

    private static JsonElement AuthorizationIn(JsonElement order) => PaymentIn(order, "authorizations");

    private static JsonElement PaymentIn(JsonElement order, string kind) =>
        order.GetProperty("purchase_units")[0].GetProperty("payments").GetProperty(kind)[0];

    private Task<SandboxHost> StartAsync(Dictionary<string, string?>? more = null) => SandboxHost.StartAsync(
        new Dictionary<string, string?>(more ?? [])
        {
            ["Sandbox:Accounts:a:Psp"] = "paypal",
            ["Sandbox:Accounts:a:SecretKey"] = "key",
            ["Sandbox:Accounts:b:Psp"] = "paypal",
            ["Sandbox:Accounts:b:SecretKey"] = "key",
        },
        _time);

    private static async Task<HttpResponseMessage> AskForTokenAsync(SandboxHost sandbox, string credentials, string form)
    {
        using var client = new HttpClient { BaseAddress = new Uri(sandbox.Address, "a/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        using var content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");
        return await client.PostAsync(new Uri("v1/oauth2/token", UriKind.Relative), content);
    }

    private static async Task<HttpClient> ClientAsync(SandboxHost sandbox)
    {
        using var response = await AskForTokenAsync(sandbox, "client:key", "grant_type=client_credentials");
        var token = await response.Content.ReadFromJsonAsync<JsonElement>();
        return Client(sandbox, new AuthenticationHeaderValue("Bearer", token.GetProperty("access_token").GetString()));
    }

    private static HttpClient Client(SandboxHost sandbox, AuthenticationHeaderValue token)
    {
        var client = new HttpClient { BaseAddress = new Uri(sandbox.Address, "a/") };
        client.DefaultRequestHeaders.Authorization = token;
        return client;
    }

    private async Task<HttpResponseMessage> SendAsync(
        string path, string body, string? id, string? prefer = "return=representation")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative));
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (id is not null)
            request.Headers.Add("PayPal-Request-Id", id);
        if (prefer is not null)
            request.Headers.Add("Prefer", prefer);
        return await _client.SendAsync(request);
    }

    private async Task<Reply> PostAsync(string path, string body, string? id = null)
    {
        using var response = await SendAsync(path, body, id);
        return new Reply(response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    private async Task<Reply> GetAsync(string path)
    {
        using var response = await _client.GetAsync(new Uri(path, UriKind.Relative));
        return new Reply(response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    private async Task<JsonElement[]> ChargesAsync() =>
    [
        .. (await _client.GetFromJsonAsync<JsonElement>(new Uri(_client.BaseAddress!, "../sandbox/charges")))
            .GetProperty("data").EnumerateArray(),
    ];

    private sealed record Reply(HttpStatusCode Status, JsonElement Body)
    {
        public string? Issue => Body.GetProperty("details")[0].GetProperty("issue").GetString();
    }
}
