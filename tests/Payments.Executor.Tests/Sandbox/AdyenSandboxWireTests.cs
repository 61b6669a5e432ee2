using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Payments.Executor.Tests.Psp;
using Payments.Sandbox;
using Payments.Testing;

namespace Payments.Executor.Tests.Sandbox;

/// <summary>The emulated Adyen by itself: what its idempotency layer, its errors and its rarer calls do.</summary>
public sealed class AdyenSandboxWireTests : IAsyncLifetime
{
    private const string Sale =
        """
        {"merchantAccount":"a","reference":"r1","amount":{"value":1999,"currency":"EUR"},"returnUrl":"https://return.invalid/",
         "paymentMethod":{"type":"scheme","storedPaymentMethodId":"APPROVED"}}
        """;

    private readonly ShiftedTime _time = new();
    private SandboxHost _sandbox = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _sandbox = await SandboxHost.StartAsync(
            new Dictionary<string, string?>
            {
                ["Sandbox:Accounts:a:Psp"] = "adyen",
                ["Sandbox:Accounts:a:SecretKey"] = "key",
                ["Sandbox:Accounts:a:Port"] = "0",
                ["Sandbox:SettleSeconds"] = "0",
            },
            _time);
        _client = Client(_sandbox);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _sandbox.DisposeAsync();
    }

    [Fact]
    public async Task Post_TheSameKeyAndRequest_IsTheSavedAnswerWithTheKey()
    {
        var first = await PostAsync("payments", Sale, "k");
        var second = await PostAsync("payments", Sale, "k");

        second.Body.GetRawText().ShouldBe(first.Body.GetRawText());
        second.Key.ShouldBe("k");
        (await ChargesAsync()).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Post_TheSameKeyWithAnotherRequest_IsRefused()
    {
        await PostAsync("payments", Sale, "k");
        var other = await PostAsync("payments", Sale.Replace("1999", "2"), "k");

        other.Status.ShouldBe(422);
        (await ChargesAsync()).Length.ShouldBe(1);
    }

    [Theory]
    [InlineData(6.9, 1)]
    [InlineData(7.1, 2)]
    public async Task Post_AKeyAfterDays_IsForgottenAfterSeven(double days, int charges)
    {
        await PostAsync("payments", Sale, "k");
        _time.Shift = TimeSpan.FromDays(days);
        await PostAsync("payments", Sale, "k");

        (await ChargesAsync()).Length.ShouldBe(charges);
    }

    [Fact]
    public async Task Post_WhatFailsValidation_IsNotSavedUnderItsKey()
    {
        var invalid = await PostAsync("payments", Sale.Replace("EUR", "euro"), "k");
        var valid = await PostAsync("payments", Sale, "k");

        (invalid.Status, valid.Status).ShouldBe((422, 200));
    }

    [Theory]
    [InlineData("\"value\":1999,", "", 422, "100")]
    [InlineData("1999", "\"1999\"", 422, "100")]
    [InlineData("1999", "0", 422, "137")]
    [InlineData("EUR", "EURO", 422, "138")]
    [InlineData("\"reference\":\"r1\",", "", 422, "130")]
    [InlineData(",\"returnUrl\":\"https://return.invalid/\"", "", 422, "14_030")]
    [InlineData("APPROVED", "NOBODY", 422, "800")]
    [InlineData("\"merchantAccount\":\"a\"", "\"merchantAccount\":\"b\"", 403, "901")]
    [InlineData("\"reference\"", "\"referense\"", 422, "702")]
    [InlineData("{\"merchantAccount\"", "[", 400, "702")]
    public async Task Post_AWrongPayment_IsRefused(string part, string instead, int status, string code)
    {
        Sale.ShouldContain(part);

        var answer = await PostAsync("payments", Sale.Replace(part, instead));

        (answer.Status, answer.Body.GetProperty("errorCode").GetString()).ShouldBe((status, code));
        (await ChargesAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("holderName", "\"holderName\":\"CARD_EXPIRED\",\"type\":\"scheme\"", "6")]
    [InlineData("number", "\"type\":\"scheme\"", "12")]
    public async Task Post_ATestValue_IsObeyed(string where, string method, string refusal)
    {
        var body = Sale.Replace("\"type\":\"scheme\"", method);
        if (where == "number")
            body = body.Replace("{\"merchantAccount\"", "{\"additionalData\":{\"RequestedTestAcquirerResponseCode\":\"12\"},\"merchantAccount\"");

        var answer = await PostAsync("payments", body);

        answer.Body.GetProperty("resultCode").GetString().ShouldBe("Refused");
        answer.Body.GetProperty("refusalReasonCode").GetString().ShouldBe(refusal);
    }

    [Theory]
    [InlineData("payments/NONE/captures", "167")]
    [InlineData("payments/NONE/refunds", "167")]
    [InlineData("payments/NONE/cancels", "167")]
    [InlineData("payments/NONE/pardons", "000")]
    public async Task Post_OnAnUnknownPayment_IsRefused(string path, string code)
    {
        var answer = await PostAsync(path, """{"merchantAccount":"a","amount":{"value":1,"currency":"EUR"}}""");

        answer.Body.GetProperty("errorCode").GetString().ShouldBe(code);
    }

    [Theory]
    [InlineData("\"additionalData\":{\"manualCapture\":\"true\"},", true, 0)]
    [InlineData("", false, 1999)]
    public async Task Post_AReversal_CancelsOrRefundsWhicheverApplies(string more, bool canceled, long refunded)
    {
        var sale = await PostAsync("payments", Sale.Replace("{\"merchantAccount\"", "{" + more + "\"merchantAccount\""));
        var id = sale.Body.GetProperty("pspReference").GetString()!;

        var answer = await PostAsync($"payments/{id}/reversals", """{"merchantAccount":"a","reference":"r2"}""");

        (answer.Status, answer.Body.GetProperty("status").GetString()).ShouldBe((201, "received"));
        var charge = await Eventually.Async(
            "the reversal",
            TimeSpan.FromSeconds(30),
            async () => (await ChargesAsync()).Single(),
            c => c.GetProperty("canceled").GetBoolean() || c.GetProperty("refunded").GetInt64() > 0);
        (charge.GetProperty("canceled").GetBoolean(), charge.GetProperty("refunded").GetInt64()).ShouldBe(
            (canceled, refunded));
    }

    [Fact]
    public async Task Post_OnTheAccountsOwnAddress_IsTheAccount()
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(new Uri(_sandbox.AddressOf("a").GetLeftPart(UriPartial.Authority)), "v72/payments"));
        request.Headers.Add("X-API-Key", "key");
        request.Content = new StringContent(Sale, Encoding.UTF8, "application/json");
        using var response = await _client.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("Psp", "adyan", "known are")]
    [InlineData("WebhookUrl", "ftp://127.0.0.1/", "must be an absolute http address")]
    [InlineData("WebhookUrl", "http://127.0.0.1/", "WebhookSecret is missing")]
    public async Task Start_WithAWrongSetting_NamesIt(string setting, string value, string sentence)
    {
        var exception = await Should.ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => SandboxHost.StartAsync(new Dictionary<string, string?>
            {
                ["Sandbox:Accounts:a:SecretKey"] = "key",
                [$"Sandbox:Accounts:a:{setting}"] = value,
            }));

        exception.Message.ShouldContain("Sandbox:Accounts:a:");
        exception.Message.ShouldContain(sentence);
    }

    [Fact]
    public async Task Start_WithAnAdyenSecretThatIsNoKey_SaysSo()
    {
        var exception = await Should.ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => SandboxHost.StartAsync(new Dictionary<string, string?>
            {
                ["Sandbox:Accounts:a:Psp"] = "adyen",
                ["Sandbox:Accounts:a:SecretKey"] = "key",
                ["Sandbox:Accounts:a:WebhookUrl"] = "http://127.0.0.1/",
                ["Sandbox:Accounts:a:WebhookSecret"] = "whsec",
            }));

        exception.Message.ShouldContain("hexadecimal");
    }

    private static HttpClient Client(SandboxHost sandbox)
    {
        var client = new HttpClient { BaseAddress = sandbox.Address };
        client.DefaultRequestHeaders.Add("X-API-Key", "key");
        return client;
    }

    private async Task<(int Status, string? Key, JsonElement Body)> PostAsync(string path, string body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"a/v72/{path}");
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var response = await _client.SendAsync(request);
        return (
            (int)response.StatusCode,
            response.Headers.TryGetValues("Idempotency-Key", out var keys) ? keys.Single() : null,
            await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    private async Task<JsonElement[]> ChargesAsync() =>
        [.. (await _client.GetFromJsonAsync<JsonElement>("sandbox/charges")).GetProperty("data").EnumerateArray()];
}
