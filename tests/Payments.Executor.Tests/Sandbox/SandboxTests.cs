using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Payments.Executor.Tests.Psp;
using Payments.Sandbox;

namespace Payments.Executor.Tests.Sandbox;

/// <summary>The emulator by itself: what a PSP's idempotency layer, lists and errors do.</summary>
public sealed class SandboxTests : IAsyncLifetime
{
    private const string Sale =
        "amount=1999&currency=usd&confirm=true&payment_method=pm_card_visa"
        + "&automatic_payment_methods[enabled]=true&automatic_payment_methods[allow_redirects]=never&metadata[operation_id]=";

    private readonly ShiftedTime _time = new();
    private SandboxHost _sandbox = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _sandbox = await SandboxHost.StartAsync(Settings(), _time);
        _client = Client(_sandbox);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _sandbox.DisposeAsync();
    }

    [Fact]
    public async Task Ready_AfterStart_IsOk() => (await _client.GetStringAsync("health/ready")).ShouldBe("ready");

    [Theory]
    [InlineData("Bearer sk_a", HttpStatusCode.OK)]
    [InlineData("Basic c2tfYTo=", HttpStatusCode.OK)]
    [InlineData("Bearer sk_b", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer ", HttpStatusCode.Unauthorized)]
    public async Task Get_WithAKey_IsLetInOrNot(string authorization, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "a/v1/payment_intents");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await _client.SendAsync(request);

        response.StatusCode.ShouldBe(status);
        response.Headers.Contains("Request-Id").ShouldBeTrue();
    }

    [Fact]
    public async Task Post_AnUnknownAccount_IsUnauthorized() =>
        (await PostAsync("nobody", "payment_intents", Sale + 1)).Status.ShouldBe(401);

    [Fact]
    public async Task Post_TheSameKeyAndRequest_IsTheSavedAnswer()
    {
        var first = await PostAsync("a", "payment_intents", Sale + 1, "k");
        var second = await PostAsync("a", "payment_intents", Sale + 1, "k");

        first.Replayed.ShouldBeFalse();
        second.Replayed.ShouldBeTrue();
        second.Body.GetRawText().ShouldBe(first.Body.GetRawText());
        (await ChargesAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Post_ADeclineUnderAKey_IsSavedToo()
    {
        var body = (Sale + 1).Replace("pm_card_visa", "pm_card_chargeDeclined");
        var first = await PostAsync("a", "payment_intents", body, "k");
        var second = await PostAsync("a", "payment_intents", body, "k");

        (first.Status, second.Status, second.Replayed).ShouldBe((402, 402, true));
        var error = first.Body.GetProperty("error");
        error.GetProperty("type").GetString().ShouldBe("card_error");
        error.GetProperty("decline_code").GetString().ShouldBe("generic_decline");
        error.GetProperty("payment_intent").GetProperty("status").GetString().ShouldBe("requires_payment_method");
    }

    [Fact]
    public async Task Post_TheSameKeyWithAnotherRequest_IsAnIdempotencyError()
    {
        await PostAsync("a", "payment_intents", Sale + 1, "k");
        var other = await PostAsync("a", "payment_intents", Sale + 2, "k");

        other.Status.ShouldBe(400);
        other.Body.GetProperty("error").GetProperty("type").GetString().ShouldBe("idempotency_error");
        (await ChargesAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Post_TheSameKeyAtAnotherAccount_IsAnotherRequest()
    {
        await PostAsync("a", "payment_intents", Sale + 1, "k");
        var other = await PostAsync("b", "payment_intents", Sale + 1, "k");

        (other.Status, other.Replayed).ShouldBe((200, false));
        (await ChargesAsync()).Select(c => c.GetProperty("account").GetString()).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Post_AKeyAfterADay_IsANewCharge()
    {
        await PostAsync("a", "payment_intents", Sale + 1, "k");
        _time.Shift = TimeSpan.FromHours(24.1);
        await PostAsync("a", "payment_intents", Sale + 1, "k");

        (await ChargesAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Post_WhatFailsValidation_IsNotSavedUnderItsKey()
    {
        var invalid = await PostAsync("a", "payment_intents", "amount=ten&currency=usd", "k");
        var valid = await PostAsync("a", "payment_intents", Sale + 1, "k");

        (invalid.Status, valid.Status).ShouldBe((400, 200));
    }

    [Theory]
    [InlineData("currency=usd", "amount")]
    [InlineData("amount=1", "currency")]
    [InlineData("amount=1&currency=USD", "currency")]
    [InlineData("amount=0&currency=usd", "amount")]
    [InlineData("amount=12345&currency=kwd", "amount")]
    [InlineData("amount=150&currency=isk", "amount")]
    [InlineData("amount=1&currency=usd&payment_method_types[]=card", "payment_method_types")]
    [InlineData("amount=1&currency=usd&confirm=true", "payment_method")]
    [InlineData("amount=1&currency=usd&capture_method=sometimes", "capture_method")]
    [InlineData("amount=1&currency=usd&automatic_payment_methods[allow_redirects]=never", "automatic_payment_methods[enabled]")]
    [InlineData("amount=1&currency=usd&confirm=true&payment_method=pm_card_visa&automatic_payment_methods[enabled]=true", "return_url")]
    public async Task Post_AWrongParameter_IsNamed(string body, string param)
    {
        var answer = await PostAsync("a", "payment_intents", body);

        answer.Status.ShouldBe(400);
        var error = answer.Body.GetProperty("error");
        error.GetProperty("type").GetString().ShouldBe("invalid_request_error");
        error.GetProperty("param").GetString().ShouldBe(param);
    }

    [Theory]
    [InlineData("payment_intents/{id}/capture", "amount_to_capture=1", "payment_intent_unexpected_state")]
    [InlineData("payment_intents/{id}/cancel", "", "payment_intent_unexpected_state")]
    [InlineData("refunds", "payment_intent={id}&amount=2000", "amount_too_large")]
    [InlineData("payment_intents/pi_none/capture", "", "resource_missing")]
    [InlineData("refunds", "payment_intent=pi_none", "resource_missing")]
    public async Task Post_OnASucceededIntent_ChecksItsState(string path, string body, string code)
    {
        var id = await IdAsync(Sale + 1);

        var answer = await PostAsync("a", path.Replace("{id}", id), body.Replace("{id}", id));

        answer.Body.GetProperty("error").GetProperty("code").GetString().ShouldBe(code);
    }

    [Fact]
    public async Task Refund_OfARefundedCharge_SaysSo()
    {
        var id = await IdAsync(Sale + 1);
        await PostAsync("a", "refunds", $"payment_intent={id}");

        var again = await PostAsync("a", "refunds", $"payment_intent={id}");

        again.Body.GetProperty("error").GetProperty("code").GetString().ShouldBe("charge_already_refunded");
    }

    [Fact]
    public async Task List_OfManyIntents_PagesFromTheNewest()
    {
        for (var i = 1; i <= 5; i++)
            await IdAsync(Sale + i);
        List<string> seen = [];
        string? after = null;
        bool hasMore;
        do
        {
            var page = await GetAsync(
                "a/v1/payment_intents?limit=2&created[gte]=1" + (after is null ? "" : "&starting_after=" + after));
            foreach (var item in page.GetProperty("data").EnumerateArray())
            {
                seen.Add(item.GetProperty("metadata").GetProperty("operation_id").GetString()!);
                after = item.GetProperty("id").GetString();
            }

            hasMore = page.GetProperty("has_more").GetBoolean();
        }
        while (hasMore);

        seen.ShouldBe(["5", "4", "3", "2", "1"]);
        var future = _time.GetUtcNow().ToUnixTimeSeconds() + 60;
        (await GetAsync($"a/v1/payment_intents?created[gte]={future}")).GetProperty("data").GetArrayLength().ShouldBe(
            0);
    }

    [Theory]
    [InlineData("metadata['operation_id']:'o\\'1'", 1)]
    [InlineData("metadata['operation_id']:'o\\'1' AND metadata['operation_id']:'o\\'1'", 1)]
    [InlineData("metadata['operation_id']:'o'", 0)]
    [InlineData("metadata['order_id']:'o\\'1'", 0)]
    public async Task Search_ByMetadata_IsExact(string query, int count)
    {
        await IdAsync(Sale + "o'1");

        var result = await GetAsync("a/v1/payment_intents/search?query=" + Uri.EscapeDataString(query));

        result.GetProperty("data").GetArrayLength().ShouldBe(count);
    }

    [Fact]
    public async Task Retrieve_WithExpansion_HoldsTheCharge()
    {
        var id = await IdAsync(Sale + 1);

        var plain = await GetAsync($"a/v1/payment_intents/{id}");
        var expanded = await GetAsync($"a/v1/payment_intents/{id}?expand[]=latest_charge");

        plain.GetProperty("latest_charge").ValueKind.ShouldBe(JsonValueKind.String);
        expanded.GetProperty("latest_charge").GetProperty("amount_captured").GetInt64().ShouldBe(1999);
    }

    [Fact]
    public async Task Faults_OfAnAccountWithoutAPort_CannotRefuse()
    {
        using var response = await _client.PutAsJsonAsync("sandbox/accounts/b/faults", new { refuse = true });

        response.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Faults_Deleted_AreGone()
    {
        await _client.PutAsJsonAsync("sandbox/accounts/a/faults", new { refuse = true, rateLimited = 5 });
        await _client.DeleteAsync("sandbox/accounts/a/faults");

        using var own = Client(_sandbox, _sandbox.AddressOf("a"));
        (await own.GetAsync("v1/payment_intents")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task AccountListener_StripesOwnPath_IsTheAccount()
    {
        using var own = Client(_sandbox, _sandbox.AddressOf("a"));

        (await own.GetAsync("/v1/payment_intents")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await own.GetAsync("/b/v1/payment_intents")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Charges_Paged_AreAllAndInOrder()
    {
        for (var i = 1; i <= 5; i++)
            await IdAsync(Sale + i);

        (await ChargesAsync(limit: 2)).Select(c => c.GetProperty("sequence").GetInt64()).ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task Journal_AfterAKillInTheMiddleOfALine_HoldsEveryAnsweredRequest()
    {
        var file = Path.Combine(Path.GetTempPath(), $"sandbox-{Guid.NewGuid():N}.jsonl");
        try
        {
            var settings = Settings();
            settings["Sandbox:JournalFile"] = file;
            string intent;
            await using (var first = await SandboxHost.StartAsync(settings))
            {
                using var client = Client(first);
                intent = await IdAsync(Sale + 1, client, "k");
                await PostAsync("a", "refunds", $"payment_intent={intent}&amount=5", "r", client);
            }

            await File.AppendAllTextAsync(file, "{\"Intent\":{\"Id\":\"" + new string('x', 10_000));
            await using (var second = await SandboxHost.StartAsync(settings))
            {
                using var client = Client(second);
                var replay = await PostAsync("a", "payment_intents", Sale + 1, "k", client);
                await IdAsync(Sale + 2, client);

                replay.Replayed.ShouldBeTrue();
                replay.Body.GetProperty("id").GetString().ShouldBe(intent);
            }

            await using var third = await SandboxHost.StartAsync(settings);
            using var after = Client(third);
            var charges = await ChargesAsync(client: after);
            charges.Count.ShouldBe(2);
            charges[0].GetProperty("refunded").GetInt64().ShouldBe(5);
            charges.Select(c => c.GetProperty("paymentIntent").GetString()).Distinct().Count().ShouldBe(2);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Ids_OfTheSameSeedAndRequests_AreTheSame()
    {
        var settings = Settings();
        settings["Sandbox:Seed"] = "fixed";
        List<string> ids = [];
        for (var run = 0; run < 2; run++)
        {
            await using var sandbox = await SandboxHost.StartAsync(settings);
            using var client = Client(sandbox);
            ids.Add(await IdAsync(Sale + 1, client));
        }

        ids[0].ShouldBe(ids[1]);
    }

    [Fact]
    public async Task Start_WithoutAccounts_SaysWhatIsMissing()
    {
        var exception = await Should.ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => SandboxHost.StartAsync(new Dictionary<string, string?>()));

        exception.Message.ShouldContain("Sandbox:Accounts is empty");
    }

    private static Dictionary<string, string?> Settings() => new()
    {
        ["Sandbox:Accounts:a:SecretKey"] = "sk_a",
        ["Sandbox:Accounts:a:Port"] = "0",
        ["Sandbox:Accounts:b:SecretKey"] = "sk_a",
    };

    private static HttpClient Client(SandboxHost sandbox, Uri? address = null)
    {
        var client = new HttpClient { BaseAddress = address ?? sandbox.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "sk_a");
        return client;
    }

    private async Task<(int Status, bool Replayed, JsonElement Body)> PostAsync(
        string account, string path, string body, string? key = null, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{account}/v1/{path}");
        request.Content = new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded");
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var response = await (client ?? _client).SendAsync(request);
        return (
            (int)response.StatusCode,
            response.Headers.Contains("Idempotent-Replayed"),
            await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    private async Task<string> IdAsync(string body, HttpClient? client = null, string? key = null)
    {
        var answer = await PostAsync("a", "payment_intents", body, key, client);
        answer.Status.ShouldBe(200, answer.Body.GetRawText());
        return answer.Body.GetProperty("id").GetString()!;
    }

    private Task<JsonElement> GetAsync(string path) => _client.GetFromJsonAsync<JsonElement>(path);

    private async Task<List<JsonElement>> ChargesAsync(int limit = 100, HttpClient? client = null)
    {
        List<JsonElement> all = [];
        for (long? after = 0; after is not null;)
        {
            var page = await (client ?? _client).GetFromJsonAsync<JsonElement>(
                $"sandbox/charges?limit={limit}&after={after}");
            all.AddRange(page.GetProperty("data").EnumerateArray());
            after = page.GetProperty("next").ValueKind == JsonValueKind.Null ? null : page.GetProperty("next").GetInt64(
                );
        }

        return all;
    }
}
